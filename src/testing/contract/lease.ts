import assert from "node:assert/strict";
import { type Cases, completed, type Kit, LEASE, lost, on, POLICY, T, workerInfo } from "./kit.ts";

/** A running job whose lease ends at `T + LEASE`. */
async function running(kit: Kit): Promise<number> {
  const id = await kit.one();
  await kit.claim(T);
  return id;
}

const lease = { attempt: 1, leaseUntil: T + LEASE };

export const leaseCases: Cases = {
  "a heartbeat moves the end of the lease": async (kit) => {
    const id = await running(kit);
    assert.deepEqual(await kit.store.heartbeat([{ id, attempt: 1 }], 500, T + 100), [{ id, state: "held" }]);
    assert.equal((await kit.store.leases({ expiredBy: T + 600 }))[0]!.leaseUntil, T + 600);
    assert.deepEqual(await kit.store.leases({ expiredBy: T + 599 }), []);
  },

  "a heartbeat records progress, and leaves it where it says nothing": async (kit) => {
    const id = await running(kit);
    await kit.store.heartbeat([{ id, attempt: 1, progress: { done: 3, of: [4] } }], LEASE, T + 1);
    await kit.store.heartbeat([{ id, attempt: 1 }], LEASE, T + 2);
    assert.deepEqual((await kit.get(id)).progress, { done: 3, of: [4] });
    await kit.store.heartbeat([{ id, attempt: 1, progress: null }], LEASE, T + 3);
    assert.equal((await kit.get(id)).progress, null);
  },

  "a heartbeat registers the process for whoever rescues": async (kit) => {
    const id = await running(kit);
    await kit.store.heartbeat([{ id, attempt: 1, process: { pid: 99, pidStart: "5" } }], LEASE, T);
    await kit.store.heartbeat([{ id, attempt: 1 }], LEASE, T);
    const [held] = await kit.store.leases({ host: "box" });
    assert.deepEqual([held!.process, held!.worker], [{ pid: 99, pidStart: "5" }, workerInfo("w1")]);
  },

  "a process of the last attempt is not that of the next": async ({ one, claim, store, finish }) => {
    const id = await one();
    await claim(T);
    await store.heartbeat([{ id, attempt: 1, process: { pid: 99, pidStart: null } }], LEASE, T);
    await finish(id, 1, { type: "released" });
    await claim(T);
    assert.equal((await store.leases({ host: "box" }))[0]!.process, null);
  },

  "a heartbeat of an attempt that lost its job changes nothing": async (kit) => {
    const id = await running(kit);
    const other = await kit.one({ queue: "idle" });
    const beats = [
      { id, attempt: 2, progress: "stale" },
      { id: other, attempt: 0, progress: "not running" },
      { id: 9_999, attempt: 1 },
    ];
    const replies = await kit.store.heartbeat(beats, LEASE, T + 500);
    assert.deepEqual(replies, [id, other, 9_999].map((lost) => ({ id: lost, state: "lost" })));
    assert.equal((await kit.get(id)).progress, null);
    assert.equal((await kit.get(other)).progress, null);
    assert.equal((await kit.store.leases({ host: "box" }))[0]!.leaseUntil, T + LEASE);
  },

  "a heartbeat of a finished attempt is lost": async (kit) => {
    const id = await running(kit);
    await kit.finish(id, 1, completed());
    assert.deepEqual(await kit.store.heartbeat([{ id, attempt: 1 }], LEASE, T), [{ id, state: "lost" }]);
  },

  "a late heartbeat, before anybody came, keeps the job": async (kit) => {
    const id = await running(kit);
    const late = T + LEASE + 1_000;
    assert.deepEqual(await kit.store.heartbeat([{ id, attempt: 1 }], LEASE, late), [{ id, state: "held" }]);
    assert.deepEqual(await kit.store.leases({ expiredBy: late }), []);
  },

  "leases are those that end at or before a time, or belong to a host": async ({ add, request, store }) => {
    const [a, b, c] = await add({ queue: "a" }, { queue: "b" }, { queue: "c" }, { queue: "idle" });
    await request(T, { queues: ["a"], leaseMs: 10, worker: workerInfo("w1", "one") });
    await request(T, { queues: ["b"], leaseMs: 20, worker: workerInfo("w2", "two") });
    await request(T, { queues: ["c"], leaseMs: 30, worker: workerInfo("w3", "two") });
    const ids = async (filter: { expiredBy?: number; host?: string }): Promise<number[]> =>
      (await store.leases(filter)).map((held) => held.id).sort((x, y) => x - y);
    assert.deepEqual(await ids({ expiredBy: T + 9 }), []);
    assert.deepEqual(await ids({ expiredBy: T + 20 }), [a, b]);
    assert.deepEqual(await ids({ host: "two" }), [b, c]);
    assert.deepEqual(await ids({ host: "three" }), []);
    assert.deepEqual(await ids({ expiredBy: T + 10, host: "two" }), [a, b, c]);
  },

  "only running jobs have leases": async (kit) => {
    const id = await running(kit);
    await kit.one();
    await kit.finish(id, 1, completed());
    assert.deepEqual(await kit.store.leases({ expiredBy: T + 10 * LEASE, host: "box" }), []);
  },

  "a rescue for another attempt: scheduled, one failure, recorded as lost": async (kit) => {
    const id = await running(kit);
    const now = T + LEASE + 5;
    assert.deepEqual(await kit.store.rescue([{ id, ...lease, outcome: lost(now + 100) }], now), [id]);
    const job = await kit.get(id);
    assert.deepEqual([job.status, job.failures, job.attempt, job.dueAt], ["scheduled", 1, 1, now + 100]);
    const [attempt] = await kit.store.attempts(id);
    assert.deepEqual([attempt!.outcome, attempt!.finishedAt], ["lost", now]);
    const [again] = await kit.claim(now + 100);
    assert.deepEqual([again!.id, again!.attempt, again!.failures], [id, 2, 1]);
    assert.equal((await kit.store.leases({ host: "box" }))[0]!.failures, 1);
  },

  "a rescue without another attempt fails the job, and its children hear": async (kit) => {
    const id = await running(kit);
    const child = await kit.one({ after: on("failure", id) });
    assert.deepEqual(await kit.store.rescue([{ id, ...lease, outcome: lost(null) }], T + LEASE), [id]);
    const job = await kit.get(id);
    assert.deepEqual([job.status, job.reason, job.failures, job.finishedAt], [
      "failed",
      "lost",
      1,
      T + LEASE,
    ]);
    assert.equal(await kit.status(child), "ready");
  },

  "a rescued attempt is no longer heard": async (kit) => {
    const id = await running(kit);
    await kit.store.rescue([{ id, ...lease, outcome: lost(T + LEASE) }], T + LEASE);
    assert.equal((await kit.finish(id, 1, completed("zombie"))).accepted, false);
    const [reply] = await kit.store.heartbeat([{ id, attempt: 1, progress: 1 }], LEASE, T + LEASE);
    assert.equal(reply!.state, "lost");
    await kit.claim(T + LEASE);
    assert.equal((await kit.finish(id, 1, completed("zombie"))).accepted, false);
    assert.equal((await kit.finish(id, 2, completed("new"))).accepted, true);
    assert.equal((await kit.get(id)).result, "new");
  },

  "a heartbeat makes a rescue void": async (kit) => {
    const id = await running(kit);
    await kit.store.heartbeat([{ id, attempt: 1 }], LEASE, T + 1);
    assert.deepEqual(await kit.store.rescue([{ id, ...lease, outcome: lost(null) }], T + LEASE), []);
    assert.equal(await kit.status(id), "running");
  },

  "a rescue of another attempt, of a job that is not running, or of none is void": async (kit) => {
    const id = await running(kit);
    const idle = await kit.one();
    const rescues = [
      { id, attempt: 2, leaseUntil: T + LEASE, outcome: lost(null) },
      { id: idle, attempt: 0, leaseUntil: 0, outcome: lost(null) },
      { id: 9_999, ...lease, outcome: lost(null) },
    ];
    assert.deepEqual(await kit.store.rescue(rescues, T + LEASE), []);
    assert.deepEqual(await kit.statuses(id, idle), ["running", "ready"]);
  },

  "two rescuers: one takes the job": async (kit) => {
    const id = await running(kit);
    const now = T + LEASE;
    const both = await Promise.all([
      kit.store.rescue([{ id, ...lease, outcome: lost(now + 10) }], now),
      kit.store.rescue([{ id, ...lease, outcome: lost(now + 10) }], now),
    ]);
    assert.deepEqual(both.flat(), [id]);
    assert.equal((await kit.get(id)).failures, 1);
  },

  "a rescue of a job that was asked to stop ends it as cancelled": async (kit) => {
    const id = await running(kit);
    const child = await kit.one({ after: on("finished", id) });
    await kit.cancel(id);
    assert.deepEqual(await kit.store.rescue([{ id, ...lease, outcome: lost(T + LEASE + 9) }], T + LEASE), [
      id,
    ]);
    const job = await kit.get(id);
    assert.deepEqual([job.status, job.reason, job.finishedAt], ["cancelled", null, T + LEASE]);
    assert.equal(await kit.status(child), "ready");
  },

  "a lease tells the policy, by which a rescuer decides": async (kit) => {
    await running(kit);
    const [held] = await kit.store.leases({ expiredBy: T + LEASE });
    assert.deepEqual([held!.policy, held!.failures, held!.attempt], [POLICY, 0, 1]);
  },

  "no heartbeats, no rescues: nothing happens": async ({ store }) => {
    assert.deepEqual(await store.heartbeat([], LEASE, T), []);
    assert.deepEqual(await store.rescue([], T), []);
  },
};
