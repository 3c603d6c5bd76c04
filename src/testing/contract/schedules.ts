import assert from "node:assert/strict";
import { BOUNDS } from "../../core/bounds.ts";
import type { Firing, FiringStatus, Schedule } from "../../core/schedule.ts";
import type { Cases } from "./kit.ts";
import { T } from "./kit.ts";
import {
  added,
  advanced,
  assertStale,
  fireOf,
  newDefinition,
  newFiring,
  newSchedule,
  newState,
  scheduleContent,
  stepOf,
} from "./schedules_kit.ts";

const names = (schedules: readonly Schedule[]): string[] => schedules.map((schedule) => schedule.name);
const slots = (firings: readonly Firing[]): number[] => firings.map((firing) => firing.slot);

/** In the order of UTF-16 units, which is not that of code points: a fox comes before a full-width A. */
const NAMES = [
  "",
  "A",
  "Zebra",
  "a",
  "a b/c:d*?'\"\\%_",
  "aa",
  "e\u0301",
  "é",
  "__proto__",
  "10",
  "9",
  "🦊",
  "\uff21",
];

/** Cases about what is stored of schedules; what is due is in `schedules_due.ts`, what fires in `schedules_fire.ts`. */
export const scheduleCases: Cases = {
  "what is added is given back, with an id and version 1": async ({ store: { schedules } }) => {
    const recent = ["completed", "failed", "cancelled"] as const;
    const state = newState({
      nextAt: T + 5,
      paused: { at: T - 1, reason: "3 runs failed, \u0000\ud800" },
      ...{ fired: 7, failures: 2, recent },
    });
    const schedule = { name: "nightly", definition: newDefinition(), state };
    const stored = await schedules.add(schedule, T + 3);
    assert.ok(stored && Number.isSafeInteger(stored.id) && stored.id > 0);
    assert.deepEqual(stored, { ...schedule, id: stored.id, version: 1, createdAt: T + 3 });
    assert.deepEqual(await schedules.list(), [stored]);
    assert.equal(
      JSON.stringify((await schedules.list())[0]!.definition),
      JSON.stringify(schedule.definition),
    );
  },

  "a workflow is kept as it is, too": async ({ store: { schedules } }) => {
    const spec = { name: "w", params: { "ü": { type: "string", default: "${{ x }}" } }, steps: [] } as const;
    const target = {
      type: "workflow",
      spec,
      params: { "": [1, null], "10": 1, "9": 2 },
      source: null,
    } as const;
    const definition = newDefinition({ target });
    await schedules.add({ ...newSchedule("w"), definition }, T);
    assert.deepEqual((await schedules.list())[0]!.definition, definition);
  },

  "a definition may be as large as its limit": async ({ store: { schedules } }) => {
    const text = "é".repeat((BOUNDS.scheduleBytes - 10_000) / 2);
    const definition = newDefinition({ description: text });
    await schedules.add({ ...newSchedule("large"), definition }, T);
    assert.equal((await schedules.list())[0]!.definition.description, text);
  },

  "what somebody does to values that were given back does not reach the store": async ({ store }) => {
    const schedule = await added(store, "a");
    (schedule.definition.when.cron as string[]).push("* * * * *");
    const [read] = await store.schedules.list();
    (read!.state.recent as string[]).push("failed");
    const [again] = await store.schedules.list();
    assert.deepEqual([again!.definition, again!.state], [newDefinition(), newState()]);
  },

  "a list is ordered by name, as JavaScript compares texts": async ({ store }) => {
    for (const name of NAMES) await added(store, name);
    assert.deepEqual(names(await store.schedules.list()), NAMES.toSorted());
    const wanted = ["🦊", "a", "\uff21", "é"];
    assert.deepEqual(names(await store.schedules.list({ names: wanted })), wanted.toSorted());
  },

  "a list is narrowed down by ids and by names, exactly": async ({ store }) => {
    const [a, b] = [await added(store, "a"), await added(store, "B")];
    const { schedules } = store;
    assert.deepEqual(await schedules.list({ names: ["B", "A", "b", "a ", "B"] }), [b]);
    assert.deepEqual(await schedules.list({ ids: [b.id, a.id, 999, b.id] }), [b, a]);
    assert.deepEqual(await schedules.list({ ids: [a.id], names: ["B"] }), []);
    assert.deepEqual(await schedules.list({ ids: [] }), []);
    assert.deepEqual(await schedules.list({ names: [] }), []);
    assert.deepEqual(await schedules.list({}), [b, a]);
  },

  "a name that is taken stays with its schedule, and takes no id": async ({ store }) => {
    const first = await added(store, "a");
    const before = await scheduleContent(store);
    assert.equal(await store.schedules.add(newSchedule("a", { nextAt: T }), T + 1), null);
    assert.deepEqual(await scheduleContent(store), before);
    assert.ok(await store.schedules.add(newSchedule("A"), T));
    assert.deepEqual(await store.schedules.list({ ids: [first.id] }), [first]);
  },

  "of several that are added at once under one name, one is stored": async ({ store: { schedules } }) => {
    const all = await Promise.all([1, 2, 3].map(() => schedules.add(newSchedule("a"), T)));
    const stored = all.filter((schedule) => schedule !== null);
    assert.equal(stored.length, 1);
    assert.deepEqual(await schedules.list(), stored);
  },

  "one that is removed takes its history along; its jobs stay, and its name is free": async (
    { store, get },
  ) => {
    const [gone, kept] = [await added(store, "gone", { nextAt: T }), await added(store, "kept")];
    const { schedule, jobs: [job] } = await advanced(store, fireOf(gone, T));
    await advanced(store, stepOf(kept, { firings: [newFiring(kept, T)] }));
    assert.equal(await store.schedules.remove(gone.id), true);
    assert.equal(await store.schedules.remove(gone.id), false);
    assert.deepEqual(names(await store.schedules.list()), ["kept"]);
    assert.deepEqual((await store.schedules.firings({})).map((firing) => firing.schedule), [kept.id]);
    assert.deepEqual(await store.schedules.due(T), { schedules: [], nextAt: null });
    await assertStale(store, stepOf(schedule));
    assert.equal((await get(job!)).status, "ready");
    const again = await added(store, "gone");
    assert.deepEqual([again.version, await store.schedules.firings({ schedules: [again.id] })], [1, []]);
  },

  "an id is never given again": async ({ store }) => {
    const [a, b] = [await added(store, "a"), await added(store, "b")];
    await store.schedules.remove(b.id);
    const c = await added(store, "b");
    await store.schedules.remove(a.id);
    await store.schedules.remove(c.id);
    const d = await added(store, "a");
    assert.ok(a.id < b.id && b.id < c.id && c.id < d.id, `${[a.id, b.id, c.id, d.id]}`);
  },

  "a change replaces the state, and the definition where one is given": async ({ store }) => {
    const schedule = await added(store, "a", { nextAt: T });
    const state = newState({ cursor: T + 1, nextAt: T + 60_000, fired: 1, recent: ["failed"] });
    const second = await advanced(store, stepOf(schedule, { state }));
    assert.deepEqual(second, {
      accepted: true,
      schedule: { ...schedule, version: 2, state },
      jobs: [],
      workflow: null,
    });
    const definition = newDefinition({ overlap: "allow", description: null });
    const third = await advanced(store, stepOf(second.schedule, { definition, state: schedule.state }));
    assert.deepEqual(third.schedule, { ...schedule, version: 3, definition });
    assert.deepEqual(await store.schedules.list(), [third.schedule]);
  },

  "a change from an old version changes nothing, and takes no ids": async ({ store }) => {
    const schedule = await added(store, "a", { nextAt: T });
    const { schedule: next } = await advanced(store, stepOf(schedule));
    const before = await scheduleContent(store);
    const workflow = { name: "w", key: null, params: {} };
    for (const version of [schedule.version, next.version + 1, 0]) {
      const old = { ...schedule, version };
      await assertStale(store, { ...fireOf(old, T), state: newState(), definition: newDefinition() });
      await assertStale(store, fireOf(old, T, [{}, { tags: ["t"] }], { workflow }));
    }
    await assertStale(store, fireOf({ ...schedule, id: 999 }, T));
    assert.deepEqual(await scheduleContent(store), before);
  },

  "times may be fractions of a millisecond, huge, or before 1970": async ({ store }) => {
    const last = 8_640_000_000_000_000;
    const { schedules } = store;
    const state = newState({ cursor: T + 0.25, nextAt: T + 0.5, paused: { at: -0.5, reason: null } });
    const odd = await schedules.add({ name: "odd", definition: newDefinition(), state }, T + 0.75);
    assert.ok(odd && Math.abs(odd.createdAt - T) <= 1);
    assert.deepEqual(odd.state, state);
    const [far, late] = [
      await added(store, "far", { nextAt: last }),
      await added(store, "late", { nextAt: last - 1 }),
    ];
    const due = async (now: number): Promise<number[]> =>
      (await schedules.due(now)).schedules.map(({ schedule }) => schedule.id);
    assert.deepEqual([await due(T), await due(T + 1)], [[], [odd.id]]);
    assert.equal((await schedules.due(T + 1)).nextAt, last - 1);
    assert.deepEqual([await due(last - 1), await due(last)], [[odd.id, late.id], [odd.id, far.id, late.id]]);
    const { schedule } = await advanced(store, stepOf(far, { state: newState({ nextAt: -T }) }), T + 0.5);
    assert.deepEqual([await due(-T - 1), await due(-T)], [[], [far.id]]);
    const times = [last, last - 1, 1, 0, -1, -T, -last];
    const firings = times.map((slot) => newFiring(far, slot, "missed", { slots: 2 ** 40 }));
    await advanced(store, stepOf(schedule, { firings }));
    assert.deepEqual(await schedules.firings({}), firings);
    assert.deepEqual(slots(await schedules.firings({ from: -T, until: last - 1 })), times.slice(1, -1));
    const fired = await advanced(
      store,
      fireOf(late, last - 1, [{}], { workflow: { name: "w", key: null, params: {} } }),
      T + 0.5,
    );
    assert.ok(fired.workflow !== null && fired.jobs.length === 1);
  },
};

const HISTORY: readonly [number, FiringStatus][] = [
  [T, "completed"],
  [T + 1, "skipped"],
  [T + 2, "missed"],
  [T + 3, "skipped"],
  [T + 4, "queued"],
];

export const historyCases: Cases = {
  "entries are given back as they were, the latest slot first": async ({ store }) => {
    const schedule = await added(store, "a");
    const told = { reason: 'Job 7 of "a" still runs: \u0000\ud800🦊\n\'', by: "wörker-1", slots: 12 };
    const firings = [
      newFiring(schedule, T - 5, "missed", { ...told, trigger: "catch-up", decidedAt: T }),
      newFiring(schedule, T, "failed", { startedAt: T + 1, endedAt: T + 2, job: 77, trigger: "manual" }),
      newFiring(schedule, T - 9, "gone", { startedAt: T + 1, endedAt: T + 2, run: 78, trigger: "backfill" }),
      newFiring(schedule, T + 9, "cancelled"),
    ];
    await advanced(store, stepOf(schedule, { firings }));
    assert.deepEqual(await store.schedules.firings({}), firings.toSorted((a, b) => b.slot - a.slot));
  },

  "an entry of a slot that has one takes its place": async ({ store }) => {
    const schedule = await added(store, "a");
    const first = [newFiring(schedule, T, "queued", { reason: "waits" }), newFiring(schedule, T + 1)];
    const { schedule: next } = await advanced(store, stepOf(schedule, { firings: first }));
    const second = newFiring(schedule, T, "missed", { reason: null, slots: 3, decidedAt: T + 8, by: "w" });
    await advanced(store, stepOf(next, { firings: [second] }));
    assert.deepEqual(await store.schedules.firings({}), [first[1], second]);
  },

  "histories are filtered by schedule, status and time, both ends included": async ({ store }) => {
    const [a, b] = [await added(store, "z"), await added(store, "b")];
    for (const schedule of [b, a]) {
      const firings = HISTORY.map(([slot, status]) => newFiring(schedule, slot, status));
      await advanced(store, stepOf(schedule, { firings }));
    }
    const found = async (filter: Parameters<typeof store.schedules.firings>[0]): Promise<number[][]> =>
      (await store.schedules.firings(filter)).map(({ schedule, slot }) => [schedule, slot - T]);
    const both = (...times: number[]): number[][] => [a, b].flatMap(({ id }) => times.map((at) => [id, at]));
    assert.deepEqual(await found({}), both(4, 3, 2, 1, 0));
    assert.deepEqual(await found({ schedules: [b.id, 999, b.id], limit: 1 }), [[b.id, 4]]);
    assert.deepEqual(await found({ from: T + 1, until: T + 3 }), both(3, 2, 1));
    assert.deepEqual(await found({ from: T + 3.5 }), both(4));
    assert.deepEqual(await found({ statuses: ["skipped", "queued"] }), both(4, 3, 1));
    assert.deepEqual(await found({ statuses: ["skipped"], until: T + 2, limit: 5 }), both(1));
    assert.deepEqual(await found({ statuses: ["skipped"], limit: 1 }), both(3));
    assert.deepEqual(await found({ limit: 2, until: T + 3 }), both(3, 2));
    assert.deepEqual(await found({ limit: Infinity, from: T + 4, until: T + 4 }), both(4));
    for (
      const filter of [{ schedules: [] }, { statuses: [] }, { limit: 0 }, { from: T + 9 }, { until: T - 1 }]
    ) {
      assert.deepEqual(await found(filter), [], JSON.stringify(filter));
    }
  },

  "old entries are deleted from time to time, but for those that are open": async ({ store }) => {
    const [schedule, other] = [await added(store, "a"), await added(store, "b")];
    await advanced(store, stepOf(other, { firings: [newFiring(other, T)] }));
    const open = [newFiring(schedule, T - 2, "queued"), newFiring(schedule, T - 1, "started")];
    const many = Array.from({ length: BOUNDS.firings + 300 }, (_, at) => newFiring(schedule, T + at));
    let next = (await advanced(store, stepOf(schedule, { firings: [...open, ...many] }))).schedule;
    const all = await store.schedules.firings({ schedules: [schedule.id] });
    assert.deepEqual(slots(all).slice(0, BOUNDS.firings), slots(many).reverse().slice(0, BOUNDS.firings));
    for (let at = 0; at < 100; at++) {
      const firings = [newFiring(schedule, T + many.length + at)];
      next = (await advanced(store, stepOf(next, { firings }))).schedule;
    }
    const kept = await store.schedules.firings({ schedules: [schedule.id] });
    assert.ok(kept.length <= BOUNDS.firings + 200, `${kept.length} are left`);
    const newest = T + many.length + 99;
    const latest = Array.from({ length: BOUNDS.firings }, (_, at) => newest - at);
    assert.deepEqual(slots(kept).slice(0, BOUNDS.firings), latest);
    assert.deepEqual(kept.slice(-2), open.toReversed());
    assert.equal((await store.schedules.firings({ schedules: [other.id] })).length, 1);
  },
};
