import assert from "node:assert/strict";
import type { Unique } from "../../core/job.ts";
import type { Enqueued } from "../../core/ports.ts";
import { type Cases, completed, FAILED, type Kit, newJob, on, T } from "./kit.ts";

const WHILE: Unique = { key: "k", scope: "unfinished" };
const ALWAYS: Unique = { key: "k", scope: "always" };
const SECOND: Unique = { key: "k", scope: 1_000 };

async function submit(kit: Kit, unique: Unique, now = T): Promise<Enqueued> {
  const { jobs } = await kit.store.enqueue({ jobs: [newJob({ unique })] }, now);
  return jobs[0]!;
}

export const uniqueCases: Cases = {
  "a second job with the key is not stored, and the first one's id comes back": async (kit) => {
    const first = await submit(kit, WHILE);
    assert.equal(first.created, true);
    assert.deepEqual(await submit(kit, WHILE), { id: first.id, created: false });
    assert.equal(await kit.store.count({}), 1);
    assert.equal((await submit(kit, { ...WHILE, key: "K" })).created, true, "keys differ by case");
  },

  "unfinished: in every pending status, and while it runs": async (kit) => {
    const parent = await kit.one();
    const { jobs: [blocked] } = await kit.store.enqueue({
      jobs: [newJob({ unique: WHILE, after: on("success", parent), runAt: T + 10 })],
    }, T);
    const isHeld = async (): Promise<void> =>
      assert.deepEqual(await submit(kit, WHILE, T + 5), { id: blocked!.id, created: false });
    await isHeld();
    await kit.endAs(parent, "completed", T + 5);
    assert.equal(await kit.status(blocked!.id), "scheduled");
    await isHeld();
    await kit.claim(T + 10);
    assert.equal(await kit.status(blocked!.id), "running");
    await isHeld();
    await kit.finish(blocked!.id, 1, completed(), T + 11);
    assert.equal((await submit(kit, WHILE, T + 12)).created, true);
  },

  "unfinished: free after any end": async (kit) => {
    for (const status of ["completed", "failed", "cancelled"] as const) {
      const { id, created } = await submit(kit, WHILE);
      assert.equal(created, true, `before ${status}`);
      await kit.endAs(id, status);
    }
    assert.equal((await submit(kit, WHILE)).created, true);
  },

  "unfinished: a skipped job does not hold its key": async (kit) => {
    const parent = await kit.one();
    await kit.end(parent, FAILED);
    await kit.one({ unique: WHILE, after: on("success", parent) });
    assert.equal((await submit(kit, WHILE)).created, true);
  },

  "always: for as long as the first is stored": async (kit) => {
    const { id } = await submit(kit, ALWAYS);
    await kit.endAs(id, "completed");
    assert.deepEqual(await submit(kit, ALWAYS, T + 1e10), { id, created: false });
    await kit.remove(id);
    assert.equal((await submit(kit, ALWAYS)).created, true);
  },

  "a period: from the submit of the first, whatever became of it": async (kit) => {
    const { id } = await submit(kit, SECOND);
    await kit.endAs(id, "completed");
    assert.deepEqual(await submit(kit, SECOND, T + 999), { id, created: false });
    const second = await submit(kit, SECOND, T + 1_000);
    assert.equal(second.created, true);
    assert.deepEqual(await submit(kit, SECOND, T + 1_999), { id: second.id, created: false });
  },

  "a period ends though the first still runs": async (kit) => {
    await submit(kit, SECOND);
    assert.equal((await submit(kit, SECOND, T + 1_000)).created, true);
  },

  "within one batch": async ({ store }) => {
    const { jobs } = await store.enqueue({
      jobs: [newJob({ unique: WHILE }), newJob(), newJob({ unique: WHILE }), newJob({ unique: null })],
    }, T);
    assert.deepEqual(jobs.map((job) => job.created), [true, true, false, true]);
    assert.equal(jobs[2]!.id, jobs[0]!.id);
    assert.equal(await store.count({}), 3);
  },

  "two callers at once: one job": async (kit) => {
    const both = await Promise.all([submit(kit, WHILE), submit(kit, WHILE), submit(kit, ALWAYS)]);
    assert.deepEqual(both.map((one) => one.created), [true, false, false]);
    assert.equal(new Set(both.map((one) => one.id)).size, 1);
  },

  "a place in the batch may mean the job that was there already": async (kit) => {
    const first = await submit(kit, WHILE);
    const { jobs } = await kit.store.enqueue({
      jobs: [newJob({ unique: WHILE }), newJob({ after: [{ index: 0, on: "success" }] })],
    }, T);
    assert.deepEqual((await kit.get(jobs[1]!.id)).dependencies, [{ id: first.id, on: "success" }]);
    await kit.endAs(first.id, "completed");
    assert.equal(await kit.status(jobs[1]!.id), "ready");
  },

  "a job that was there already stays outside of the workflow": async (kit) => {
    const first = await submit(kit, WHILE);
    const run = await kit.store.enqueue({
      workflow: { name: "w", key: null, params: {} },
      jobs: [newJob({ unique: WHILE }), newJob()],
    }, T);
    assert.equal((await kit.get(first.id)).workflow, null);
    assert.equal(await kit.store.count({ workflow: run.workflow! }), 1);
  },

  "a requeue is refused while another job holds the key": async (kit) => {
    const first = await submit(kit, WHILE);
    await kit.endAs(first.id, "failed");
    const second = await submit(kit, WHILE);
    assert.equal(await kit.requeue(first.id), "refused");
    assert.equal(await kit.status(first.id), "failed");
    await kit.endAs(second.id, "completed");
    assert.equal(await kit.requeue(first.id), "done");
    assert.deepEqual(await submit(kit, WHILE), { id: first.id, created: false });
    assert.equal(await kit.requeue(second.id), "refused");
  },

  "of two ended jobs with one key, one call requeues one": async (kit) => {
    const first = await submit(kit, WHILE);
    await kit.endAs(first.id, "failed");
    const second = await submit(kit, WHILE);
    await kit.endAs(second.id, "failed");
    const changes = await kit.store.requeue([first.id, second.id], T);
    assert.deepEqual(changes.map((change) => change.result).sort(), ["done", "refused"]);
  },

  "one call requeues both when the time of their key is over": async (kit) => {
    const first = await submit(kit, SECOND);
    await kit.endAs(first.id, "failed");
    const second = await submit(kit, SECOND, T + 1_000);
    await kit.endAs(second.id, "failed", T + 1_000);
    const changes = await kit.store.requeue([first.id, second.id], T + 2_000);
    assert.deepEqual(changes.map((change) => change.result), ["done", "done"]);
  },

  "a job may requeue under its own key": async (kit) => {
    const { id } = await submit(kit, ALWAYS);
    await kit.endAs(id, "failed");
    assert.equal(await kit.requeue(id), "done");
  },

  "removing an old holder leaves the key with the new one": async (kit) => {
    const first = await submit(kit, WHILE);
    await kit.endAs(first.id, "completed");
    const second = await submit(kit, WHILE);
    assert.equal(await kit.remove(first.id), "done");
    assert.deepEqual(await submit(kit, WHILE), { id: second.id, created: false });
  },
};
