import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { BOUNDS } from "../../src/core/bounds.ts";
import { decide, type Failure, type FailureContext, type FailureOutcome } from "../../src/core/decide.ts";
import { parseRule } from "../../src/core/error_rules.ts";
import { DataError } from "../../src/core/errors.ts";
import type { Decision, FollowUp } from "../../src/core/failure.ts";
import { parseMatches } from "../../src/core/failure_match.ts";
import { bindFollowUps } from "../../src/core/follow_up.ts";
import type { Policy } from "../../src/core/job.ts";
import { resolveTemplates } from "../../src/core/template.ts";

const NOW = 1_000_000;
const POLICY: Policy = {
  maxAttempts: 3,
  backoff: { kind: "exponential", baseMs: 1_000, capMs: 60_000, jitter: "none" },
  timeoutMs: null,
  graceMs: 5_000,
};
const FAILURE: Failure = {
  reason: "exit",
  error: { class: "CommandFailed", message: "boom", fingerprint: "ab12cd34ef5678" },
  exitCode: 75,
  signal: null,
};
const alert: FollowUp = {
  kind: "command",
  payload: {
    argv: ["./alert", "${{ failed.id }}", "${{ failed.error.message }}", "code ${{ failed.exitCode }}"],
  },
  name: "alert",
};

function rules(...texts: string[]): Pick<Policy, "rules"> {
  return { rules: texts.map((text) => parseRule(text, () => alert)) };
}

function outcome(
  policy: Partial<Policy> = {},
  failure: Partial<Failure> = {},
  context: Partial<FailureContext> = {},
): FailureOutcome {
  return decide({ ...FAILURE, ...failure }, {
    policy: bindFollowUps({ ...POLICY, ...policy }, {}),
    failures: 0,
    firstStartedAt: NOW - 500,
    now: NOW,
    random: () => 0.5,
    job: { id: 7, name: "sync", queue: "mail", attempt: 1 },
    ...context,
  });
}

function decision(...args: Parameters<typeof outcome>): Decision {
  return outcome(...args).decision!;
}

const plain = { rule: null, number: null, delayMs: null, delayBy: null } as const;

Deno.test("without rules a failure is retried after its backoff while attempts are left", () => {
  assertEquals(outcome(), {
    type: "failed",
    reason: "exit",
    error: FAILURE.error,
    retryAt: NOW + 1_000,
    decision: { ...plain, action: "retry", by: "attempts", delayMs: 1_000, delayBy: "backoff" },
  });
  assertEquals(decision({}, {}, { failures: 1 }).delayMs, 2_000);
});

Deno.test("the last attempt makes a dead letter", () => {
  assertEquals(outcome({}, {}, { failures: 2 }), {
    type: "failed",
    reason: "exit",
    error: FAILURE.error,
    retryAt: null,
    dead: true,
    decision: { ...plain, action: "dead", by: "attempts" },
  });
});

Deno.test("what says itself that trying again is pointless is not tried again", () => {
  assertEquals(decision({}, { permanent: true }), { ...plain, action: "dead", by: "permanent" });
});

Deno.test("retry-on and no-retry-on", () => {
  const retryOn = parseMatches("timeout,exit:70-79");
  const noRetryOn = parseMatches("exit:75");
  assertEquals(decision({ retryOn }), {
    action: "retry",
    by: "retry-on",
    rule: "exit:70-79",
    number: null,
    delayMs: 1_000,
    delayBy: "backoff",
  });
  assertEquals(decision({ retryOn }, { exitCode: 1 }), { ...plain, action: "dead", by: "retry-on" });
  const refused = { ...plain, action: "dead", by: "no-retry-on", rule: "exit:75" } as const;
  assertEquals(decision({ noRetryOn }), refused);
  assertEquals(decision({ retryOn, noRetryOn }), refused, "no-retry-on wins");
  assertEquals(decision({ retryOn }, {}, { failures: 2 }).by, "attempts");
});

Deno.test("a wait that the attempt asks for wins over the backoff, and a rule's over both", () => {
  assertEquals(decision({}, { retryAfterMs: 30_000 }), {
    ...plain,
    action: "retry",
    by: "attempts",
    delayMs: 30_000,
    delayBy: "attempt",
  });
  const ruled = decision(rules("any -> retry:9s"), { retryAfterMs: 30_000 });
  assertEquals([ruled.delayMs, ruled.delayBy], [9_000, "rule"]);
  assertEquals(decision({}, { retryAfterMs: Infinity }).delayMs, BOUNDS.durationMs);
  for (const odd of [NaN, -1]) assertEquals(decision({}, { retryAfterMs: odd }).delayBy, "backoff");
});

Deno.test("no retry starts later than the budget allows", () => {
  assertEquals(decision({ budgetMs: 1_500 }).action, "retry", "exactly at its end");
  assertEquals(decision({ budgetMs: 1_499 }), { ...plain, action: "dead", by: "budget" });
  assertEquals(decision({ budgetMs: 1_499, ...rules("exit:75 -> retry") }), {
    ...plain,
    action: "dead",
    by: "budget",
    rule: "exit:75 -> retry",
    number: 1,
  });
  assertEquals(decision({ budgetMs: 1_499, ...rules("exit:75 -> snooze:1s") }).by, "budget");
  assertEquals(decision({ budgetMs: 1_499, ...rules("exit:75 -> retry:0s") }).action, "retry");
});

Deno.test("the first rule that matches decides, and is named", () => {
  const policy = rules("timeout -> fail", "exit:75 -> ignore", "any -> dead");
  assertEquals(outcome(policy), {
    type: "ignored",
    error: FAILURE.error,
    decision: { ...plain, action: "ignore", by: "rule", rule: "exit:75 -> ignore", number: 2 },
  });
  assertEquals(decision(policy, { exitCode: 1 }).number, 3);
});

Deno.test("a rule that says retry wins over all but attempts and budget", () => {
  const policy = { ...rules("exit:75 -> retry"), noRetryOn: parseMatches("exit:75") };
  assertEquals(decision(policy, { permanent: true }), {
    action: "retry",
    by: "rule",
    rule: "exit:75 -> retry",
    number: 1,
    delayMs: 1_000,
    delayBy: "backoff",
  });
  assertEquals(decision(policy, {}, { failures: 2 }), {
    ...plain,
    action: "dead",
    by: "attempts",
    rule: "exit:75 -> retry",
    number: 1,
  });
});

Deno.test("fail and dead end the job, and only dead makes a dead letter", () => {
  const ended = (text: string): unknown[] => {
    const { type, retryAt, dead } = outcome(rules(text)) as FailureOutcome & { type: "failed" };
    return [type, retryAt, dead];
  };
  assertEquals(ended("any -> fail"), ["failed", null, false]);
  assertEquals(ended("any -> dead"), ["failed", null, true]);
});

Deno.test("snooze puts off, by its own time, the attempt's, or the backoff", () => {
  assertEquals(outcome(rules("any -> snooze:5m")), {
    type: "snoozed",
    error: FAILURE.error,
    runAt: NOW + 300_000,
    decision: {
      action: "snooze",
      by: "rule",
      rule: "any -> snooze:5m",
      number: 1,
      delayMs: 300_000,
      delayBy: "rule",
    },
  });
  assertEquals(decision(rules("any -> snooze"), {}, { failures: 2 }).delayMs, 4_000);
  assertEquals(decision(rules("any -> snooze"), { retryAfterMs: 7 }).delayMs, 7);
  const attempt = BOUNDS.attempts;
  const job = { id: 7, name: null, queue: "q", attempt };
  assertEquals(decision(rules("any -> snooze"), {}, { job }).by, "attempts", "it ends some day");
});

Deno.test("pause-queue puts the job back, ready for when the queue is resumed", () => {
  assertEquals(outcome(rules("any -> pause-queue")), {
    type: "snoozed",
    error: FAILURE.error,
    runAt: NOW,
    pauseQueue: true,
    decision: { ...plain, action: "pause-queue", by: "rule", rule: "any -> pause-queue", number: 1 },
  });
});

Deno.test("run fails the job and starts another, which is told of the failure", () => {
  const ended = outcome(rules("any -> run:alert")) as FailureOutcome & { type: "failed" };
  assertEquals([ended.retryAt, ended.dead, ended.decision!.rule], [null, false, "any -> run:alert"]);
  const [follow] = ended.follow!;
  assertEquals(follow!.payload, { argv: ["./alert", "7", "boom", "code 75"] });
  assertEquals([follow!.name, follow!.queue, follow!.after, follow!.policy.maxAttempts], [
    "alert",
    "mail",
    [],
    1,
  ]);
});

Deno.test("what a failure says is never read as an expression, nor by a shell", () => {
  for (
    const message of ["${{ failed.id }}", "$${{ x }}", "'; rm -rf /", "$(id)", '"', "a\0b", '${{ "x" }}']
  ) {
    const ended = outcome(rules("any -> run:alert"), { error: { class: "E", message } });
    const [follow] = (ended as FailureOutcome & { type: "failed" }).follow!;
    const shown = message.replace("\0", "\ufffd");
    assertEquals(follow!.payload, { argv: ["./alert", "7", shown, "code 75"] });
    assertEquals(resolveTemplates(follow!.payload, {}), follow!.payload, "it is resolved once");
  }
});

Deno.test("a failure without an error, a code or a name leaves nothing in their places", () => {
  const job = { id: 1, name: null, queue: "q", attempt: 1 };
  const ended = outcome(rules("any -> run:alert"), { reason: "lost", error: null, exitCode: null }, { job });
  assertEquals((ended as FailureOutcome & { type: "failed" }).follow![0]!.payload, {
    argv: ["./alert", "1", "", "code "],
  });
});

Deno.test("a job that would become too large is not started, and the failure stays in sight", () => {
  const big = { ...alert, payload: { argv: Array(200).fill("${{ failed.error.message }}") } };
  const policy = { rules: [{ match: {}, action: { do: "run", job: big } }] } as const;
  const ended = outcome(policy, { error: { class: "E", message: "x".repeat(BOUNDS.errorChars) } });
  const { follow, dead } = ended as FailureOutcome & { type: "failed" };
  assertEquals([follow, dead], [undefined, true]);
});

const REFUSED: readonly [FollowUp["payload"], string][] = [
  [{ argv: ["./a", "${{ failed.messge }}"] }, 'asks the failed job for "messge"'],
  [{ argv: ["./a", "${{ failed.error.mesage }}"] }, 'asks the failed job for "mesage"'],
  [{ argv: ["./a", "${{ failed.id.x }}"] }, 'asks the failed job for "id.x"'],
  [{ argv: ["./a", "${{ failed }}"] }, "names nothing"],
  [{ argv: ["./a", "${{ steps.a.result }}"] }, "sees only the job that failed"],
  [{ argv: ["./a", "${{ params.a }}"] }, 'there is no parameter "a"'],
  [{ argv: ["echo ${{ failed.error.message }}"], shell: true }, "stands in a shell script"],
];

for (const [payload, message] of REFUSED) {
  Deno.test(`what a rule runs is refused: ${JSON.stringify(payload)}`, () => {
    const policy: Policy = {
      ...POLICY,
      rules: [{ match: {}, action: { do: "run", job: { ...alert, payload } } }],
    };
    assertThrows(() => bindFollowUps(policy, {}), DataError, message);
  });
}

Deno.test("property: every decision is told truthfully", () => {
  const actions = [
    "retry",
    "retry:30s",
    "fail",
    "ignore",
    "snooze",
    "snooze:5m",
    "dead",
    "pause-queue",
    "run:alert",
  ];
  const rule = fc.tuple(fc.constantFrom("any", "exit:75", "exit:1", "timeout"), fc.constantFrom(...actions))
    .map(([match, action]) => `${match} -> ${action}`);
  const failure = fc.record({ exitCode: fc.constantFrom(1, 75), permanent: fc.boolean() });
  const context = fc.record({ failures: fc.nat(4), firstStartedAt: fc.integer({ min: 0, max: NOW }) });
  const budget = fc.option(fc.integer({ min: 1, max: 2 * NOW }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), failure, context, budget, (texts, failed, at, budgetMs) => {
      const ended = outcome({ ...rules(...texts), ...budgetMs && { budgetMs } }, failed, at);
      const told = ended.decision!;
      const again = ended.type === "snoozed" ? ended.runAt : ended.type === "failed" ? ended.retryAt : null;
      assertEquals(told.rule, told.number === null ? null : texts[told.number - 1]);
      assertEquals(told.delayMs === null, told.delayBy === null);
      if (told.delayMs !== null) assertEquals(again, NOW + told.delayMs);
      if (again !== null && told.action !== "pause-queue") {
        assert(again <= at.firstStartedAt + (budgetMs ?? Infinity), "within the budget");
      }
      if (ended.type === "failed" && ended.retryAt !== null) assert(at.failures + 1 < POLICY.maxAttempts);
      assertEquals(ended.type === "ignored", told.action === "ignore");
      if (ended.type === "failed") assertEquals(ended.dead ?? false, told.action === "dead");
    }),
  );
});
