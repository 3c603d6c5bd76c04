/** What is made of a failure, and why. Pure. */

import { BOUNDS } from "./bounds.ts";
import { formatRule } from "./error_rules.ts";
import type { Decision, ErrorRule } from "./failure.ts";
import { type FailureFacts, formatMatch, matches } from "./failure_match.ts";
import { type FailedJob, toFollowJob } from "./follow_up.ts";
import type { NewJob, Policy } from "./job.ts";
import type { Outcome, Random } from "./ports.ts";
import { retryDelayMs } from "./retry.ts";

/** A failure, and what the attempt itself said about trying again. */
export interface Failure extends FailureFacts {
  /** Trying again is pointless. */
  readonly permanent?: boolean;
  /** The wait that the attempt asks for, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** What else the decision depends on. */
export interface FailureContext {
  readonly policy: Policy;
  /** Failures before this one. */
  readonly failures: number;
  /** Where the time budget counts from, in milliseconds since the epoch. */
  readonly firstStartedAt: number;
  readonly now: number;
  readonly random: Random;
  readonly job: FailedJob;
}

/** Outcomes of an attempt that failed. */
export type FailureOutcome = Extract<Outcome, { type: "failed" | "ignored" | "snoozed" }>;

/**
 * In this order: the first rule that matches · the failure itself, where it is permanent · `noRetryOn` · `retryOn` ·
 * attempts · time budget. A rule that says `retry` wins over all but the last two.
 */
export function decide(failure: Failure, context: FailureContext): FailureOutcome {
  const { rules = [], noRetryOn = [], retryOn } = context.policy;
  const index = rules.findIndex((rule) => matches(rule.match, failure));
  if (index >= 0) return byRule(rules[index]!, index + 1, failure, context);
  if (failure.permanent) return dead(failure, { by: "permanent" });
  const refused = noRetryOn.find((match) => matches(match, failure));
  if (refused !== undefined) return dead(failure, { by: "no-retry-on", rule: formatMatch(refused) });
  const allowed = retryOn?.find((match) => matches(match, failure));
  if (retryOn !== undefined && allowed === undefined) return dead(failure, { by: "retry-on" });
  const why: Why = allowed === undefined
    ? { by: "attempts" }
    : { by: "retry-on", rule: formatMatch(allowed) };
  return retry(failure, context, why);
}

type Why = Pick<Decision, "by"> & Partial<Pick<Decision, "rule" | "number">>;
type Wait = { readonly delayMs: number; readonly delayBy: NonNullable<Decision["delayBy"]> };

function byRule(rule: ErrorRule, number: number, failure: Failure, context: FailureContext): FailureOutcome {
  const { action } = rule;
  const why: Why = { by: "rule", rule: formatRule(rule), number };
  const { error } = failure;
  switch (action.do) {
    case "retry":
      return retry(failure, context, why, action.delayMs);
    case "snooze":
      return snooze(failure, context, why, action.delayMs);
    case "pause-queue":
      return usedUp(failure, context, why) ??
        {
          type: "snoozed",
          error,
          runAt: context.now,
          pauseQueue: true,
          decision: toDecision(action.do, why),
        };
    case "ignore":
      return { type: "ignored", error, decision: toDecision(action.do, why) };
    case "dead":
      return dead(failure, why);
    case "fail":
      return ended(failure, toDecision(action.do, why), false);
    case "run":
      return run(rule, failure, context, toDecision(action.do, why));
  }
}

function run(rule: ErrorRule, failure: Failure, context: FailureContext, decision: Decision): FailureOutcome {
  if (rule.action.do !== "run") throw new Error("Not a rule that runs a job");
  let follow: NewJob;
  try {
    follow = toFollowJob(rule.action.job, context.job, failure);
  } catch {
    // It became larger than a job can be: nobody hears of the failure from it, so it must be seen elsewhere.
    return ended(failure, decision, true);
  }
  return { ...ended(failure, decision, false), follow: [follow] };
}

function retry(failure: Failure, context: FailureContext, why: Why, ruledMs?: number): FailureOutcome {
  const { policy, now } = context;
  const failures = context.failures + 1;
  if (failures >= policy.maxAttempts) return dead(failure, { ...why, by: "attempts" });
  const wait = waitOf(failure, context, ruledMs);
  const retryAt = now + wait.delayMs;
  if (isTooLate(retryAt, context)) return dead(failure, { ...why, by: "budget" });
  const { reason, error } = failure;
  return { type: "failed", reason, error, retryAt, decision: toDecision("retry", why, wait) };
}

function snooze(failure: Failure, context: FailureContext, why: Why, ruledMs?: number): FailureOutcome {
  const wait = waitOf(failure, context, ruledMs);
  const runAt = context.now + wait.delayMs;
  if (isTooLate(runAt, context)) return dead(failure, { ...why, by: "budget" });
  return usedUp(failure, context, why) ??
    { type: "snoozed", error: failure.error, runAt, decision: toDecision("snooze", why, wait) };
}

/** Snoozing costs no failure, and must end all the same. */
function usedUp(failure: Failure, { job }: FailureContext, why: Why): FailureOutcome | undefined {
  return job.attempt < BOUNDS.attempts ? undefined : dead(failure, { ...why, by: "attempts" });
}

/** What the rule says, else what the attempt asked for, else the backoff. */
function waitOf({ retryAfterMs }: Failure, context: FailureContext, ruledMs: number | undefined): Wait {
  const { policy, failures, random } = context;
  if (ruledMs !== undefined) return { delayMs: ruledMs, delayBy: "rule" };
  if (retryAfterMs !== undefined && retryAfterMs >= 0) {
    return { delayMs: Math.min(Math.round(retryAfterMs), BOUNDS.durationMs), delayBy: "attempt" };
  }
  return { delayMs: retryDelayMs(policy.backoff, failures + 1, random), delayBy: "backoff" };
}

function isTooLate(at: number, { policy, firstStartedAt }: FailureContext): boolean {
  return at > firstStartedAt + (policy.budgetMs ?? Infinity);
}

/** A dead letter: it stays in sight until somebody has dealt with it. */
function dead(failure: Failure, why: Why): FailureOutcome {
  return ended(failure, toDecision("dead", why), true);
}

function ended(
  { reason, error }: Failure,
  decision: Decision,
  dead: boolean,
): FailureOutcome & { readonly type: "failed" } {
  return { type: "failed", reason, error, retryAt: null, dead, decision };
}

function toDecision(
  action: Decision["action"],
  { by, rule = null, number = null }: Why,
  wait?: Wait,
): Decision {
  return { action, by, rule, number, delayMs: wait?.delayMs ?? null, delayBy: wait?.delayBy ?? null };
}
