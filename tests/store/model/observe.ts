/** Everything that can be seen of a store. */

import { GigqError } from "../../../src/core/errors.ts";
import type { Attempt, Cause, Checkpoint, Job, JobId } from "../../../src/core/job.ts";
import type { Lease, Parent, Stats, Store, WorkflowRun } from "../../../src/core/ports.ts";

export interface Observation {
  readonly jobs: readonly Job[];
  readonly attempts: readonly (readonly Attempt[])[];
  readonly parents: readonly (readonly Parent[])[];
  readonly children: readonly JobId[];
  readonly leases: readonly Lease[];
  readonly logs: readonly (readonly (readonly [number, number, number])[])[];
  readonly stats: Stats;
  readonly workflows: readonly WorkflowRun[];
  readonly batches: readonly number[];
  readonly causes: readonly Cause[];
  readonly dead: readonly JobId[];
  readonly ofCause: readonly JobId[];
  readonly checkpoints: Readonly<Record<JobId, Checkpoint>>;
}

export async function observe(store: Store): Promise<Observation> {
  const jobs = await store.list({});
  const ids = jobs.map((job) => job.id);
  const parents = await store.parents(ids);
  return {
    jobs,
    attempts: await Promise.all(ids.map((id) => store.attempts(id))),
    parents: ids.map((id) => parents.get(id) ?? []),
    children: await store.children(ids),
    leases: await store.leases({ expiredBy: Number.MAX_SAFE_INTEGER }),
    logs: await Promise.all(ids.map(async (id) => {
      const chunks = await store.readLog(id);
      return chunks.map(({ attempt, seq, data }) => [attempt, seq, data[0]!] as const);
    })),
    stats: await store.stats(),
    workflows: await store.workflows({}),
    batches: (await store.workflows({ type: "batch" })).map((run) => run.id),
    causes: await store.causes({}),
    dead: (await store.list({ dead: true })).map((job) => job.id),
    ofCause: (await store.list({ cause: 1 })).map((job) => job.id),
    checkpoints: Object.fromEntries(await store.checkpoints(ids)),
  };
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
