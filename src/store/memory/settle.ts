/** How jobs end: in one step, with all that follows for those that wait for them and for their runs. */

import { isHalting } from "../../core/max_fails.ts";
import type { Status } from "../../core/job.ts";
import { isPending, satisfies } from "../../core/transitions.ts";
import { failAgain, release, releaseFrom } from "./hold.ts";
import { makeReady, move } from "./move.ts";
import type { JobRecord } from "./record.ts";
import type { State, WorkflowRecord } from "./state.ts";

/**
 * Ends jobs, all in one step, settles the edges of those that depend on them, and so on down, and halts the runs in
 * which too many have failed.
 *
 * @param ends Jobs with their final status
 */
export function endAll(
  state: State,
  ends: readonly (readonly [JobRecord, Status])[],
  now: number,
): void {
  const failed: JobRecord[] = [];
  let round = ends;
  while (round.length > 0) {
    for (const [job, status] of round) {
      end(state, job, status, now);
      if (status === "failed") failed.push(job);
    }
    const parents = round.map(([job]) => job);
    const held = again(state, parents);
    const skipped = broken(state, parents).difference(held);
    round = [
      ...[...held].map((job) => [job, "failed"] as const),
      ...[...skipped].map((job) => [job, "skipped"] as const),
    ];
    const ending = held.union(skipped);
    for (const parent of parents) wake(state, parent, ending, now);
  }
  halt(state, failed, now);
}

function end(state: State, job: JobRecord, status: Status, now: number): void {
  move(state, job, status);
  job.finishedAt = now;
  job.waitingOn = 0;
  if (status === "completed") job.checkpoint = null;
  releaseFrom(state, job);
}

/** Jobs that a canary did not set free. */
function again(state: State, ended: readonly JobRecord[]): Set<JobRecord> {
  const lost = ended.filter((job) => job.status !== "completed")
    .flatMap((canary) => [...state.holds.get(canary) ?? []]);
  const jobs = new Set(lost);
  for (const job of jobs) failAgain(job);
  return jobs;
}

/** Children with an edge that is not satisfied. */
function broken(state: State, ended: readonly JobRecord[]): Set<JobRecord> {
  const skipped = ended.flatMap((parent) =>
    blockedChildren(state, parent).filter((child) =>
      !child.dependencies.every((edge) => edge.id !== parent.id || satisfies(parent.status, edge.on))
    )
  );
  return new Set(skipped);
}

/** Counts down for those that wait for a job that ended as they wished. */
function wake(state: State, parent: JobRecord, ending: ReadonlySet<JobRecord>, now: number): void {
  const waiting: [JobRecord, number][] = blockedChildren(state, parent).map((child) => [
    child,
    child.dependencies.filter((edge) => edge.id === parent.id).length,
  ]);
  for (const job of release(state, parent)) waiting.push([job, 1]);
  for (const [job, settled] of waiting) {
    if (ending.has(job) || job.status !== "blocked") continue;
    job.waitingOn -= settled;
    if (job.waitingOn === 0) makeReady(state, job, job.spec.runAt ?? now, now);
  }
}

/** The children that wait for a job. */
export function blockedChildren(state: State, parent: JobRecord): JobRecord[] {
  const ids = state.children.get(parent.id) ?? [];
  return [...ids].map((id) => state.jobs.get(id)!).filter((child) => child.status === "blocked");
}

/** Halts the runs of jobs that failed, where that is one too many. */
function halt(state: State, failed: readonly JobRecord[], now: number): void {
  const runs = [...new Set(failed.map((job) => job.workflow))]
    .flatMap((id) => id === null ? [] : state.workflows.get(id) ?? [])
    .filter((run) => run.haltedAt === null && hasFailed(state, run));
  for (const run of runs) run.haltedAt = now;
  const cancelled = runs.flatMap((run) => jobsOf(state, run)).filter((job) =>
    isPending(job.status) && job.dependencies.every((edge) => edge.on === "success")
  );
  if (cancelled.length > 0) endAll(state, cancelled.map((job) => [job, "cancelled"]), now);
}

function hasFailed(state: State, run: WorkflowRecord): boolean {
  if (run.maxFails === null) return false;
  const jobs = jobsOf(state, run);
  return isHalting(run.maxFails, jobs.filter((job) => job.status === "failed").length, jobs.length);
}

function jobsOf(state: State, run: WorkflowRecord): JobRecord[] {
  return run.jobs.flatMap((id) => state.jobs.get(id) ?? []);
}
