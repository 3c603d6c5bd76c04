import assert from "node:assert/strict";
import { NotFoundError } from "../../core/errors.ts";
import { type Cases, on, T } from "./kit.ts";
import {
  added,
  advanced,
  assertStale,
  fireOf,
  idsOf,
  newFiring,
  newState,
  openFirings,
  RUN,
  scheduleContent,
  stepOf,
  STEPS,
} from "./schedules_kit.ts";

/** Cases about changing a schedule and storing the jobs of a slot in one step. */
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
    assert.deepEqual(await openFirings(kit), [[0, {}]]);
  },

  "what a slot runs can be of any size": async ({ store }) => {
    const schedule = await added(store, "a");
    const jobs = Array.from({ length: 300 }, (_, at) => ({ payload: { argv: ["echo", `${at}`] } }));
    const { jobs: ids } = await advanced(store, fireOf(schedule, T, jobs, { workflow: RUN }));
    assert.equal(new Set(ids).size, 300);
    assert.deepEqual((await store.workflows({}))[0]!.counts, { ready: 300 });
  },
};
