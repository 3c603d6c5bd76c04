/** Policies and decisions in words. */

import { formatDuration, writeDuration } from "../core/duration.ts";
import type { Decision } from "../core/failure.ts";
import { formatMatch } from "../core/failure_match.ts";
import type { Policy } from "../core/job.ts";
import { formatBackoff } from "../core/retry.ts";

/** `3 attempts, exp:1s..5m with equal jitter, no retry later than 10m after the first start`. */
export function policyText({ maxAttempts, backoff, budgetMs, timeoutMs, signal }: Policy): string {
  const parts = [maxAttempts === 1 ? "1 attempt" : `${maxAttempts} attempts`];
  if (maxAttempts > 1) {
    const jitter = backoff.jitter === "none" ? "" : ` with ${backoff.jitter} jitter`;
    parts.push(`${formatBackoff(backoff)}${jitter}`);
    if (budgetMs !== undefined && budgetMs !== null) {
      parts.push(`no retry later than ${writeDuration(budgetMs)} after the first start`);
    }
  }
  if (timeoutMs !== null) parts.push(`each at most ${writeDuration(timeoutMs)}`);
  if (signal) parts.push(`${signal.name} ${writeDuration(signal.beforeMs)} before that`);
  return parts.join(", ");
}

/** `timeout, exit:75`. */
export function matchesText(matches: Policy["retryOn"]): string | null {
  return matches === undefined || matches.length === 0 ? null : matches.map(formatMatch).join(", ");
}

/** One sentence, without a full stop: what was done, and why. */
export function decisionText(decision: Decision): string {
  const { action, by } = decision;
  const rule = decision.number === null ? null : `rule ${decision.number} (${decision.rule})`;
  if (action !== "dead" || by === "rule") return doneText(decision, rule);
  const despite = rule === null ? "" : `${rule} matched, but `;
  switch (by) {
    case "attempts":
      return `given up: ${despite}all attempts are used up`;
    case "budget":
      return `given up: ${despite}the next attempt would start after the time budget is over`;
    case "permanent":
      return "given up: the failure itself says that trying again is pointless";
    case "no-retry-on":
      return `given up: ${decision.rule} is never retried`;
    case "retry-on":
      return "given up: it is none of the failures that are retried";
  }
}

function doneText(decision: Decision, rule: string | null): string {
  const by = rule === null ? "" : ` by ${rule}`;
  switch (decision.action) {
    case "retry":
      return `tried again after ${waitText(decision)}${by}${reasonText(decision)}`;
    case "snooze":
      return `put off for ${waitText(decision)}${by}, at no cost of an attempt`;
    case "ignore":
      return `ignored${by}: the job counts as completed`;
    case "fail":
      return `not tried again${by}`;
    case "dead":
      return `made a dead letter${by}`;
    case "pause-queue":
      return `put back into its queue, and the queue paused${by}`;
    case "run":
      return `not tried again, and another job started${by}`;
  }
}

const SOURCES = { backoff: " (its backoff)", rule: "", attempt: " (as the attempt asked)" } as const;

function waitText({ delayMs, delayBy }: Decision): string {
  return delayMs === null || delayBy === null ? "no time" : `${formatDuration(delayMs)}${SOURCES[delayBy]}`;
}

function reasonText({ by, rule }: Decision): string {
  if (by === "retry-on") return `: ${rule} is retried`;
  return by === "attempts" ? ": attempts were left" : "";
}

/** For a table: `retry in 2s`, `snooze 5m, rule 1`, `dead, attempts`. */
export function decisionShort({ action, by, number, delayMs }: Decision): string {
  const wait = delayMs === null
    ? ""
    : action === "retry"
    ? ` in ${formatDuration(delayMs)}`
    : ` ${formatDuration(delayMs)}`;
  const why = by === "rule" ? `, rule ${number}` : action === "dead" ? `, ${by}` : "";
  return `${action}${wait}${why}`;
}
