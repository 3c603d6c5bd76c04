import assert from "node:assert/strict";
import { STATUSES } from "../../core/transitions.ts";
import { type Cases, FAILED, on, T } from "./kit.ts";

const ZEROS = Object.fromEntries(STATUSES.map((status) => [status, 0]));

export const statsCases: Cases = {
  "an empty store counts every status as zero": async ({ store }) => {
    assert.deepEqual(await store.stats(), { total: 0, statuses: ZEROS, queues: {} });
  },

  "counts by status and by queue": async ({ add, one, claim, finish, store }) => {
    const [a, b] = await add({ queue: "x" }, { queue: "x" });
    await claim(T);
    await finish(a!, 1, FAILED);
    await add({}, { runAt: T + 5 }, { queue: "y" });
    await one({ after: on("success", b!), queue: "y" });
    const { total, statuses, queues } = await store.stats();
    assert.equal(total, 6);
    assert.deepEqual(statuses, { ...ZEROS, failed: 1, running: 1, ready: 2, scheduled: 1, blocked: 1 });
    const counted = Object.fromEntries(
      Object.entries(queues).map(([queue, { paused, statuses }]) => [queue, { paused, ...statuses }]),
    );
    assert.deepEqual(counted, {
      default: { paused: false, ready: 1, scheduled: 1 },
      x: { paused: false, failed: 1, running: 1 },
      y: { paused: false, ready: 1, blocked: 1 },
    });
  },

  "tells which queues are paused, those without a job included": async ({ add, store }) => {
    await add({ queue: "a" }, { queue: "b" });
    await store.pause("b", true);
    await store.pause("empty", true);
    const { queues } = await store.stats();
    assert.deepEqual([queues.a?.paused, queues.b?.paused, queues.empty?.paused], [false, true, true]);
    await store.pause("b", false);
    assert.equal((await store.stats()).queues.b?.paused, false);
  },

  "a removed job is no longer counted": async ({ add, endAs, remove, store }) => {
    const [a] = await add({}, { queue: "other" });
    await endAs(a!, "completed");
    await remove(a!);
    const { total, statuses, queues } = await store.stats();
    assert.deepEqual([total, statuses.completed, queues.default], [1, 0, undefined]);
  },

  "a queue may have any name": async ({ add, store }) => {
    const names = ["__proto__", "constructor", "ünï", "a b"];
    await add(...names.map((queue) => ({ queue })));
    const { queues } = await store.stats();
    assert.deepEqual(Object.keys(queues).sort(), [...names].sort());
  },
};
