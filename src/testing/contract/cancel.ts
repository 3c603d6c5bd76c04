import assert from "node:assert/strict";
import { type Cases, completed, FAILED, failed, LEASE, on, RELEASED, T } from "./kit.ts";

export const cancelCases: Cases = {
  "ends pending jobs of every kind": async ({ store, one, end, statuses, get }) => {
    const retry = await one();
    await end(retry, failed(T + 100));
    const ready = await one();
    const scheduled = await one({ runAt: T + 50 });
    const blocked = await one({ after: on("success", ready) });
    const ids = [blocked, scheduled, ready, retry];
    assert.deepEqual(
      await store.cancel(ids, T + 7),
      ["blocked", "scheduled", "ready", "scheduled"].map((status, at) => ({
        id: ids[at],
        result: "done",
        status,
      })),
    );
    assert.deepEqual(await statuses(...ids), ids.map(() => "cancelled"));
    const job = await get(blocked);
    assert.deepEqual([job.finishedAt, job.waitingOn, job.reason], [T + 7, 0, null]);
  },

  "a cancelled job is not handed out": async ({ add, cancel, request }) => {
    const [ready, scheduled] = await add({}, { runAt: T + 5 });
    await cancel(ready!);
    await cancel(scheduled!);
    assert.deepEqual(await request(T + 10), { jobs: [], nextAt: null, nextRetryAt: null });
  },

  "refuses final jobs, and tells which are missing": async ({ one, endAs, store, get }) => {
    const id = await one();
    await endAs(id, "completed", T + 1);
    assert.deepEqual(await store.cancel([9_999, id], T + 2), [
      { id: 9_999, result: "missing", status: null },
      { id, result: "refused", status: "completed" },
    ]);
    assert.deepEqual([(await get(id)).status, (await get(id)).finishedAt], ["completed", T + 1]);
  },

  "asks a running job to stop; its worker hears it": async ({ one, claim, store, get, cancel }) => {
    const id = await one();
    await claim(T);
    assert.deepEqual(await store.cancel([id], T + 1), [{ id, result: "requested", status: "running" }]);
    assert.deepEqual([(await get(id)).status, (await get(id)).cancelRequested], ["running", true]);
    assert.deepEqual(await store.heartbeat([{ id, attempt: 1 }], LEASE, T + 2), [{ id, state: "cancel" }]);
    assert.equal(await cancel(id), "requested", "asking again is fine");
  },

  "an attempt that fails after it was asked to stop ends as cancelled, without a retry": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    await kit.cancel(id);
    const finished = await kit.finish(id, 1, failed(T + 100), T + 5);
    assert.deepEqual(finished, { id, accepted: true, status: "cancelled" });
    const job = await kit.get(id);
    assert.deepEqual([job.status, job.reason, job.finishedAt], ["cancelled", null, T + 5]);
  },

  "an attempt that is released after it was asked to stop ends as cancelled": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    await kit.cancel(id);
    assert.equal((await kit.finish(id, 1, RELEASED)).status, "cancelled");
    assert.deepEqual(await kit.claimIds(T), []);
  },

  "an attempt that completes after it was asked to stop has completed": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    await kit.cancel(id);
    assert.equal((await kit.finish(id, 1, completed("made it"))).status, "completed");
    assert.equal((await kit.get(id)).result, "made it");
  },

  "cancelling settles the children, and theirs": async ({ one, cancel, statuses }) => {
    const top = await one();
    const success = await one({ after: on("success", top) });
    const failure = await one({ after: on("failure", top) });
    const finished = await one({ after: on("finished", top) });
    const below = await one({ after: on("success", success) });
    const cleanup = await one({ after: on("finished", below) });
    await cancel(top);
    assert.deepEqual(await statuses(success, failure, finished, below, cleanup), [
      "skipped",
      "skipped",
      "ready",
      "skipped",
      "ready",
    ]);
  },

  "a parent and its child in one call are both cancelled": async ({ store, one, statuses }) => {
    const parent = await one();
    const child = await one({ after: on("success", parent) });
    const changes = await store.cancel([parent, child], T);
    assert.deepEqual(changes.map((change) => change.result), ["done", "done"]);
    assert.deepEqual(await statuses(parent, child), ["cancelled", "cancelled"]);
  },

  "a request that came too late does not outlive the attempt": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    await kit.cancel(id);
    await kit.finish(id, 1, completed());
    assert.equal(await kit.requeue(id), "done");
    assert.equal((await kit.get(id)).cancelRequested, false);
    await kit.claim(T);
    assert.equal((await kit.finish(id, 2, FAILED)).status, "failed");
  },

  "cancelling nothing does nothing": async ({ store }) => {
    assert.deepEqual(await store.cancel([], T), []);
  },
};
