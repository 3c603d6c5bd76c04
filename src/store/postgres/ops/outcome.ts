/** What an outcome makes of a running job. */

import type { Decision } from "../../../core/failure.ts";
import type { JobError } from "../../../core/job.ts";
import type { Finish, Outcome } from "../../../core/ports.ts";
import { ms, S } from "../../codes.ts";
import { resultOf } from "./complete.ts";
import type { Ending, FailureNote, Running } from "./ending.ts";

/** What most outcomes leave open. */
const NOTHING = { reason: null, result: null, error: null, dueAt: null, failure: null } as const;

export function toEnding(
  { outcome: told, usage }: Pick<Finish, "outcome" | "usage">,
  state: Running,
  now: number,
): Ending {
  const outcome = heard(told, state);
  const base = { ...NOTHING, id: state.id, attempt: state.attempt, usage };
  switch (outcome.type) {
    case "completed":
      return { ...base, status: S.completed, outcome: "completed", result: resultOf(outcome.result) };
    case "cancelled":
      return { ...base, status: S.cancelled, outcome: "cancelled", error: outcome.error };
    case "released":
      return { ...base, status: S.ready, outcome: "released", dueAt: now };
    case "ignored":
      return { ...base, ...failureOf(outcome), status: S.completed, outcome: "ignored" };
    case "snoozed": {
      const { runAt, pauseQueue = false } = outcome;
      return { ...base, ...failureOf(outcome, { pauseQueue }), ...waiting(runAt, now), outcome: "snoozed" };
    }
    case "failed": {
      const { reason, retryAt, dead = false, follow = [] } = outcome;
      const noted = { counts: true, dead: dead && retryAt === null, follow };
      const failed = { ...base, ...failureOf(outcome, noted), outcome: reason };
      return retryAt === null
        ? { ...failed, status: S.failed, reason }
        : { ...failed, ...waiting(retryAt, now) };
    }
  }
}

/** What all kinds of failure have in common. */
function failureOf(
  { error, decision }: { readonly error: JobError | null; readonly decision?: Decision },
  more: Partial<FailureNote> = {},
): Pick<Ending, "error" | "failure"> {
  const text = decision === undefined ? null : JSON.stringify(decision);
  const failure = { counts: false, dead: false, decision: text, follow: [], pauseQueue: false, ...more };
  return { error, failure };
}

/** Whoever was asked to stop and did not complete, stopped. */
function heard(outcome: Outcome, state: Running): Outcome {
  const completes = outcome.type === "completed" || outcome.type === "ignored";
  if (!state.cancel_requested || completes) return outcome;
  return { type: "cancelled", error: "error" in outcome ? outcome.error : null };
}

/** The state of a job that waits for its next attempt. */
function waiting(retryAt: number, now: number): { readonly status: number; readonly dueAt: number } {
  const dueAt = Math.max(now, ms(retryAt));
  return { status: dueAt > now ? S.scheduled : S.ready, dueAt };
}
