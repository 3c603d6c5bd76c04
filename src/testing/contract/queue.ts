import assert from "node:assert/strict";
import { type Cases, completed, newJob, T } from "./kit.ts";

export const queueCases: Cases = {
  "a paused queue gives nothing, others go on": async ({ add, store, claimIds }) => {
    const [held, free] = await add({ queue: "held", priority: 9 }, { queue: "free" });
    await store.pause("held", true);
    assert.deepEqual(await claimIds(T), [free]);
    assert.deepEqual(await claimIds(T, { queues: ["held"] }), []);
    await store.pause("held", false);
    assert.deepEqual(await claimIds(T), [held]);
  },

  "what runs in a paused queue goes on": async ({ one, store, claim, finish }) => {
    const id = await one();
    await claim(T);
    await store.pause("default", true);
    assert.deepEqual(await store.heartbeat([{ id, attempt: 1 }], 1_000, T), [{ id, state: "held" }]);
    assert.equal((await finish(id, 1, completed())).accepted, true);
  },

  "jobs can be submitted to a paused queue": async ({ one, store, status, claimIds }) => {
    await store.pause("default", true);
    const id = await one();
    assert.equal(await status(id), "ready");
    assert.deepEqual(await claimIds(T), []);
  },

  "a workflow's jobs stop at a paused queue too": async ({ store, claimIds }) => {
    const run = await store.enqueue({
      jobs: [newJob({ queue: "held" })],
      workflow: { name: "w", key: null, params: {} },
    }, T);
    await store.pause("held", true);
    assert.deepEqual(await claimIds(T, { workflow: run.workflow! }), []);
  },

  "pausing twice is pausing once": async ({ one, store, claimIds }) => {
    const id = await one();
    await store.pause("default", true);
    await store.pause("default", true);
    await store.pause("default", false);
    assert.deepEqual(await claimIds(T), [id]);
  },
};
