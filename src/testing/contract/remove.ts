import assert from "node:assert/strict";
import { type Cases, completed, FAILED, on, T } from "./kit.ts";

const text = new TextEncoder();

export const removeCases: Cases = {
  "deletes a final job with its history": async ({ one, end, store }) => {
    const id = await one({ tags: ["t"], name: "n" });
    await store.appendLog([{ id, attempt: 1, seq: 1, stream: "log", at: T, data: text.encode("x") }]);
    await end(id, completed({ big: true }));
    assert.deepEqual(await store.remove([id]), [{ id, result: "done", status: "completed" }]);
    assert.deepEqual(await store.list({}), []);
    assert.equal(await store.count({ tag: "t" }), 0);
    assert.deepEqual(await store.attempts(id), []);
    assert.deepEqual(await store.readLog(id), []);
    assert.equal((await store.stats()).total, 0);
    assert.deepEqual(await store.remove([id]), [{ id, result: "missing", status: null }]);
  },

  "refuses unfinished jobs": async ({ one, add, claim, store, statuses }) => {
    const running = await one();
    await claim(T);
    const [ready, scheduled] = await add({}, { runAt: T + 5 });
    const blocked = await one({ after: on("success", running) });
    const ids = [running, ready!, scheduled!, blocked];
    const expected = ["running", "ready", "scheduled", "blocked"];
    assert.deepEqual(
      await store.remove(ids),
      ids.map((id, at) => ({ id, result: "refused", status: expected[at] })),
    );
    assert.deepEqual(await statuses(...ids), expected);
  },

  "refuses a job that an unfinished one depends on": async ({ one, endAs, remove, store }) => {
    const parent = await one();
    const child = await one({ after: on("success", parent) });
    await endAs(parent, "completed");
    assert.equal(await remove(parent), "refused");
    await endAs(child, "completed");
    assert.equal(await remove(parent), "done");
    assert.deepEqual(await store.children([parent]), []);
    assert.deepEqual((await store.parents([child])).get(child) ?? [], []);
  },

  "a whole finished family goes in one call": async ({ one, end, store }) => {
    const parent = await one();
    const child = await one({ after: on("success", parent) });
    const grandchild = await one({ after: on("success", child) });
    await end(parent, FAILED);
    const changes = await store.remove([parent, child, grandchild]);
    assert.deepEqual(changes.map((change) => change.result), ["done", "done", "done"]);
    assert.equal(await store.count({}), 0);
  },

  "a refused job does not keep the others of the call": async ({ add, endAs, store }) => {
    const [done, open] = await add({}, { queue: "x" });
    await endAs(done!, "completed");
    const changes = await store.remove([open!, 9_999, done!]);
    assert.deepEqual(changes.map((change) => change.result), ["refused", "missing", "done"]);
    assert.equal(await store.count({}), 1);
  },

  "a child whose parents are gone can run again": async ({ one, end, endAs, remove, requeue, get }) => {
    const parent = await one();
    const child = await one({ after: on("success", parent) });
    await end(parent, completed());
    await endAs(child, "failed");
    await remove(parent);
    assert.equal(await requeue(child), "done");
    assert.deepEqual([(await get(child)).status, (await get(child)).waitingOn], ["ready", 0]);
  },

  "nothing can depend on a removed job": async ({ one, endAs, remove, addAt }) => {
    const id = await one();
    await endAs(id, "completed");
    await remove(id);
    await assert.rejects(addAt(T, { after: on("finished", id) }), /\d/);
  },

  "a removed job is gone for its worker": async ({ one, claim, finish, store, remove }) => {
    const id = await one();
    await claim(T);
    await finish(id, 1, completed());
    await remove(id);
    assert.deepEqual(await finish(id, 1, completed()), { id, accepted: false, status: null });
    assert.deepEqual(await store.heartbeat([{ id, attempt: 1 }], 1, T), [{ id, state: "lost" }]);
  },

  "removing nothing does nothing": async ({ store }) => {
    assert.deepEqual(await store.remove([]), []);
  },
};
