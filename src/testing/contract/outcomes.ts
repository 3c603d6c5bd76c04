import assert from "node:assert/strict";
import type { Decision } from "../../core/failure.ts";
import type { JobError } from "../../core/job.ts";
import { type Cases, completed, FAILED, failed, on, T } from "./kit.ts";

const ERROR: JobError = { class: "ExitError", message: "exit code 3" };
const DECISION: Decision = {
  action: "retry",
  by: "rule",
  rule: "exit 3 -> retry 5s",
  number: 2,
  delayMs: 5_000,
  delayBy: "rule",
};

export const outcomeCases: Cases = {
  "ignored: completed without a result, the error is kept, no failure": async (kit) => {
    const id = await kit.one();
    const [after, instead] = await kit.add({ after: on("success", id) }, { after: on("failure", id) });
    await kit.end(id, { type: "ignored", error: ERROR }, T + 5);
    const job = await kit.get(id);
    assert.deepEqual([job.status, job.result, job.error, job.reason], ["completed", null, ERROR, null]);
    assert.deepEqual([job.failures, job.finishedAt], [0, T + 5]);
    const [attempt] = await kit.store.attempts(id);
    assert.deepEqual([attempt!.outcome, attempt!.error], ["ignored", ERROR]);
    assert.deepEqual(await kit.statuses(after!, instead!), ["ready", "skipped"]);
  },

  "ignored after all: it completes though somebody asked it to stop": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    await kit.cancel(id);
    assert.equal((await kit.finish(id, 1, { type: "ignored", error: ERROR })).status, "completed");
  },

  "snoozed: scheduled for that time, the error is kept, no failure": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    const runAt = T + 500;
    assert.equal(
      (await kit.finish(id, 1, { type: "snoozed", error: ERROR, runAt }, T + 9)).status,
      "scheduled",
    );
    const job = await kit.get(id);
    assert.deepEqual([job.dueAt, job.failures, job.attempt, job.error], [runAt, 0, 1, ERROR]);
    const [attempt] = await kit.store.attempts(id);
    assert.deepEqual([attempt!.outcome, attempt!.finishedAt, attempt!.error], ["snoozed", T + 9, ERROR]);
    assert.deepEqual(await kit.claimIds(runAt - 1), []);
    const [again] = await kit.claim(runAt);
    assert.deepEqual([again!.id, again!.attempt, again!.failures], [id, 2, 0]);
  },

  "snoozed until a time that has come: ready": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    assert.equal(
      (await kit.finish(id, 1, { type: "snoozed", error: null, runAt: T }, T + 5)).status,
      "ready",
    );
    assert.equal((await kit.get(id)).dueAt, T + 5);
  },

  "snoozed any number of times, more often than attempts are allowed": async (kit) => {
    const id = await kit.one();
    for (let n = 0; n < 6; n++) await kit.end(id, { type: "snoozed", error: ERROR, runAt: T });
    assert.deepEqual([(await kit.get(id)).failures, (await kit.get(id)).attempt], [0, 6]);
    await kit.end(id, completed("at last"));
    assert.equal((await kit.get(id)).result, "at last");
  },

  "snoozed with its queue: paused in the same step": async (kit) => {
    const [id, other, elsewhere] = await kit.add({ queue: "a" }, { queue: "a", runAt: T + 1 }, {
      queue: "b",
    });
    await kit.claim(T);
    await kit.finish(id!, 1, { type: "snoozed", error: ERROR, runAt: T, pauseQueue: true });
    const { queues } = await kit.store.stats();
    assert.deepEqual([queues["a"]!.paused, queues["b"]!.paused], [true, false]);
    assert.deepEqual(await kit.claimIds(T + 1), []);
    await kit.store.pause("a", false);
    assert.deepEqual(await kit.claimIds(T + 1), [id, other]);
    assert.equal(await kit.status(elsewhere!), "running");
  },

  "snoozed though somebody asked it to stop: cancelled, and its queue goes on": async (kit) => {
    const id = await kit.one();
    await kit.claim(T);
    await kit.cancel(id);
    const outcome = { type: "snoozed", error: ERROR, runAt: T + 5, pauseQueue: true } as const;
    assert.equal((await kit.finish(id, 1, outcome)).status, "cancelled");
    assert.equal((await kit.store.attempts(id))[0]!.outcome, "cancelled");
    assert.equal((await kit.store.stats()).queues["default"]!.paused, false);
  },

  "what was decided of a failure is kept with its attempt": async (kit) => {
    const id = await kit.one();
    await kit.end(id, { ...failed(T), decision: DECISION } as typeof FAILED);
    await kit.end(id, {
      type: "snoozed",
      error: ERROR,
      runAt: T,
      decision: { ...DECISION, action: "snooze" },
    });
    await kit.end(id, FAILED);
    await kit.requeue(id);
    await kit.end(id, { type: "ignored", error: ERROR, decision: { ...DECISION, action: "ignore" } });
    assert.deepEqual((await kit.store.attempts(id)).map((attempt) => attempt.decision), [
      DECISION,
      { ...DECISION, action: "snooze" },
      null,
      { ...DECISION, action: "ignore" },
    ]);
  },

  "the first start counts from the submit, or the requeue": async (kit) => {
    const id = await kit.one();
    const first = async (): Promise<number | null> => (await kit.get(id)).firstStartedAt;
    assert.equal(await first(), null);
    const [started] = await kit.claim(T + 5);
    assert.equal(started!.firstStartedAt, T + 5);
    await kit.finish(id, 1, failed(T + 10));
    const [again] = await kit.claim(T + 10);
    assert.deepEqual([again!.firstStartedAt, again!.startedAt], [T + 5, T + 10]);
    assert.equal((await kit.store.leases({ host: "box" }))[0]!.firstStartedAt, T + 5);
    await kit.finish(id, 2, FAILED);
    assert.equal(await first(), T + 5);
    await kit.requeue(id, T + 20);
    assert.equal(await first(), null);
    assert.equal((await kit.claim(T + 30))[0]!.firstStartedAt, T + 30);
  },
};
