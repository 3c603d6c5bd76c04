import assert from "node:assert/strict";
import { BOUNDS } from "../../core/bounds.ts";
import { NotFoundError } from "../../core/errors.ts";
import type { Due } from "../../core/ports.ts";
import { type Cases, completed, type Kit, newJob, on, T } from "./kit.ts";
import {
  added,
  advanced,
  assertStale,
  fireOf,
  newFiring,
  newState,
  scheduleContent,
  stepOf,
} from "./schedules_kit.ts";

const RUN = { name: "w", key: "k", params: { "ü": [1] }, source: "w.yaml" };
const STEPS = [
  { step: "fetch" },
  { step: "parse", after: [{ index: 0, on: "success" }] },
  { step: "alert", after: [{ index: 0, on: "failure" }, { index: 1, on: "failure" }] },
] as const;

const idsOf = ({ schedules }: Due): number[] => schedules.map(({ schedule }) => schedule.id);

/** Slots and jobs of the open firings of the only schedule that is due. */
async function open({ store }: Kit): Promise<unknown[]> {
  const { schedules: [due, ...rest] } = await store.schedules.due(T);
  assert.deepEqual(rest, []);
  return due === undefined ? [] : due.open.map(({ slot, jobs }) => [slot - T, jobs]);
}

export const dueCases: Cases = {
  "a schedule is due from its time on, and others tell when to look again": async ({ store }) => {
    const { schedules } = store;
    const none = { schedules: [], nextAt: null };
    assert.deepEqual(await schedules.due(T), none);
    await added(store, "paused", { nextAt: null });
    assert.deepEqual(await schedules.due(T), none);
    const [late, soon] = [
      await added(store, "a", { nextAt: T + 9 }),
      await added(store, "b", { nextAt: T + 5 }),
    ];
    assert.deepEqual(await schedules.due(T), { schedules: [], nextAt: T + 5 });
    assert.deepEqual(await schedules.due(T + 4), { schedules: [], nextAt: T + 5 });
    const due = { schedule: soon, open: [], queued: 0 };
    assert.deepEqual(await schedules.due(T + 5), { schedules: [due], nextAt: T + 9 });
    assert.deepEqual(await schedules.due(T + 9), {
      schedules: [{ ...due, schedule: late }, due],
      nextAt: null,
    });
  },

  "one with an open firing needs attention whatever its time": async ({ store }) => {
    const { schedules } = store;
    const [paused, later, closed] = [
      await added(store, "c"),
      await added(store, "b", { nextAt: T + 50 }),
      await added(store, "a", { nextAt: T + 60 }),
    ];
    const firing = newFiring(paused, T - 3, "queued", { reason: "waits" });
    const one = await advanced(store, stepOf(paused, { firings: [firing] }));
    const two = await advanced(store, fireOf(later, T - 2));
    for (const status of ["completed", "failed", "cancelled", "skipped", "missed", "gone"] as const) {
      const [now] = await schedules.list({ ids: [closed.id] });
      await advanced(store, stepOf(now!, { firings: [newFiring(closed, T, status)] }));
    }
    const started = newFiring(later, T - 2, "started", { startedAt: T - 2, job: two.jobs[0]! });
    assert.deepEqual(await schedules.due(T), {
      schedules: [
        { schedule: one.schedule, open: [{ ...firing, jobs: {} }], queued: 1 },
        { schedule: two.schedule, open: [{ ...started, jobs: { ready: 1 } }], queued: 0 },
      ],
      nextAt: T + 50,
    });
    await advanced(store, stepOf(one.schedule, { firings: [{ ...firing, status: "skipped" }] }));
    await advanced(
      store,
      stepOf(two.schedule, { firings: [{ ...started, status: "completed", endedAt: T }] }),
    );
    assert.deepEqual(await schedules.due(T), { schedules: [], nextAt: T + 50 });
  },

  "a firing tells how its job stands": async (kit) => {
    const schedule = await added(kit.store, "a");
    const { jobs: [job] } = await advanced(kit.store, fireOf(schedule, T, [{ runAt: T + 5 }]));
    assert.deepEqual(await open(kit), [[0, { scheduled: 1 }]]);
    await kit.claim(T + 5);
    assert.deepEqual(await open(kit), [[0, { running: 1 }]]);
    await kit.finish(job!, 1, completed());
    assert.deepEqual(await open(kit), [[0, { completed: 1 }]]);
    await kit.remove(job!);
    assert.deepEqual(await open(kit), [[0, {}]]);
  },

  "a firing tells how the jobs of its run stand": async (kit) => {
    const { store, endAs, remove } = kit;
    const schedule = await added(store, "a");
    const { jobs, workflow } = await advanced(store, fireOf(schedule, T, STEPS, { workflow: RUN }));
    assert.deepEqual(await open(kit), [[0, { ready: 1, blocked: 2 }]]);
    await store.enqueue({ jobs: [newJob()], workflow: workflow! }, T);
    await endAs(jobs[0]!, "failed");
    assert.deepEqual(await open(kit), [[0, { failed: 1, skipped: 2, running: 1 }]]);
    for (const id of [...jobs].reverse()) await remove(id);
    assert.deepEqual(await open(kit), [[0, { running: 1 }]]);
  },

  "open firings come in the order of their slots": async (kit) => {
    const schedule = await added(kit.store, "a", { nextAt: T });
    const [b, a] = [await advanced(kit.store, fireOf(schedule, T + 4)), newFiring(schedule, T + 2, "queued")];
    const second = await advanced(kit.store, fireOf(b.schedule, T + 1, STEPS, { workflow: RUN }));
    await advanced(
      kit.store,
      stepOf(second.schedule, { firings: [newFiring(schedule, T + 6, "queued"), a] }),
    );
    assert.deepEqual(await open(kit), [[1, { ready: 1, blocked: 2 }], [2, {}], [4, { ready: 1 }], [6, {}]]);
  },

  "of many that are queued the first are shown, and all are counted": async ({ store }) => {
    const [schedule, other] = [await added(store, "a"), await added(store, "b")];
    const size = BOUNDS.queuedShown + 20;
    const queued = Array.from({ length: size }, (_, at) => newFiring(schedule, T + size - at, "queued"));
    const started = newFiring(schedule, T + 2 * size, "started");
    await advanced(store, stepOf(schedule, { firings: [...queued, started] }));
    await advanced(store, stepOf(other, { firings: [newFiring(other, T, "queued")] }));
    const [first, second] = (await store.schedules.due(T)).schedules;
    assert.deepEqual([first!.queued, second!.queued, second!.open.length], [size, 1, 1]);
    const shown = queued.toReversed().slice(0, BOUNDS.queuedShown);
    assert.deepEqual(first!.open, [...shown, started].map((firing) => ({ ...firing, jobs: {} })));
  },
};

export const fireCases: Cases = {
  "a job is stored with its slot, whose entry names it": async ({ store, get }) => {
    const schedule = await added(store, "a", { nextAt: T });
    const state = newState({ cursor: T, nextAt: T + 60, fired: 1 });
    const payload = { argv: ["true"], $scheduled: { schedule: "a", at: T }, __proto: "\u0000" };
    const step = { ...fireOf(schedule, T, [{ payload, name: "n" }], { by: "w1" }), state };
    const fired = await advanced(store, step, T + 2);
    const [job] = fired.jobs;
    assert.deepEqual(fired, {
      accepted: true,
      schedule: { ...schedule, version: 2, state },
      jobs: [job],
      workflow: null,
    });
    const { status, workflow, createdAt, ...rest } = await get(job!);
    assert.deepEqual([status, workflow, createdAt, rest.payload, rest.name], [
      "ready",
      null,
      T + 2,
      payload,
      "n",
    ]);
    const [firing] = await store.schedules.firings({});
    assert.deepEqual(firing, newFiring(schedule, T, "started", { startedAt: T, job: job!, by: "w1" }));
  },

  "a run is stored with its slot, whose entry names it": async ({ store, endAs, get, statuses }) => {
    const schedule = await added(store, "a");
    const { jobs, workflow } = await advanced(store, fireOf(schedule, T, STEPS, { workflow: RUN }), T + 2);
    const [run, ...others] = await store.workflows({});
    assert.deepEqual([others, run!.id, run!.params, run!.createdAt], [[], workflow, RUN.params, T + 2]);
    const [firing] = await store.schedules.firings({});
    assert.deepEqual(firing, newFiring(schedule, T, "started", { startedAt: T, run: workflow! }));
    assert.equal(jobs.length, 3);
    for (const id of jobs) assert.equal((await get(id)).workflow, workflow);
    assert.deepEqual((await get(jobs[2]!)).dependencies, [...on("failure", jobs[0]!, jobs[1]!)]);
    await endAs(jobs[0]!, "completed", T + 2);
    assert.deepEqual(await statuses(...jobs), ["completed", "ready", "skipped"]);
  },

  "a job whose time is to come waits for it": async ({ store, status, claimIds }) => {
    const schedule = await added(store, "a");
    const { jobs } = await advanced(store, fireOf(schedule, T, [{ runAt: T + 30 }]));
    assert.equal(await status(jobs[0]!), "scheduled");
    assert.deepEqual([await claimIds(T + 29), await claimIds(T + 30)], [[], jobs]);
  },

  "jobs may wait for stored ones, and a unique key may name one that is there": async (
    { store, one, status },
  ) => {
    const unique = { key: "only", scope: "unfinished" } as const;
    const [parent, holder] = [await one(), await one({ unique })];
    const schedule = await added(store, "a");
    const first = await advanced(store, fireOf(schedule, T, [{ after: on("success", parent) }]));
    assert.equal(await status(first.jobs[0]!), "blocked");
    const second = await advanced(store, fireOf(first.schedule, T + 1, [{ unique }]));
    assert.deepEqual(second.jobs, [holder]);
    assert.equal((await store.schedules.firings({ limit: 1 }))[0]!.job, holder);
    assert.equal(await store.count({}), 3);
  },

  "other entries are stored in the same step": async ({ store }) => {
    const schedule = await added(store, "a");
    const step = fireOf(schedule, T + 1);
    const others = [newFiring(schedule, T, "missed", { slots: 4 }), newFiring(schedule, T + 2, "queued")];
    const { jobs } = await advanced(store, { ...step, firings: [others[1]!, ...step.firings, others[0]!] });
    const firing = { ...step.firings[0]!, job: jobs[0]! };
    assert.deepEqual(await store.schedules.firings({}), [others[1], firing, others[0]]);
  },

  "an entry that was queued fires, and one that was skipped": async ({ store }) => {
    const schedule = await added(store, "a");
    const firings = [
      newFiring(schedule, T, "queued", { reason: "waits" }),
      newFiring(schedule, T + 1, "skipped"),
    ];
    let next = (await advanced(store, stepOf(schedule, { firings }))).schedule;
    for (const slot of [T, T + 1]) next = (await advanced(store, fireOf(next, slot))).schedule;
    const found = await store.schedules.firings({});
    assert.deepEqual(found.map(({ status, reason, job }) => [status, reason, job !== null]), [
      ["started", null, true],
      ["started", null, true],
    ]);
  },

  "a slot that has fired does not fire again, whatever became of its jobs": async (
    { store, endAs, remove },
  ) => {
    const schedule = await added(store, "a");
    const one = await advanced(store, fireOf(schedule, T));
    const two = await advanced(store, fireOf(one.schedule, T + 1, STEPS, { workflow: RUN }));
    const [late, early] = await store.schedules.firings({});
    await endAs(one.jobs[0]!, "completed");
    await remove(one.jobs[0]!);
    const ends = [late!, early!].map((firing) => ({ ...firing, status: "gone", endedAt: T + 9 } as const));
    const { schedule: next } = await advanced(store, stepOf(two.schedule, { firings: ends }));
    const before = await scheduleContent(store);
    for (const slot of [T, T + 1]) {
      const step = fireOf(next, slot);
      await assertStale(store, { ...step, firings: [newFiring(next, T + 7), ...step.firings] });
      await assertStale(store, fireOf(next, slot, STEPS, { workflow: RUN }));
    }
    assert.deepEqual(await scheduleContent(store), before);
    await advanced(store, fireOf(next, T + 2));
  },

  "of several who change one version at once, one is heard": async ({ store }) => {
    const { schedules } = store;
    const schedule = await added(store, "a", { nextAt: T });
    const steps = [0, 1, 2, 3].map((at) =>
      fireOf(schedule, T + at % 2, [{}, {}], { workflow: at === 3 ? RUN : null })
    );
    const results = await Promise.all(steps.map((step) => schedules.advance(step, T)));
    assert.deepEqual(results.map(({ accepted }) => accepted).sort(), [false, false, false, true]);
    const [firings, stored] = [await schedules.firings({}), await schedules.list()];
    assert.deepEqual([firings.length, stored[0]!.version, await store.count({})], [1, 2, 2]);
  },

  "many schedules advance in one turn": async ({ store }) => {
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, at) => added(store, `s${at}`, { nextAt: T })),
    );
    const results = await Promise.all(
      all.map((schedule, at) =>
        advanced(
          store,
          fireOf(schedule, T, at % 2 === 0 ? [{}] : STEPS, { workflow: at % 2 === 0 ? null : RUN }),
        )
      ),
    );
    const jobs = results.flatMap((result) => result.jobs);
    assert.deepEqual([new Set(jobs).size, await store.count({})], [80, 80]);
    const firings = await store.schedules.firings({});
    assert.deepEqual(
      firings.map(({ job, run }) => [job, run]),
      results.map(({ jobs: [job], workflow }) => workflow === null ? [job, null] : [null, workflow]),
    );
    const due = await store.schedules.due(T);
    assert.deepEqual(idsOf(due), all.map(({ id }) => id));
    assert.deepEqual(
      due.schedules.map(({ open }) => open[0]!.jobs),
      all.map((_, at) => at % 2 === 0 ? { ready: 1 } : { ready: 1, blocked: 2 }),
    );
  },

  "jobs that cannot be stored change nothing, whoever else does something": async ({ store }) => {
    const { schedules } = store;
    const [a, b] = [await added(store, "a", { nextAt: T }), await added(store, "b", { nextAt: T })];
    const before = await scheduleContent(store);
    const unknown = { after: on("success", 4_711) };
    const later = { after: [{ index: 1, on: "success" }] } as const;
    for (const jobs of [[unknown], [{}, unknown], [later, {}]]) {
      for (const workflow of [null, RUN]) {
        const step = { ...fireOf(a, T, jobs, { workflow }), state: newState({ fired: 9 }) };
        await assert.rejects(schedules.advance(step, T), (error) => error instanceof NotFoundError);
      }
    }
    assert.deepEqual(await scheduleContent(store), before);
    const [bad, good] = await Promise.allSettled([
      schedules.advance(fireOf(a, T, [unknown]), T),
      schedules.advance(fireOf(b, T), T),
    ]);
    assert.equal(bad.status, "rejected");
    assert.ok(good.status === "fulfilled" && good.value.accepted);
    assert.equal((await advanced(store, fireOf(a, T))).schedule.version, 2);
  },

  "a run without jobs is a run": async (kit) => {
    const schedule = await added(kit.store, "a");
    const { jobs, workflow } = await advanced(kit.store, fireOf(schedule, T, [], { workflow: RUN }));
    assert.deepEqual(jobs, []);
    assert.equal((await kit.store.schedules.firings({}))[0]!.run, workflow);
    assert.deepEqual(await open(kit), [[0, {}]]);
  },

  "what a slot runs can be of any size": async ({ store }) => {
    const schedule = await added(store, "a");
    const jobs = Array.from({ length: 300 }, (_, at) => ({ payload: { argv: ["echo", `${at}`] } }));
    const { jobs: ids } = await advanced(store, fireOf(schedule, T, jobs, { workflow: RUN }));
    assert.equal(new Set(ids).size, 300);
    assert.deepEqual((await store.workflows({}))[0]!.counts, { ready: 300 });
  },
};
