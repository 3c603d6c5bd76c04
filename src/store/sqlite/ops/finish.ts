/** Ends attempts, if they are still who they say. */

import type { JobError, JobId } from "../../../core/job.ts";
import type { Finish, Finished, Outcome } from "../../../core/ports.ts";
import { ms, S, statusOf } from "../codes.ts";
import type { Connection } from "../connection.ts";
import { endAttempts, type Ending, type Running, running } from "./end_attempts.ts";

type Told = Pick<Finish, "outcome" | "usage">;

export function finish(db: Connection, finishes: readonly Finish[], now: number): readonly Finished[] {
  const held = running(db, finishes.map((item) => item.id));
  const endings: Ending[] = [];
  const ended = new Map<JobId, number>();
  const answers = finishes.map((item): Finished | JobId => {
    const state = held.get(item.id);
    if (state === undefined || state.attempt !== item.attempt || ended.has(item.id)) return item.id;
    const ending = toEnding(item, state, now);
    endings.push(ending);
    ended.set(item.id, ending.status);
    return { id: item.id, accepted: true, status: statusOf(ending.status) };
  });
  endAttempts(db, endings, now);
  return answers.map((answer) => typeof answer === "number" ? refused(db, answer) : answer);
}

function refused(db: Connection, id: JobId): Finished {
  const row = db.get<{ status: number }>("SELECT status FROM job_state WHERE id = ?", id);
  return { id, accepted: false, status: row === undefined ? null : statusOf(row.status) };
}

/** What an outcome makes of a running job. */
export function toEnding({ outcome: told, usage }: Told, state: Running, now: number): Ending {
  const outcome = heard(told, state);
  const base = { state, usage, reason: null, error: null, result: null, dueAt: null, failed: false };
  switch (outcome.type) {
    case "completed":
      return {
        ...base,
        status: S.completed,
        outcome: "completed",
        result: JSON.stringify(outcome.result ?? null),
      };
    case "ignored":
      return { ...base, status: S.completed, outcome: "ignored", error: encode(outcome.error) };
    case "snoozed":
      return { ...base, outcome: "snoozed", error: encode(outcome.error), ...waiting(outcome.runAt, now) };
    case "cancelled":
      return { ...base, status: S.cancelled, outcome: "cancelled", error: encode(outcome.error) };
    case "released":
      return { ...base, status: S.ready, outcome: "released", dueAt: now };
    case "failed": {
      const { reason, retryAt } = outcome;
      const failed = { ...base, outcome: reason, error: encode(outcome.error), failed: true };
      if (retryAt === null) return { ...failed, status: S.failed, reason };
      return { ...failed, ...waiting(retryAt, now) };
    }
  }
}

/** Whoever was asked to stop and did not complete, stopped. */
function heard(outcome: Outcome, state: Running): Outcome {
  if (!state.cancel_requested || outcome.type === "completed") return outcome;
  return { type: "cancelled", error: outcome.type === "released" ? null : outcome.error };
}

/** The state of a job that waits for its next attempt. */
function waiting(retryAt: number, now: number): { readonly status: number; readonly dueAt: number } {
  const dueAt = Math.max(now, ms(retryAt));
  return { status: dueAt > now ? S.scheduled : S.ready, dueAt };
}

function encode(error: JobError | null): string | null {
  return error === null ? null : JSON.stringify(error);
}
