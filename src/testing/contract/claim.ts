import assert from "node:assert/strict";
import { type Cases, completed, FAILED, failed, LEASE, newJob, on, POLICY, T, workerInfo } from "./kit.ts";

export const claimCases: Cases = {
  "higher priority first, then older, across queues and routes": async ({ add, claimIds }) => {
    const [low, high, mid, high2, http] = await add(
      { priority: -1, queue: "a" },
      { priority: 9, queue: "b" },
      { queue: "a" },
      { priority: 9, queue: "a" },
      { priority: 9, queue: "c", kind: "http" },
    );
    assert.deepEqual(await claimIds(T, { routes: ["command", "http"] }), [high, high2, http, mid, low]);
  },

  "the order holds from claim to claim": async ({ add, claimIds }) => {
    const ids = await add({ priority: 1 }, { priority: 2 }, { priority: 2 }, { priority: 3 });
    const order = [];
    for (let i = 0; i < 5; i++) order.push(...await claimIds(T, { limit: 1 }));
    assert.deepEqual(order, [ids[3], ids[1], ids[2], ids[0]]);
  },

  "without a limit all are claimed": async ({ add, claimIds }) => {
    const ids = await add({}, {}, { queue: "a" });
    assert.deepEqual(await claimIds(T, { limit: Infinity, queues: ["a"] }), [ids[2]]);
    assert.deepEqual(await claimIds(T, { limit: Infinity }), [ids[0], ids[1]]);
  },

  "every member of a claimed job is filled": async ({ add, end, claim }) => {
    const [parent] = await add({});
    const [id] = await add({
      name: "n",
      queue: "q",
      priority: 4,
      payload: { x: 1 },
      after: on("success", parent!),
    });
    await end(parent!, completed(), T + 10);
    assert.deepEqual(await claim(T + 25), [{
      id,
      attempt: 1,
      failures: 0,
      kind: "command",
      name: "n",
      queue: "q",
      priority: 4,
      payload: { x: 1 },
      policy: POLICY,
      createdAt: T,
      dueAt: T + 10,
      startedAt: T + 25,
      firstStartedAt: T + 25,
      workflow: null,
      step: null,
      hasParents: true,
      hasCheckpoint: false,
    }]);
  },

  "claiming makes a job running, with its worker and its start": async ({ one, claim, get }) => {
    const id = await one();
    const [claimed] = await claim(T + 5, { worker: workerInfo("w7") });
    assert.deepEqual([claimed!.attempt, claimed!.failures, claimed!.hasParents], [1, 0, false]);
    const job = await get(id);
    assert.deepEqual([job.status, job.attempt, job.worker, job.startedAt], ["running", 1, "w7", T + 5]);
  },

  "no job is handed out twice": async ({ add, store, request }) => {
    const ids = await add(...Array.from({ length: 60 }, () => ({})));
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, n) => request(T, { limit: 10, worker: workerInfo(`w${n}`) })),
    );
    const handed = claims.flatMap((claim) => claim.jobs.map((job) => job.id));
    assert.deepEqual([...handed].sort((a, b) => a - b), ids);
    assert.equal(await store.count({ statuses: ["running"] }), 60);
  },

  "limit zero hands out nothing, but tells the next time": async ({ add, request, status }) => {
    const [id] = await add({}, { runAt: T + 70 });
    assert.deepEqual(await request(T, { limit: 0 }), { jobs: [], nextAt: T + 70, nextRetryAt: null });
    assert.equal(await status(id!), "ready");
  },

  "only the queues asked for": async ({ add, claimIds }) => {
    const [a, , c] = await add({ queue: "a" }, { queue: "b" }, { queue: "c" });
    assert.deepEqual(await claimIds(T, { queues: ["a", "c"] }), [a, c]);
    assert.deepEqual(await claimIds(T, { queues: ["nowhere"] }), []);
    assert.deepEqual(await claimIds(T, { queues: [] }), []);
  },

  "only the routes asked for; a function's route has its name": async ({ add, claimIds }) => {
    const [command, resize, shrink, module] = await add(
      {},
      { kind: "function", payload: { task: "resize" } },
      { kind: "function", payload: { task: "shrink" } },
      { kind: "module", payload: { task: "resize" } },
    );
    assert.deepEqual(await claimIds(T, { routes: [] }), []);
    assert.deepEqual(await claimIds(T, { routes: ["function"] }), []);
    assert.deepEqual(await claimIds(T, { routes: ["function:resize"] }), [resize]);
    assert.deepEqual(await claimIds(T, { routes: ["module", "function:shrink"] }), [shrink, module]);
    assert.deepEqual(await claimIds(T), [command]);
  },

  "only one workflow's jobs, in order, with its next time": async ({ store, add, request, claimIds }) => {
    const outside = await add({ priority: 100 }, { runAt: T + 1 });
    const jobs = [newJob({ priority: 1 }), newJob({ priority: 2 }), newJob({ runAt: T + 50 })];
    const run = await store.enqueue({ jobs, workflow: { name: "w", key: null, params: {} } }, T);
    const [first, second] = run.jobs.map((job) => job.id);
    const claim = await request(T, { workflow: run.workflow!, limit: 1 });
    assert.deepEqual([claim.jobs.map((job) => job.id), claim.nextAt], [[second], T + 50]);
    assert.equal(claim.jobs[0]!.workflow, run.workflow);
    assert.deepEqual(await claimIds(T, { workflow: run.workflow! }), [first]);
    assert.deepEqual(await claimIds(T, { workflow: run.workflow! + 1 }), []);
    assert.deepEqual(await claimIds(T), [outside[0]]);
  },

  "a delayed job is ready at its time, not a millisecond sooner": async (
    { one, request, claimIds, store },
  ) => {
    const id = await one({ runAt: T + 100 });
    assert.deepEqual(await request(T + 99), { jobs: [], nextAt: T + 100, nextRetryAt: null });
    assert.deepEqual(await claimIds(T + 100), [id]);
    assert.equal((await store.attempts(id))[0]!.waitMs, 0);
  },

  "waitMs counts from the time a job became due": async ({ one, claim, store }) => {
    const [now, later] = [await one(), await one({ runAt: T + 100 })];
    await claim(T + 130);
    assert.equal((await store.attempts(now))[0]!.waitMs, 130);
    assert.equal((await store.attempts(later))[0]!.waitMs, 30);
  },

  "a job made ready by a claim of others keeps its place": async ({ add, claimIds }) => {
    const [other, early] = await add({ queue: "x" }, { runAt: T + 10, priority: 5 });
    assert.deepEqual(await claimIds(T + 20, { queues: ["x"] }), [other]);
    const [late] = await add({ priority: 5 });
    assert.deepEqual(await claimIds(T + 30), [early, late]);
  },

  "nextAt and nextRetryAt are the soonest within the request": async ({ add, end, request }) => {
    const [retry] = await add({}, { runAt: T + 300 }, { queue: "x", runAt: T + 50 }, {
      kind: "http",
      runAt: T + 60,
    });
    await end(retry!, failed(T + 500));
    const mine = { queues: ["default"] };
    assert.deepEqual(await request(T, mine), { jobs: [], nextAt: T + 300, nextRetryAt: T + 500 });
    assert.deepEqual(await request(T), { jobs: [], nextAt: T + 50, nextRetryAt: T + 500 });
    const http = await request(T, { routes: ["http"] });
    assert.deepEqual([http.nextAt, http.nextRetryAt], [T + 60, null]);
  },

  "a retry counts for nextAt too": async ({ one, end, request }) => {
    await end(await one(), failed(T + 500));
    assert.deepEqual(await request(T), { jobs: [], nextAt: T + 500, nextRetryAt: T + 500 });
  },

  "a paused queue has no next time": async ({ add, store, request }) => {
    await add({ queue: "held", runAt: T + 10 }, { runAt: T + 90 });
    await store.pause("held", true);
    assert.equal((await request(T)).nextAt, T + 90);
    await store.pause("held", false);
    assert.equal((await request(T)).nextAt, T + 10);
  },

  "a job past its expiry fails instead of being handed out": async ({ one, claimIds, get, store }) => {
    const id = await one({ expiresAt: T + 100 });
    assert.deepEqual(await claimIds(T + 101), []);
    const job = await get(id);
    assert.deepEqual([job.status, job.reason, job.finishedAt], ["failed", "expired", T + 101]);
    assert.deepEqual([job.attempt, job.failures, job.startedAt], [0, 0, null]);
    assert.deepEqual(await store.attempts(id), []);
  },

  "a job is still handed out at the time of its expiry": async ({ one, claimIds }) => {
    const id = await one({ expiresAt: T + 100 });
    assert.deepEqual(await claimIds(T + 100), [id]);
  },

  "a scheduled job expires before it is made ready": async ({ one, request, status }) => {
    const id = await one({ runAt: T + 50, expiresAt: T + 60 });
    assert.deepEqual(await request(T + 61), { jobs: [], nextAt: null, nextRetryAt: null });
    assert.equal(await status(id), "failed");
  },

  "expiry settles the children": async ({ one, claimIds, statuses }) => {
    const id = await one({ expiresAt: T + 5 });
    const [success, failure, finished] = [
      await one({ after: on("success", id) }),
      await one({ after: on("failure", id) }),
      await one({ after: on("finished", id) }),
    ];
    assert.deepEqual(await claimIds(T + 6), [failure, finished]);
    assert.deepEqual(await statuses(success), ["skipped"]);
  },

  "a job that has started once does not expire while it waits for another attempt": async (kit) => {
    const id = await kit.one({ expiresAt: T + 100 });
    await kit.end(id, failed(T + 200));
    assert.deepEqual(await kit.claimIds(T + 300), [id]);
    await kit.finish(id, 2, FAILED, T + 300);
    assert.equal((await kit.get(id)).reason, "error");
  },

  "leases run from the claim": async ({ one, claim, store }) => {
    const id = await one();
    await claim(T + 7, { leaseMs: 1_000, worker: workerInfo("w3", "far") });
    const [lease] = await store.leases({ expiredBy: T + 7 + LEASE });
    assert.deepEqual(lease, {
      id,
      attempt: 1,
      failures: 0,
      firstStartedAt: T + 7,
      kind: "command",
      name: null,
      queue: "default",
      policy: POLICY,
      leaseUntil: T + 1_007,
      worker: workerInfo("w3", "far"),
      process: null,
    });
  },
};
