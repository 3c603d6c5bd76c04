/** What can be said about failures before they happen: which ones, and what is to be made of them. */

import type { FailReason } from "./job.ts";
import type { JsonObject } from "./json.ts";

/** Which failures. All given members must hold; one without members matches every failure. */
export interface FailureMatch {
  /** Failed for this reason, such as `timeout`, `lost` or `signal`. */
  readonly reason?: FailReason;
  /** Exit code of a command: from the first to the second, both included. */
  readonly exit?: readonly [from: number, to: number];
  /** Name of the signal that ended a command, such as `SIGKILL`. */
  readonly signal?: string;
  /** Name of the error's class. */
  readonly class?: string;
  /** Found in `class: message`. */
  readonly regex?: { readonly source: string; readonly flags: string };
  /** See `JobError.fingerprint`. */
  readonly fingerprint?: string;
}

/** A job that a rule starts when it fires. */
export interface FollowUp {
  /** `command`, `module`, `http`, or a custom kind. */
  readonly kind: string;
  /** What to run; `${{ failed.id }}`, `${{ failed.error.message }}` and the like stand for the job that failed. */
  readonly payload: JsonObject;
  /** A label; `null` for none. */
  readonly name: string | null;
}

/**
 * What is made of a failure.
 *
 * `retry`: again while attempts are left, after `delayMs` or the policy's wait · `fail`: no retry, and nobody need look ·
 * `ignore`: the job counts as completed, without a result · `snooze`: again after the delay, at no cost of an
 * attempt · `dead`: no retry, a dead letter at once · `pause-queue`: the queue hands out nothing more until somebody
 * resumes it, and the job goes back into it · `run`: fails, and starts another job.
 */
export type ErrorAction =
  | { readonly do: "retry" | "snooze"; readonly delayMs?: number }
  | { readonly do: "fail" | "ignore" | "dead" | "pause-queue" }
  | { readonly do: "run"; readonly job: FollowUp };

/** One rule: the first of a job's rules that matches decides. */
export interface ErrorRule {
  /** Which failures. */
  readonly match: FailureMatch;
  /** What becomes of them. */
  readonly action: ErrorAction;
}

/** What was made of one failure, and why: kept with the attempt. */
export interface Decision {
  /** What was done. */
  readonly action: ErrorAction["do"];
  /**
   * What decided: one of the job's rules · its `retryOn` or `noRetryOn` · the attempts or the time budget being used
   * up, or not · the failure itself, which said that trying again is pointless, or when to.
   */
  readonly by: "rule" | "retry-on" | "no-retry-on" | "attempts" | "budget" | "permanent";
  /** The rule or match as one writes it; `null` when none decided. */
  readonly rule: string | null;
  /** Place of the rule among the job's rules, from 1; `null` when none decided. */
  readonly number: number | null;
  /** The wait before the next attempt, in milliseconds; `null` when there is none. */
  readonly delayMs: number | null;
  /** Where that wait comes from: the policy, the rule, or the attempt itself (`Retry-After`); `null` without one. */
  readonly delayBy: "backoff" | "rule" | "attempt" | null;
}
