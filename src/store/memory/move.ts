/** How one job changes status. */

import type { Status } from "../../core/job.ts";
import { isFinal, isLegal, satisfies } from "../../core/transitions.ts";
import type { JobRecord } from "./record.ts";
import type { State } from "./state.ts";

/** Changes a job's status and the indexes that depend on it. */
export function move(state: State, job: JobRecord, to: Status): void {
  if (!isLegal(job.status, to)) throw new Error(`Job ${job.id} cannot go from ${job.status} to ${to}`);
  if (job.status === "running") state.running.delete(job);
  job.status = to;
  if (to === "running") state.running.add(job);
  state.index(job);
  state.changed = true;
}

/** Makes a job ready, or scheduled when `at` is still to come. */
export function makeReady(state: State, job: JobRecord, at: number, now: number): void {
  job.dueAt = Math.max(at, now);
  move(state, job, at > now ? "scheduled" : "ready");
}

/** What a job's edges come to: how many are open, and whether all others are satisfied. */
export function openEdges(state: State, job: JobRecord): { open: number; satisfied: boolean } {
  let open = 0;
  for (const { id, on } of job.dependencies) {
    const { status } = state.jobs.get(id)!;
    if (!isFinal(status)) open++;
    else if (!satisfies(status, on)) return { open, satisfied: false };
  }
  return { open, satisfied: true };
}
