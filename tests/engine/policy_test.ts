/** Rules, waits and budgets in a running engine. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseRule } from "../../src/core/error_rules.ts";
import type { FollowUp } from "../../src/core/failure.ts";
import { parseMatches } from "../../src/core/failure_match.ts";
import { bindFollowUps } from "../../src/core/follow_up.ts";
import type { NewJob, Policy } from "../../src/core/job.ts";
import type { RunResult, WorkerInfo } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { FakeClock } from "../../src/testing/mod.ts";
import { done, failed, job, rig, untilStopped } from "./rig.ts";

const follow: FollowUp = {
  kind: "test",
  payload: {
    id: "${{ failed.id }}",
    why: "${{ failed.error.message }}",
    print: "${{ failed.error.fingerprint }}",
  },
  name: "alert",
};

function ruled(texts: readonly string[], policy: Partial<Policy> = {}, rest: Partial<NewJob> = {}): NewJob {
  const made = job({ ...policy, rules: texts.map((text) => parseRule(text, () => follow)) }, rest);
  return { ...made, policy: bindFollowUps(made.policy, {}) };
}

/** Ends like a command with this code. */
function exited(exitCode: number, extra: Partial<RunResult> = {}): RunResult {
  const error = { class: "CommandFailed", message: `Exited with code ${exitCode}` };
  return { type: "failed", reason: "exit", error, usage: { exitCode }, ...extra } as RunResult;
}

Deno.test("a snoozed job runs again at its time and costs no failure", async () => {
  const starts: number[] = [];
  const r = rig(({ attempt }) => {
    starts.push(r.clock.now());
    return attempt < 3 ? exited(75) : done;
  });
  await r.store.enqueue({ jobs: [ruled(["exit:75 -> snooze:5m"])] }, r.clock.now());
  const report = await r.finish();
  assertEquals([report.completed, report.snoozed, report.failed], [1, 2, 0]);
  assertEquals(starts.map((at) => at - starts[0]!), [0, 300_000, 600_000]);
  const [stored] = await r.store.list({});
  assertEquals([stored!.status, stored!.failures, stored!.attempt], ["completed", 0, 3]);
  const [first] = await r.store.attempts(1);
  assertEquals([first!.outcome, first!.exitCode], ["snoozed", 75]);
  assertEquals(first!.decision, {
    action: "snooze",
    by: "rule",
    rule: "exit:75 -> snooze:5m",
    number: 1,
    delayMs: 300_000,
    delayBy: "rule",
  });
});

Deno.test("an ignored failure completes the job, and what waits for it runs", async () => {
  const r = rig(({ payload }) => payload.child ? done : exited(1));
  await r.store.enqueue({
    jobs: [
      ruled(["exit:1 -> ignore"]),
      job({}, { payload: { child: true }, after: [{ index: 0, on: "success" }] }),
    ],
  }, r.clock.now());
  const report = await r.finish();
  assertEquals([report.completed, report.ignored], [1, 1]);
  assertEquals((await r.store.list({})).map(({ status, result }) => [status, result]), [
    ["completed", null],
    ["completed", null],
  ]);
});

Deno.test("a queue that a rule paused hands out nothing until it is resumed; the job is back in it", async () => {
  let broken = true;
  const r = rig(({ queue }) => broken && queue === "default" ? exited(3) : done, { concurrency: 1 });
  const now = r.clock.now();
  await r.store.enqueue(
    { jobs: [ruled(["exit:3 -> pause-queue"]), job(), job({}, { queue: "other" })] },
    now,
  );
  assertEquals((await r.finish()).started, 2, "the failed one and that of the other queue");
  assertEquals((await r.store.list({})).map(({ status }) => status), ["ready", "ready", "completed"]);
  broken = false;
  await r.store.pause("default", false);
  const next = rig(() => done, { store: r.store, clock: r.clock });
  assertEquals((await next.finish()).completed, 2);
});

Deno.test("a rule starts another job, which is told of the failure and comes after it", async () => {
  const seen: unknown[] = [];
  const r = rig(({ name, payload, hasParents }) => {
    if (name !== "alert") return failed("row 17 is bad");
    seen.push(payload, hasParents);
    return done;
  });
  await r.store.enqueue({ jobs: [ruled(["any -> run:alert"], { maxAttempts: 5 })] }, r.clock.now());
  const report = await r.finish();
  assertEquals([report.failed, report.completed, report.retried], [1, 1, 0]);
  const [stored, alert] = await r.store.list({});
  assertEquals([stored!.status, stored!.dead, alert!.dependencies], ["failed", false, [{
    id: 1,
    on: "finished",
  }]]);
  assertEquals(seen, [{ id: 1, why: "row 17 is bad", print: stored!.error!.fingerprint }, true]);
});

Deno.test("attempts used up make a dead letter; a rule can say that nobody need look", async () => {
  const r = rig(() => failed());
  await r.store.enqueue({ jobs: [job(), ruled(["any -> fail"])] }, r.clock.now());
  await r.finish();
  assertEquals((await r.store.list({})).map(({ status, dead }) => [status, dead]), [
    ["failed", true],
    ["failed", false],
  ]);
});

Deno.test("an attempt names the wait before the next one", async () => {
  const starts: number[] = [];
  const r = rig(() => {
    starts.push(r.clock.now());
    return exited(75, { retryAfterMs: 90_000 } as Partial<RunResult>);
  });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 2 })] }, r.clock.now());
  await r.finish();
  assertEquals(starts[1]! - starts[0]!, 90_000);
  assertEquals((await r.store.attempts(1))[0]!.decision!.delayBy, "attempt");
});

Deno.test("the time budget ends retries, counted from the first start", async () => {
  const r = rig(() => failed());
  const backoff = { kind: "fixed", baseMs: 60_000, capMs: 60_000, jitter: "none" } as const;
  await r.store.enqueue({ jobs: [job({ maxAttempts: 100, backoff, budgetMs: 150_000 })] }, r.clock.now());
  const report = await r.finish();
  assertEquals(report.started, 3, "at 0, 60 and 120 seconds");
  assertEquals((await r.store.attempts(1)).map(({ decision }) => decision!.by), [
    "attempts",
    "attempts",
    "budget",
  ]);
});

Deno.test("only what retry-on names is tried again, and a timeout is such a failure", async () => {
  const r = rig((claimed, context) => claimed.attempt === 1 ? untilStopped(claimed, context) : exited(2));
  const policy = { maxAttempts: 9, timeoutMs: 1_000, retryOn: parseMatches("timeout") };
  await r.store.enqueue({ jobs: [job(policy)] }, r.clock.now());
  await r.finish();
  assertEquals(
    (await r.store.attempts(1)).map(({ outcome, decision }) => [outcome, decision!.action, decision!.by]),
    [
      ["timeout", "retry", "retry-on"],
      ["exit", "dead", "retry-on"],
    ],
  );
});

Deno.test("failures of one cause get one fingerprint, and count for it", async () => {
  const r = rig(({ id }) => failed(`row ${id} of /data/${id}.csv is bad`));
  await r.store.enqueue({ jobs: [job(), job()] }, r.clock.now());
  await r.finish();
  const [one, two] = await r.store.list({});
  assertMatch(one!.error!.fingerprint!, /^[0-9a-f]{14}$/);
  assertEquals(one!.error!.fingerprint, two!.error!.fingerprint);
  const causes = await r.store.causes({});
  assertEquals(causes.map(({ count, fingerprint }) => [count, fingerprint]), [[2, one!.error!.fingerprint]]);
});

Deno.test("rules decide about jobs of workers that are gone, too", async () => {
  const dead: WorkerInfo = { id: "w0", host: "elsewhere", boot: null, pid: 50, pidStart: null };
  for (const [text, status] of [["lost -> ignore", "completed"], ["lost -> run:alert", "failed"]] as const) {
    const clock = new FakeClock();
    const store = new MemoryStore();
    await store.enqueue({ jobs: [ruled([text], { maxAttempts: 5 })] }, clock.now());
    await store.claim({ worker: dead, limit: 1, leaseMs: 30_000, routes: ["test"] }, clock.now());
    await clock.advance(40_000);
    const r = rig(() => done, { clock, store });
    await r.finish();
    const [stored, alert] = await store.list({});
    assertEquals(stored!.status, status);
    const [attempt] = await store.attempts(1);
    assertEquals([attempt!.decision!.by, attempt!.decision!.rule], ["rule", text]);
    if (alert !== undefined) assertEquals(alert.payload.why, "Worker w0 is gone");
    assertEquals(alert === undefined, text === "lost -> ignore");
  }
});

Deno.test("a lost attempt without a rule has an error, a fingerprint and a decision", async () => {
  const clock = new FakeClock();
  const store = new MemoryStore();
  await store.enqueue({ jobs: [job()] }, clock.now());
  const gone: WorkerInfo = { id: "w0", host: "elsewhere", boot: null, pid: 50, pidStart: null };
  await store.claim({ worker: gone, limit: 1, leaseMs: 30_000, routes: ["test"] }, clock.now());
  await clock.advance(40_000);
  await rig(() => done, { clock, store }).finish();
  const [stored] = await store.list({});
  assertEquals([stored!.error!.class, stored!.error!.message, stored!.dead], [
    "Lost",
    "Worker w0 is gone",
    true,
  ]);
  assert(stored!.error!.fingerprint !== undefined);
  assertEquals((await store.attempts(1))[0]!.decision!.by, "attempts");
});
