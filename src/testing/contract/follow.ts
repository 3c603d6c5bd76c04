import assert from "node:assert/strict";
import type { JobId, NewJob } from "../../core/job.ts";
import type { Outcome } from "../../core/ports.ts";
import { type Cases, failedOf, type Kit, LEASE, newJob, T } from "./kit.ts";

function followedBy(parts: Partial<NewJob>, more: Parameters<typeof failedOf>[1] = {}): Outcome {
  return failedOf("f", { ...more, follow: [newJob({ name: "follow", ...parts })] });
}

async function followers({ store }: Kit): Promise<JobId[]> {
  return (await store.list({ name: "follow" })).map((job) => job.id);
}

export const followCases: Cases = {
  "a job that fails for good starts those that follow": async (kit) => {
    const id = await kit.one();
    await kit.end(id, followedBy({ payload: { argv: ["alert"] }, queue: "alerts" }), T + 7);
    const [job] = await kit.store.list({ name: "follow" });
    assert.deepEqual([job!.status, job!.queue, job!.payload], ["ready", "alerts", { argv: ["alert"] }]);
    assert.deepEqual([job!.createdAt, job!.workflow], [T + 7, null]);
    assert.deepEqual(job!.dependencies, [{ id, on: "finished" }]);
    const [parent] = (await kit.store.parents([job!.id])).get(job!.id)!;
    assert.deepEqual([parent!.id, parent!.status, parent!.error?.fingerprint], [id, "failed", "f"]);
  },

  "those of one that is tried again wait for its end": async (kit) => {
    const id = await kit.one();
    await kit.end(id, followedBy({}, { retryAt: T }));
    const [follow] = await followers(kit);
    assert.equal(await kit.status(follow!), "blocked");
    await kit.endAs(id, "completed");
    assert.equal(await kit.status(follow!), "ready");
  },

  "an end that is not accepted starts nothing": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    assert.equal((await kit.finish(id, 2, followedBy({}))).accepted, false);
    assert.deepEqual(await followers(kit), []);
  },

  "one whose cancel was requested starts nothing": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    await kit.cancel(id);
    await kit.finish(id, 1, followedBy({}));
    assert.deepEqual([await kit.status(id), await followers(kit)], ["cancelled", []]);
  },

  "a lost attempt may start some, too": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    const outcome = followedBy({}, { reason: "lost" });
    await kit.store.rescue([{ id, attempt: 1, leaseUntil: T + LEASE, outcome }], T + LEASE);
    assert.equal((await followers(kit)).length, 1);
  },

  "within a run they belong to it": async (kit) => {
    const run = await kit.store.enqueue({
      jobs: [newJob()],
      workflow: { name: "w", key: null, params: {} },
    }, T);
    await kit.end(run.jobs[0]!.id, followedBy({}));
    const [follow] = await followers(kit);
    assert.equal((await kit.get(follow!)).workflow, run.workflow);
    assert.deepEqual((await kit.store.workflows({}))[0]!.counts, { failed: 1, ready: 1 });
  },

  "a unique key keeps them out like others": async (kit) => {
    const [a, b] = await kit.add({}, {});
    const unique = { key: "alert", scope: "unfinished" } as const;
    await kit.end(a!, followedBy({ unique }));
    await kit.end(b!, followedBy({ unique }));
    assert.equal((await followers(kit)).length, 1);
  },
};
