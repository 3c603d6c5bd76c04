/** Canaries: jobs that failed wait for a few of them to complete before they run again. */

import type { AttemptOutcome, FailReason, JobId } from "../../core/job.ts";
import type { JobRecord } from "./record.ts";
import type { State } from "./state.ts";

/** From now on a job waits for canaries, too. */
export function hold(state: State, job: JobRecord, canaries: readonly JobRecord[]): void {
  for (const canary of canaries) {
    job.canaries.add(canary);
    const held = state.holds.get(canary);
    if (held === undefined) state.holds.set(canary, new Set([job]));
    else held.add(job);
  }
}

/** A canary holds nobody any more; returns those it held. */
export function release(state: State, canary: JobRecord): readonly JobRecord[] {
  const held = [...state.holds.get(canary) ?? []];
  state.holds.delete(canary);
  for (const job of held) job.canaries.delete(canary);
  return held;
}

/** A job waits for no canary any more. */
export function releaseFrom(state: State, job: JobRecord): void {
  for (const canary of job.canaries) state.holds.get(canary)?.delete(job);
  job.canaries.clear();
}

const NO_REASON: ReadonlySet<AttemptOutcome> = new Set([
  "running",
  "completed",
  "ignored",
  "cancelled",
  "released",
  "snoozed",
]);

/** Prepares a job that was held to be failed again, as it was before. */
export function failAgain(job: JobRecord): void {
  const last = job.attempts.at(-1)?.outcome;
  // What failed without an attempt was not started in time.
  if (last === undefined) job.reason = "expired";
  else job.reason = NO_REASON.has(last) ? "error" : last as FailReason;
  job.dead = last !== undefined;
}

/**
 * The jobs that any of these comes after, directly or not, by edges or as one that is held: none of them may wait for
 * these in turn.
 */
export function above(state: State, jobs: readonly JobRecord[]): ReadonlySet<JobId> {
  const found = new Set<JobId>();
  const queue = [...jobs];
  for (const job of queue) {
    const before = [...job.dependencies.map((edge) => state.jobs.get(edge.id)!), ...job.canaries];
    for (const parent of before) {
      if (found.has(parent.id)) continue;
      found.add(parent.id);
      queue.push(parent);
    }
  }
  return found;
}
