import assert from "node:assert/strict";
import {
  CANCELLED,
  type Cases,
  completed,
  FAILED,
  failed,
  NO_USAGE,
  on,
  RELEASED,
  T,
  workerInfo,
} from "./kit.ts";

export const finishCases: Cases = {
  "completed: result kept, final, recorded": async ({ one, claim, finish, get, store }) => {
    const id = await one();
    await claim(T + 10);
    assert.deepEqual(await finish(id, 1, completed({ n: 1 }), T + 30), {
      id,
      accepted: true,
      status: "completed",
    });
    const job = await get(id);
    assert.deepEqual([job.status, job.result, job.finishedAt, job.reason], [
      "completed",
      { n: 1 },
      T + 30,
      null,
    ]);
    assert.deepEqual([job.attempt, job.failures, job.worker], [1, 0, "w1"]);
    const [attempt] = await store.attempts(id);
    assert.deepEqual([attempt!.outcome, attempt!.finishedAt, attempt!.error], ["completed", T + 30, null]);
  },

  "any JSON value can be a result": async ({ add, end, get }) => {
    const results = [null, false, 0, "", "text", [], {}, [[1], { a: null }]];
    const ids = await add(...results.map(() => ({})));
    for (const [at, id] of ids.entries()) await end(id, completed(results[at]));
    for (const [at, id] of ids.entries()) assert.deepEqual((await get(id)).result, results[at]);
  },

  "failed for good: reason, error, one failure": async ({ one, end, get }) => {
    const id = await one();
    const error = { class: "TypeError", message: "no\nsuch", stack: "at x" };
    await end(id, { type: "failed", reason: "exit", error, retryAt: null }, T + 5);
    const job = await get(id);
    assert.deepEqual([job.status, job.reason, job.failures, job.finishedAt], ["failed", "exit", 1, T + 5]);
    assert.deepEqual([job.error, job.result], [error, null]);
  },

  "every reason is kept": async ({ add, end, get, store }) => {
    const reasons = ["error", "exit", "signal", "timeout", "lost", "expired"] as const;
    const ids = await add(...reasons.map(() => ({})));
    for (const [at, reason] of reasons.entries()) {
      await end(ids[at]!, { type: "failed", reason, error: null, retryAt: null });
      assert.equal((await get(ids[at]!)).reason, reason);
      assert.equal((await store.attempts(ids[at]!))[0]!.outcome, reason);
    }
  },

  "failed with a retry: scheduled until then, one failure, no reason": async (
    { one, end, get, claimIds },
  ) => {
    const id = await one();
    await end(id, failed(T + 500, "first"), T + 5);
    const job = await get(id);
    assert.deepEqual([job.status, job.failures, job.attempt, job.dueAt], ["scheduled", 1, 1, T + 500]);
    assert.deepEqual([job.reason, job.finishedAt, job.error?.message], [null, null, "first"]);
    assert.deepEqual(await claimIds(T + 499), []);
    assert.deepEqual(await claimIds(T + 500), [id]);
  },

  "a retry that is due at once makes the job ready": async ({ one, end, get, claim }) => {
    const id = await one();
    await end(id, failed(T + 5), T + 5);
    assert.deepEqual([(await get(id)).status, (await get(id)).failures], ["ready", 1]);
    const [again] = await claim(T + 5);
    assert.deepEqual([again!.id, again!.attempt, again!.failures], [id, 2, 1]);
  },

  "released: ready again at once, no failure, next attempt": async ({ one, end, get, claim, store }) => {
    const id = await one();
    await end(id, RELEASED, T + 9);
    const job = await get(id);
    assert.deepEqual([job.status, job.failures, job.attempt, job.error], ["ready", 0, 1, null]);
    assert.equal((await claim(T + 20))[0]!.attempt, 2);
    const [first, second] = await store.attempts(id);
    assert.deepEqual([first!.outcome, second!.outcome, second!.waitMs], ["released", "running", 11]);
  },

  "cancelled by its worker": async ({ one, end, get, store }) => {
    const id = await one();
    await end(id, CANCELLED, T + 9);
    const job = await get(id);
    assert.deepEqual([job.status, job.failures, job.reason, job.finishedAt], ["cancelled", 0, null, T + 9]);
    assert.equal((await store.attempts(id))[0]!.outcome, "cancelled");
  },

  "a second finish of the same attempt is refused": async ({ one, claim, finish, get }) => {
    const id = await one();
    await claim(T);
    await finish(id, 1, completed("first"), T + 1);
    assert.deepEqual(await finish(id, 1, FAILED, T + 2), { id, accepted: false, status: "completed" });
    const job = await get(id);
    assert.deepEqual([job.status, job.result, job.finishedAt, job.failures], [
      "completed",
      "first",
      T + 1,
      0,
    ]);
  },

  "the same attempt twice in one batch counts once": async ({ one, claim, store, get }) => {
    const id = await one();
    await claim(T);
    const finishes = ["first", "second"].map((result) => ({
      id,
      attempt: 1,
      outcome: completed(result),
      usage: NO_USAGE,
    }));
    assert.deepEqual((await store.finish(finishes, T)).map((f) => f.accepted), [true, false]);
    assert.deepEqual([(await get(id)).result, (await store.attempts(id)).length], ["first", 1]);
  },

  "a stale attempt is refused, and the one that owns the job is heard": async (
    { one, end, claim, finish, get },
  ) => {
    const id = await one();
    await end(id, RELEASED);
    await claim(T + 1);
    assert.deepEqual(await finish(id, 1, completed("stale")), { id, accepted: false, status: "running" });
    assert.equal((await get(id)).result, null);
    assert.deepEqual(await finish(id, 3, completed("future")), { id, accepted: false, status: "running" });
    assert.equal((await finish(id, 2, completed("owner"))).accepted, true);
    assert.equal((await get(id)).result, "owner");
  },

  "a job that is not running cannot be finished": async ({ add, end, finish, status }) => {
    const [ready, retried] = await add({ queue: "idle" }, {});
    await end(retried!, failed(T + 100));
    assert.equal((await finish(retried!, 1, completed())).status, "scheduled");
    await end(ready!, RELEASED);
    assert.deepEqual(await finish(ready!, 1, completed()), { id: ready, accepted: false, status: "ready" });
    assert.deepEqual(await finish(9_999, 1, completed()), { id: 9_999, accepted: false, status: null });
    assert.equal(await status(retried!), "scheduled");
  },

  "a refused finish does not stop the rest of its batch": async ({ add, claim, store, statuses }) => {
    const [a, b] = await add({}, {});
    await claim(T);
    const finishes = [[a!, 9], [9_999, 1], [b!, 1]].map(([id, attempt]) => ({
      id: id!,
      attempt: attempt!,
      outcome: completed(),
      usage: NO_USAGE,
    }));
    const answers = await store.finish(finishes, T);
    assert.deepEqual(answers.map((answer) => [answer.id, answer.accepted]), [[a, false], [9_999, false], [
      b,
      true,
    ]]);
    assert.deepEqual(await statuses(a!, b!), ["running", "completed"]);
  },

  "one batch may end many jobs in many ways": async ({ add, claim, store, statuses }) => {
    const ids = await add({}, {}, {}, {}, {});
    await claim(T);
    const outcomes = [completed(), FAILED, failed(T + 9), CANCELLED, RELEASED];
    const finishes = outcomes.map((outcome, at) => ({ id: ids[at]!, attempt: 1, outcome, usage: NO_USAGE }));
    const answers = await store.finish(finishes, T);
    const expected = ["completed", "failed", "scheduled", "cancelled", "ready"];
    assert.deepEqual(answers.map((answer) => answer.status), expected);
    assert.deepEqual(await statuses(...ids), expected);
  },

  "the figures of an attempt are kept": async ({ one, claim, store }) => {
    const id = await one();
    await claim(T + 3, { worker: workerInfo("w9") });
    const usage = { wallMs: 12.5, cpuMs: 3.25, maxRssBytes: 2 ** 40, exitCode: 137, signal: "SIGKILL" };
    const error = { class: "ExitError", message: "137" };
    await store.finish([{
      id,
      attempt: 1,
      outcome: { ...failed(null), reason: "signal", error } as never,
      usage,
    }], T + 8);
    assert.deepEqual(await store.attempts(id), [{
      number: 1,
      worker: "w9",
      outcome: "signal",
      startedAt: T + 3,
      finishedAt: T + 8,
      waitMs: 3,
      ...usage,
      error,
      decision: null,
    }]);
  },

  "attempts are recorded oldest first, the running one last": async ({ one, end, claim, store }) => {
    const id = await one();
    assert.deepEqual(await store.attempts(id), []);
    await claim(T);
    await end(id, failed(T + 10, "one"), T + 1);
    await claim(T + 10);
    assert.deepEqual(
      (await store.attempts(id)).map((a) => [a.number, a.outcome, a.startedAt, a.finishedAt]),
      [
        [1, "error", T, T + 1],
        [2, "running", T + 10, null],
      ],
    );
    const running = (await store.attempts(id))[1]!;
    assert.deepEqual([running.wallMs, running.exitCode, running.error, running.worker], [
      null,
      null,
      null,
      "w1",
    ]);
    assert.deepEqual(await store.attempts(9_999), []);
  },

  "a job that completes at last has no reason, and its failures stand": async ({ one, end, get }) => {
    const id = await one();
    await end(id, failed(T + 1));
    await end(id, completed("ok"), T + 1);
    const job = await get(id);
    assert.deepEqual([job.status, job.reason, job.failures, job.attempt], ["completed", null, 1, 2]);
  },

  "a finish and a claim of the same turn: the claim sees what the finish set free": async (kit) => {
    const parent = await kit.one();
    const child = await kit.one({ after: on("success", parent) });
    await kit.claim(T);
    const [finished, claimed] = await Promise.all([
      kit.finish(parent, 1, completed(), T + 1),
      kit.claimIds(T + 1),
    ]);
    assert.deepEqual([finished.accepted, claimed], [true, [child]]);
  },

  "finishing nothing does nothing": async ({ store }) => {
    assert.deepEqual(await store.finish([], T), []);
  },
};
