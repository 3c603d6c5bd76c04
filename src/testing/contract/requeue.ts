import assert from "node:assert/strict";
import { CANCELLED, type Cases, completed, FAILED, failed, newJob, on, T } from "./kit.ts";

export const requeueCases: Cases = {
  "starts a job over: no result, no error, no failures, a new attempt": async (kit) => {
    const id = await kit.one();
    await kit.end(id, failed(T + 1));
    await kit.end(id, FAILED, T + 1);
    assert.deepEqual(await kit.store.requeue([id], T + 9), [{ id, result: "done", status: "failed" }]);
    const job = await kit.get(id);
    assert.deepEqual([job.status, job.reason, job.failures, job.attempt], ["ready", null, 0, 2]);
    assert.deepEqual([job.result, job.error, job.finishedAt, job.dueAt], [null, null, null, T + 9]);
    assert.equal((await kit.claim(T + 9))[0]!.attempt, 3);
    assert.equal((await kit.store.attempts(id)).length, 3);
  },

  "takes jobs from every final status": async ({ add, endAs, one, store, statuses }) => {
    const [done, failing, cancelled] = await add({}, {}, {});
    await endAs(done!, "completed");
    await endAs(failing!, "failed");
    const skipped = await one({ after: on("success", failing!) });
    await endAs(cancelled!, "cancelled");
    const ids = [done!, failing!, cancelled!, skipped];
    const changes = await store.requeue(ids, T);
    assert.deepEqual(changes.map((c) => [c.id, c.result, c.status]), [
      [done, "done", "completed"],
      [failing, "done", "failed"],
      [cancelled, "done", "cancelled"],
      [skipped, "done", "skipped"],
    ]);
    assert.deepEqual(await statuses(...ids), ["ready", "ready", "ready", "blocked"]);
  },

  "refuses unfinished jobs, and tells which are missing": async ({ add, claim, store }) => {
    const [running] = await add({ queue: "q" });
    await claim(T);
    const [ready, scheduled] = await add({}, { runAt: T + 5 });
    const changes = await store.requeue([running!, ready!, scheduled!, 9_999], T);
    assert.deepEqual(changes.map((c) => c.result), ["refused", "refused", "refused", "missing"]);
    assert.deepEqual(changes.map((c) => c.status), ["running", "ready", "scheduled", null]);
  },

  "an attempt from before is no longer heard": async ({ one, end, requeue, finish, claim, get }) => {
    const id = await one();
    await end(id, completed("old"));
    await requeue(id);
    await claim(T);
    assert.equal((await finish(id, 1, completed("stale"))).accepted, false);
    assert.equal((await finish(id, 2, completed("new"))).accepted, true);
    assert.equal((await get(id)).result, "new");
  },

  "a child of an open parent is blocked again": async ({ one, endAs, requeue, get, end }) => {
    const parent = await one();
    const child = await one({ after: on("finished", parent) });
    await endAs(parent, "completed");
    await endAs(child, "completed");
    assert.equal(await requeue(parent), "done");
    assert.equal(await requeue(child), "done");
    assert.deepEqual([(await get(child)).status, (await get(child)).waitingOn], ["blocked", 1]);
    await end(parent, FAILED);
    assert.equal((await get(child)).status, "ready");
  },

  "a child of finished parents is ready at once": async ({ add, one, endAs, requeue, get }) => {
    const parents = await add({}, {});
    const child = await one({ after: on("success", ...parents) });
    for (const id of [...parents, child]) await endAs(id, "completed");
    assert.equal(await requeue(child), "done");
    assert.deepEqual([(await get(child)).status, (await get(child)).waitingOn], ["ready", 0]);
  },

  "a job whose parent ended the wrong way is refused": async ({ one, end, requeue, status }) => {
    const parent = await one();
    const child = await one({ after: on("success", parent) });
    await end(parent, FAILED);
    assert.equal(await requeue(child), "refused");
    assert.equal(await status(child), "skipped");
  },

  "parent and child in one call, in any order": async ({ one, end, store, get, endAs }) => {
    const parent = await one();
    const child = await one({ after: on("success", parent) });
    await end(parent, FAILED);
    const changes = await store.requeue([child, parent], T + 1);
    assert.deepEqual(changes.map((c) => [c.id, c.result]), [[child, "done"], [parent, "done"]]);
    assert.deepEqual([(await get(child)).status, (await get(child)).waitingOn], ["blocked", 1]);
    await endAs(parent, "completed", T + 1);
    assert.equal((await get(child)).status, "ready");
  },

  "a child counts on its parent only if that is requeued as well": async (
    { add, one, end, claim, store },
  ) => {
    const [bad, held] = await add({}, {});
    const middle = await one({ after: on("success", bad!) });
    const below = await one({ after: on("success", middle) });
    await end(bad!, FAILED);
    await claim(T);
    const changes = await store.requeue([held!, middle, below], T);
    assert.deepEqual(changes.map((c) => c.result), ["refused", "refused", "refused"]);
  },

  "a diamond is run again from the side that failed": async (kit) => {
    const { jobs } = await kit.store.enqueue({
      workflow: { name: "diamond", key: null, params: {} },
      jobs: [
        newJob({ step: "top" }),
        newJob({ step: "left", after: [{ index: 0, on: "success" }] }),
        newJob({ step: "right", after: [{ index: 0, on: "success" }] }),
        newJob({ step: "bottom", after: [{ index: 1, on: "success" }, { index: 2, on: "success" }] }),
      ],
    }, T);
    const [top, left, right, bottom] = jobs.map((job) => job.id) as [number, number, number, number];
    await kit.endAs(top, "completed");
    await kit.endAs(left, "completed");
    await kit.endAs(right, "failed");
    assert.equal(await kit.status(bottom), "skipped");
    await kit.store.requeue([right, bottom], T);
    assert.deepEqual(await kit.statuses(top, left, right, bottom), [
      "completed",
      "completed",
      "ready",
      "blocked",
    ]);
    assert.equal((await kit.get(bottom)).waitingOn, 1);
    await kit.endAs(right, "completed");
    assert.deepEqual(await kit.claimIds(T), [bottom]);
  },

  "a parent that runs again never wakes a child that waits for another": async (kit) => {
    const [a, b] = await kit.add({}, {});
    const child = await kit.one({ after: on("success", a!, b!) });
    await kit.endAs(a!, "completed");
    await kit.requeue(a!);
    await kit.endAs(a!, "completed");
    assert.deepEqual([(await kit.get(child)).status, (await kit.get(child)).waitingOn], ["blocked", 1]);
    await kit.endAs(b!, "completed");
    assert.deepEqual([(await kit.get(child)).status, (await kit.get(child)).waitingOn], ["ready", 0]);
  },

  "a waiting child waits for a requeued parent again": async (kit) => {
    const [a, b] = await kit.add({}, {});
    const child = await kit.one({ after: on("success", a!, b!) });
    await kit.endAs(a!, "completed");
    await kit.requeue(a!);
    assert.equal((await kit.get(child)).waitingOn, 2);
    await kit.endAs(b!, "completed");
    assert.equal(await kit.status(child), "blocked");
    await kit.endAs(a!, "completed");
    assert.equal(await kit.status(child), "ready");
  },

  "a child that has begun is left alone when its parent runs again": async (kit) => {
    const parent = await kit.one();
    const child = await kit.one({ after: on("success", parent) });
    await kit.endAs(parent, "completed");
    await kit.claim(T);
    await kit.requeue(parent);
    assert.deepEqual(await kit.statuses(parent, child), ["ready", "running"]);
    await kit.endAs(parent, "failed");
    assert.equal(await kit.status(child), "running");
  },

  "a job cancelled before its time keeps that time": async ({ one, cancel, requeue, get }) => {
    const id = await one({ runAt: T + 100 });
    await cancel(id, T + 1);
    assert.equal(await requeue(id, T + 2), "done");
    assert.deepEqual([(await get(id)).status, (await get(id)).dueAt], ["scheduled", T + 100]);
  },

  "a job cancelled while it waited for a retry is ready at once": async (
    { one, end, cancel, requeue, get },
  ) => {
    const id = await one();
    await end(id, failed(T + 100));
    await cancel(id, T + 1);
    await requeue(id, T + 2);
    assert.deepEqual([(await get(id)).status, (await get(id)).dueAt], ["ready", T + 2]);
  },

  "a job that expired is run: its time was for the first start": async (
    { one, claimIds, requeue, status },
  ) => {
    const id = await one({ expiresAt: T + 5 });
    await claimIds(T + 6);
    assert.equal(await status(id), "failed");
    await requeue(id, T + 7);
    assert.deepEqual(await claimIds(T + 8), [id]);
  },

  "progress of the last life is forgotten": async ({ one, claim, store, finish, requeue, get }) => {
    const id = await one();
    await claim(T);
    await store.heartbeat([{ id, attempt: 1, progress: { done: 1 } }], 1_000, T);
    await finish(id, 1, CANCELLED);
    assert.deepEqual((await get(id)).progress, { done: 1 });
    await requeue(id);
    assert.equal((await get(id)).progress, null);
  },

  "the same job twice in one call is one requeue": async ({ one, endAs, store, get }) => {
    const parent = await one();
    const child = await one({ after: on("success", parent) });
    await endAs(parent, "completed");
    await endAs(child, "completed");
    await store.requeue([parent, parent, child, child], T);
    assert.deepEqual([(await get(child)).status, (await get(child)).waitingOn], ["blocked", 1]);
    await endAs(parent, "completed");
    assert.equal((await get(child)).status, "ready");
  },

  "requeueing nothing does nothing": async ({ store }) => {
    assert.deepEqual(await store.requeue([], T), []);
  },
};
