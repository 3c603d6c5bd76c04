/** Everything that can be seen of a store. */

import { GigqError } from "../../../src/core/errors.ts";
import type { Attempt, Cause, Checkpoint, Job, JobId } from "../../../src/core/job.ts";
import type { Due, Lease, Parent, Stats, Store, WorkflowRun } from "../../../src/core/ports.ts";
import type { Firing, Schedule } from "../../../src/core/schedule.ts";

export interface Observation {
  readonly jobs: readonly Job[];
  /** By job, as are the logs: of those whose histories were asked for. */
  readonly attempts: Readonly<Record<JobId, readonly Attempt[]>>;
  readonly parents: readonly (readonly Parent[])[];
  readonly children: readonly JobId[];
  readonly leases: readonly Lease[];
  readonly logs: Readonly<Record<JobId, readonly (readonly [number, number, number])[]>>;
  readonly stats: Stats;
  readonly workflows: readonly WorkflowRun[];
  readonly batches: readonly number[];
  readonly causes: readonly Cause[];
  readonly dead: readonly JobId[];
  readonly ofCause: readonly JobId[];
  readonly checkpoints: Readonly<Record<JobId, Checkpoint>>;
  readonly schedules: readonly Schedule[];
  readonly firings: readonly Firing[];
  readonly latest: readonly Firing[];
  /** What is due some day, and soon after the start. */
  readonly due: Due;
  readonly dueSoon: Due;
}

/** @param histories Jobs whose attempts and logs are looked at; default all */
export async function observe(store: Store, histories?: readonly JobId[]): Promise<Observation> {
  const jobs = await store.list({});
  const ids = jobs.map((job) => job.id);
  const parents = await store.parents(ids);
  return {
    jobs,
    attempts: await byJob(histories ?? ids, (id) => store.attempts(id)),
    parents: ids.map((id) => parents.get(id) ?? []),
    children: await store.children(ids),
    leases: await store.leases({ expiredBy: Number.MAX_SAFE_INTEGER }),
    logs: await byJob(histories ?? ids, async (id) => {
      const chunks = await store.readLog(id);
      return chunks.map(({ attempt, seq, data }) => [attempt, seq, data[0]!] as const);
    }),
    stats: await store.stats(),
    workflows: await store.workflows({}),
    batches: (await store.workflows({ type: "batch" })).map((run) => run.id),
    causes: await store.causes({}),
    dead: (await store.list({ dead: true })).map((job) => job.id),
    ofCause: (await store.list({ cause: 1 })).map((job) => job.id),
    checkpoints: Object.fromEntries(await store.checkpoints(ids)),
    schedules: await store.schedules.list(),
    firings: await store.schedules.firings({}),
    latest: await store.schedules.firings({ limit: 2, statuses: ["queued", "skipped", "missed"] }),
    due: await store.schedules.due(Number.MAX_SAFE_INTEGER),
    dueSoon: await store.schedules.due(1_000_060),
  };
}

async function byJob<T>(ids: readonly JobId[], look: (id: JobId) => Promise<T>): Promise<Record<JobId, T>> {
  return Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await look(id)] as const)));
}

/** The same with the histories of some jobs only. */
export function withHistories(seen: Observation, ids: readonly JobId[]): Observation {
  const only = <T>(all: Readonly<Record<JobId, T>>): Record<JobId, T> =>
    Object.fromEntries(ids.map((id) => [id, all[id]!]));
  return { ...seen, attempts: only(seen.attempts), logs: only(seen.logs) };
}

/** Jobs that look different than before. */
export function changedJobs(before: Observation, after: Observation): JobId[] {
  const old = new Map(before.jobs.map((job) => [job.id, job]));
  const isSame = (job: Job): boolean =>
    JSON.stringify([old.get(job.id), before.logs[job.id]]) === JSON.stringify([job, after.logs[job.id]]);
  return after.jobs.filter((job) => !isSame(job)).map((job) => job.id);
}

/** What a call came to: its answer, or the name of the error that refused it. Anything else is a bug, and goes on. */
export async function answerOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return { answer: await call() };
  } catch (error) {
    if (!(error instanceof GigqError)) throw error;
    return { error: error.name };
  }
}
