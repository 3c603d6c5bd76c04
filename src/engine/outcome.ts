/** From how a run ended to what is recorded. Pure. */

import { BOUNDS } from "../core/bounds.ts";
import { decide, type Failure } from "../core/decide.ts";
import { formatDuration } from "../core/duration.ts";
import { fingerprintOf } from "../core/fingerprint.ts";
import type { JobError } from "../core/job.ts";
import { encodeJson, type Json } from "../core/json.ts";
import type { ClaimedJob, Outcome, RunResult, StopReason, Usage } from "../core/ports.ts";

/** Most bytes of JSON that one UTF-16 unit can take: an escaped control character, and quotes around it all. */
const BYTES_PER_UNIT = 8;

/** Why an attempt that could not be ended is the last one, in words that tell what to do. */
export const NOT_STOPPED: JobError = {
  class: "NotStopped",
  message: "Did not stop when it was killed and may still be running, so it is not tried again; " +
    "requeue it when it has ended",
};

/** What the decision needs besides the result. */
export interface Verdict {
  readonly job: ClaimedJob;
  readonly stopReason: StopReason | null;
  readonly now: number;
  readonly random: () => number;
}

/**
 * The outcome of an attempt; `null` when it belongs to somebody else by now and nothing must be recorded.
 *
 * An attempt that was told to stop never counts as completed: whatever it returned, it may have returned early.
 */
export function judge(result: RunResult, verdict: Verdict): Outcome | null {
  if (result.notStopped === true) return judgeNotStopped(result, verdict);
  switch (verdict.stopReason) {
    case "lost":
      return null;
    case "shutdown":
      return { type: "released" };
    case "cancel":
      return { type: "cancelled", error: result.type === "failed" ? boundError(result.error) : null };
    case "timeout":
      return failed("timeout", timeoutError(verdict.job), result, verdict);
    case null:
      break;
  }
  const ended = asJson(result);
  if (ended.type === "completed") return ended as Outcome & { type: "completed" };
  return failed(ended.reason, boundError(ended.error), ended, verdict, ended.permanent);
}

/** A result as it is stored: what JSON makes of it, or the failure that it is when JSON makes nothing of it. */
export function asJson(result: RunResult): RunResult {
  if (result.type === "failed" || isPlain(result.result)) return result;
  try {
    return { ...result, result: JSON.parse(encodeJson(result.result, "result")) as Json };
  } catch (error) {
    const { result: _, ...rest } = result;
    // The same function returns the same thing next time: no retry.
    return { ...rest, type: "failed", reason: "error", error: toJobError(error), permanent: true };
  }
}

/**
 * Nothing may start beside a body that may still run: no retry, and no way back into the queue. Even one that is
 * believed to be somebody else's is told to the store, whose fence decides: nobody may have taken it yet.
 */
function judgeNotStopped(told: RunResult, verdict: Verdict): Outcome | null {
  const { stopReason } = verdict;
  const result = asJson(told);
  if (stopReason === null && result.type === "completed") {
    return judge({ ...result, notStopped: false }, verdict);
  }
  const error = result.type === "failed" ? boundError(result.error) : NOT_STOPPED;
  if (stopReason === "cancel") return { type: "cancelled", error };
  const ownReason = result.type === "failed" ? result.reason : "error";
  // No rule is asked: several of them would start it again.
  const { rules: _, ...policy } = verdict.job.policy;
  const job = { ...verdict.job, policy };
  return failed(stopReason === "timeout" ? "timeout" : ownReason, error, result, { ...verdict, job }, true);
}

/** Values that need no check: most results are small. */
function isPlain(value: Json): boolean {
  return value === null || typeof value === "boolean" ||
    (typeof value === "string" && value.length < BOUNDS.jsonBytes / BYTES_PER_UNIT) ||
    (typeof value === "number" && Number.isFinite(value));
}

function failed(
  reason: Failure["reason"],
  error: JobError | null,
  result: RunResult,
  { job, now, random }: Verdict,
  permanent = false,
): Outcome {
  const { exitCode = null, signal = null } = result.usage ?? {};
  const traits = { reason, exitCode, signal };
  const failure: Failure = {
    ...traits,
    error: error && { ...error, fingerprint: fingerprintOf({ ...error, ...traits }) },
    permanent,
    ...result.type === "failed" && result.retryAfterMs !== undefined
      ? { retryAfterMs: result.retryAfterMs }
      : {},
  };
  const { policy, failures, firstStartedAt } = job;
  return decide(failure, { policy, failures, firstStartedAt, now, random, job });
}

function timeoutError(job: ClaimedJob): JobError {
  return { class: "Timeout", message: `Timed out after ${formatDuration(job.policy.timeoutMs ?? 0)}` };
}

/** Any thrown value as it is recorded, bounded. */
export function toJobError(error: unknown): JobError {
  if (!(error instanceof Error)) return boundError({ class: "Error", message: String(error) })!;
  const base = { class: error.name, message: error.message };
  return boundError(error.stack === undefined ? base : { ...base, stack: error.stack })!;
}

function boundError(error: JobError | null): JobError | null {
  if (error === null) return null;
  const bounded = { class: error.class.slice(0, BOUNDS.nameChars), message: cut(error.message) };
  return error.stack === undefined ? bounded : { ...bounded, stack: cut(error.stack) };
}

function cut(text: string): string {
  return text.length <= BOUNDS.errorChars ? text : `${text.slice(0, BOUNDS.errorChars - 1)}…`;
}

/** The figures of an attempt, with its wall time where the runner told none. */
export function toUsage(usage: Partial<Usage> | undefined, wallMs: number): Usage {
  if (usage === undefined) return { wallMs, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };
  return {
    wallMs: usage.wallMs ?? wallMs,
    cpuMs: usage.cpuMs ?? null,
    maxRssBytes: usage.maxRssBytes ?? null,
    exitCode: usage.exitCode ?? null,
    signal: usage.signal ?? null,
  };
}
