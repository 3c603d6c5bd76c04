/** How jobs change status: one at a time, or ending, which settles their children too. */

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

/**
 * Ends jobs, all in one step, and settles the edges of those that depend on them, and so on down.
 *
 * @param ends Jobs with their final status
 */
export function endAll(state: State, ends: Iterable<readonly [JobRecord, Status]>, now: number): void {
  const ended: JobRecord[] = [];
  const end = (job: JobRecord, status: Status): void => {
    move(state, job, status);
    job.finishedAt = now;
    job.waitingOn = 0;
    ended.push(job);
  };
  for (const [job, status] of ends) end(job, status);
  for (const parent of ended) {
    for (const child of blockedChildren(state, parent)) {
      const edges = child.dependencies.filter((edge) => edge.id === parent.id);
      if (!edges.every((edge) => satisfies(parent.status, edge.on))) {
        end(child, "skipped");
        continue;
      }
      child.waitingOn -= edges.length;
      if (child.waitingOn === 0) makeReady(state, child, child.spec.runAt ?? now, now);
    }
  }
}

/** The children that wait for a job. */
export function blockedChildren(state: State, parent: JobRecord): JobRecord[] {
  const ids = state.children.get(parent.id) ?? [];
  return [...ids].map((id) => state.jobs.get(id)!).filter((child) => child.status === "blocked");
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
