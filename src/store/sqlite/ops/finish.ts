/** Ends attempts, if they are still who they say. */

import type { Decision } from "../../../core/failure.ts";
import type { JobError, JobId, Status } from "../../../core/job.ts";
import type { Finish, Finished, Outcome } from "../../../core/ports.ts";
import { isFinal } from "../../../core/transitions.ts";
import { ms, S, statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { refuseUnlessOpen } from "../state.ts";
import { endAttempts, running } from "./end_attempts.ts";
import type { Ending, FailureNote, Running } from "./ending.ts";

type Told = Pick<Finish, "outcome" | "usage">;

export function finish(db: Connection, finishes: readonly Finish[], now: number): readonly Finished[] {
  const held = running(db, finishes.map((item) => item.id));
  const endings: Ending[] = [];
  const ended = new Set<JobId>();
  const answers = finishes.map((item): Finished => {
    const { id } = item;
    const state = held.get(id);
    if (state === undefined || state.attempt !== item.attempt || ended.has(id)) {
      return { id, accepted: false, status: null };
    }
    const ending = toEnding(item, state, now);
    endings.push(ending);
    ended.add(id);
    return { id, accepted: true, status: statusOf(ending.status) };
  });
  // Where attempts run, the store is in use; others have come late, perhaps to one that has moved.
  if (endings.length < finishes.length) refuseUnlessOpen(db, "use");
  endAttempts(db, endings, now);
  return answers.map((answer) => {
    // What ended stays so; anything else may have changed with the rest of the batch.
    if (answer.status !== null && isFinal(answer.status)) return answer;
    return { ...answer, status: currentStatus(db, answer.id) };
  });
}

function currentStatus(db: Connection, id: JobId): Status | null {
  const row = db.get<{ status: number }>("SELECT status FROM job_state WHERE id = ?", id);
  return row === undefined ? null : statusOf(row.status);
}

/** What most outcomes leave open. */
const NOTHING = { reason: null, result: null, error: null, dueAt: null, failure: null } as const;

/** What an outcome makes of a running job. */
export function toEnding({ outcome: told, usage }: Told, state: Running, now: number): Ending {
  const outcome = heard(told, state);
  const base = { ...NOTHING, state, usage };
  switch (outcome.type) {
    case "completed": {
      const result = JSON.stringify(outcome.result ?? null);
      return { ...base, status: S.completed, outcome: "completed", result };
    }
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
