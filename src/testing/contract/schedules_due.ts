import assert from "node:assert/strict";
import { BOUNDS } from "../../core/bounds.ts";
import { type Cases, completed, newJob, T } from "./kit.ts";
import { added, advanced, fireOf, newFiring, openFirings, RUN, stepOf, STEPS } from "./schedules_kit.ts";

/** Cases about what needs attention; those about changes and the jobs of slots are in `schedules_fire.ts`. */
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
    assert.deepEqual(await openFirings(kit), [[0, { scheduled: 1 }]]);
    await kit.claim(T + 5);
    assert.deepEqual(await openFirings(kit), [[0, { running: 1 }]]);
    await kit.finish(job!, 1, completed());
    assert.deepEqual(await openFirings(kit), [[0, { completed: 1 }]]);
    await kit.remove(job!);
    assert.deepEqual(await openFirings(kit), [[0, {}]]);
  },

  "a firing tells how the jobs of its run stand": async (kit) => {
    const { store, endAs, remove } = kit;
    const schedule = await added(store, "a");
    const { jobs, workflow } = await advanced(store, fireOf(schedule, T, STEPS, { workflow: RUN }));
    assert.deepEqual(await openFirings(kit), [[0, { ready: 1, blocked: 2 }]]);
    await store.enqueue({ jobs: [newJob()], workflow: workflow! }, T);
    await endAs(jobs[0]!, "failed");
    assert.deepEqual(await openFirings(kit), [[0, { failed: 1, skipped: 2, running: 1 }]]);
    for (const id of [...jobs].reverse()) await remove(id);
    assert.deepEqual(await openFirings(kit), [[0, { running: 1 }]]);
  },

  "open firings come in the order of their slots": async (kit) => {
    const schedule = await added(kit.store, "a", { nextAt: T });
    const [b, a] = [await advanced(kit.store, fireOf(schedule, T + 4)), newFiring(schedule, T + 2, "queued")];
    const second = await advanced(kit.store, fireOf(b.schedule, T + 1, STEPS, { workflow: RUN }));
    await advanced(
      kit.store,
      stepOf(second.schedule, { firings: [newFiring(schedule, T + 6, "queued"), a] }),
    );
    assert.deepEqual(await openFirings(kit), [[1, { ready: 1, blocked: 2 }], [2, {}], [4, { ready: 1 }], [
      6,
      {},
    ]]);
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
