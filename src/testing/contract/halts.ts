import assert from "node:assert/strict";
import type { JobId, NewJob } from "../../core/job.ts";
import type { MaxFails, WorkflowRun } from "../../core/ports.ts";
import { type Cases, completed, FAILED, failed, type Kit, LEASE, lost, newJob, on, T } from "./kit.ts";

interface Started {
  readonly run: number;
  readonly ids: JobId[];
}

async function start(
  { store }: Kit,
  maxFails: MaxFails | null,
  ...jobs: Partial<NewJob>[]
): Promise<Started> {
  const workflow = { name: "w", key: null, params: {}, maxFails };
  const stored = await store.enqueue({ jobs: jobs.map(newJob), workflow }, T);
  return { run: stored.workflow!, ids: stored.jobs.map((job) => job.id) };
}

async function runOf({ store }: Kit, id: number): Promise<WorkflowRun> {
  return (await store.workflows({ id }))[0]!;
}

const first = { index: 0, on: "success" } as const;

export const haltCases: Cases = {
  "so many failed jobs halt a run: what is pending is cancelled, what runs goes on": async (kit) => {
    const { run, ids } = await start(kit, { count: 2 }, {}, {}, {}, {}, { runAt: T + 50 }, {
      after: [first],
    });
    const other = await kit.one();
    await kit.claim(T, { limit: 3 });
    await kit.finish(ids[0]!, 1, FAILED, T + 1);
    assert.equal((await runOf(kit, run)).haltedAt, null);
    await kit.finish(ids[1]!, 1, FAILED, T + 2);
    assert.equal((await runOf(kit, run)).haltedAt, T + 2);
    assert.deepEqual(
      await kit.statuses(...ids),
      [
        ...["failed", "failed", "running", "cancelled", "cancelled", "skipped"],
      ] as const,
    );
    assert.equal((await kit.get(ids[3]!)).finishedAt, T + 2);
    assert.equal(await kit.status(other), "ready");
    assert.equal((await kit.finish(ids[2]!, 1, completed())).accepted, true);
  },

  "without a limit it goes on whatever fails": async (kit) => {
    const { run, ids } = await start(kit, null, {}, {}, {});
    await kit.end(ids[0]!, FAILED);
    await kit.end(ids[1]!, FAILED);
    assert.deepEqual([(await runOf(kit, run)).haltedAt, (await runOf(kit, run)).maxFails], [null, null]);
  },

  "so many percent of all its jobs do, too, and at least one": async (kit) => {
    const { run, ids } = await start(kit, { percent: 50 }, {}, {}, {}, {});
    await kit.claim(T, { limit: 2 });
    await kit.finish(ids[0]!, 1, FAILED);
    assert.equal((await runOf(kit, run)).haltedAt, null);
    await kit.finish(ids[1]!, 1, FAILED);
    assert.equal((await runOf(kit, run)).haltedAt, T);
    assert.deepEqual((await runOf(kit, run)).maxFails, { percent: 50 });
    const none = await start(kit, { percent: 0 }, {}, {});
    await kit.claim(T, { limit: 1 });
    assert.equal((await runOf(kit, none.run)).haltedAt, null);
    await kit.finish(none.ids[0]!, 1, FAILED);
    assert.deepEqual(await kit.statuses(...none.ids), ["failed", "cancelled"]);
  },

  "a failure that is tried again does not count": async (kit) => {
    const { run, ids } = await start(kit, { count: 1 }, {}, {});
    await kit.claim(T, { limit: 1 });
    await kit.finish(ids[0]!, 1, failed(T + 5));
    assert.equal((await runOf(kit, run)).haltedAt, null);
  },

  "a lost job and an expired one count": async (kit) => {
    const lostRun = await start(kit, { count: 1 }, {}, {});
    await kit.claim(T, { limit: 1 });
    const rescue = { id: lostRun.ids[0]!, attempt: 1, leaseUntil: T + LEASE, outcome: lost(null) };
    await kit.store.rescue([rescue], T + LEASE);
    assert.deepEqual(await kit.statuses(...lostRun.ids), ["failed", "cancelled"]);
    const expired = await start(kit, { count: 1 }, { runAt: T + 100, expiresAt: T + 5 }, {});
    assert.deepEqual(await kit.claimIds(T + LEASE), []);
    assert.deepEqual(await kit.statuses(...expired.ids), ["failed", "cancelled"]);
    assert.equal((await runOf(kit, expired.run)).haltedAt, T + LEASE);
  },

  "jobs that may run after a failure still do, and see what was cancelled": async (kit) => {
    const { ids } = await start(
      kit,
      { count: 1 },
      {},
      { queue: "slow" },
      { after: [{ index: 0, on: "failure" }] },
      { after: [{ index: 0, on: "success" }, { index: 1, on: "finished" }] },
      { after: [{ index: 1, on: "finished" }] },
      { after: [{ index: 1, on: "failure" }] },
      { after: [{ index: 1, on: "success" }] },
    );
    await kit.claim(T, { queues: ["default"] });
    await kit.finish(ids[0]!, 1, FAILED);
    assert.deepEqual(
      await kit.statuses(...ids),
      [
        ...["failed", "cancelled", "ready", "skipped", "ready", "skipped", "cancelled"],
      ] as const,
    );
  },

  "a batch of ends is looked at as a whole": async (kit) => {
    const { ids } = await start(kit, { count: 2 }, {}, {}, {}, {}, {});
    await kit.claim(T, { limit: 4 });
    const usage = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };
    const outcomes = [FAILED, failed(T + 5), completed(), FAILED];
    const answers = await kit.store.finish(
      outcomes.map((outcome, at) => ({ id: ids[at]!, attempt: 1, outcome, usage })),
      T,
    );
    assert.deepEqual(answers.map((answer) => answer.status), ["failed", "cancelled", "completed", "failed"]);
    assert.equal(await kit.status(ids[4]!), "cancelled");
  },

  "a requeue within the run lets it go on, until the next failure": async (kit) => {
    const { run, ids } = await start(kit, { count: 1 }, {}, {});
    await kit.claim(T, { limit: 1 });
    await kit.finish(ids[0]!, 1, FAILED);
    await kit.store.requeue(ids, T + 5);
    assert.deepEqual([(await runOf(kit, run)).haltedAt, await kit.statuses(...ids)], [null, [
      "ready",
      "ready",
    ]]);
    await kit.claim(T + 6, { limit: 1 });
    await kit.finish(ids[0]!, 2, FAILED, T + 7);
    assert.equal((await runOf(kit, run)).haltedAt, T + 7);
    assert.equal(await kit.status(ids[1]!), "cancelled");
  },

  "a refused requeue leaves it halted": async (kit) => {
    const { run, ids } = await start(kit, { count: 1 }, {}, {});
    await kit.claim(T);
    await kit.finish(ids[0]!, 1, FAILED);
    assert.equal(await kit.requeue(ids[1]!), "refused");
    assert.equal((await runOf(kit, run)).haltedAt, T);
  },

  "jobs that join a halted run are stored, and wait for a worker": async (kit) => {
    const { run, ids } = await start(kit, { count: 1 }, {}, {});
    await kit.claim(T, { limit: 1 });
    await kit.finish(ids[0]!, 1, FAILED);
    const joined = await kit.store.enqueue({ jobs: [newJob()], workflow: run }, T + 5);
    assert.equal(await kit.status(joined.jobs[0]!.id), "ready");
    assert.equal((await runOf(kit, run)).haltedAt, T);
  },

  "jobs of other runs that wait for cancelled ones hear of it": async (kit) => {
    const { ids } = await start(kit, { count: 1 }, {}, {});
    const outside = await kit.one({ after: on("success", ids[1]!) });
    await kit.claim(T, { limit: 1 });
    await kit.finish(ids[0]!, 1, FAILED);
    assert.equal(await kit.status(outside), "skipped");
  },
};
