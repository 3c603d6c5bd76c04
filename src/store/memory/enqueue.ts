/** `enqueue`: checks everything first, so that a refused batch leaves nothing. */

import { NotFoundError } from "../../core/errors.ts";
import { type Dependency, type JobId, type NewJob, routeOf } from "../../core/job.ts";
import type { Enqueued, NewWorkflow } from "../../core/ports.ts";
import { openEdges } from "./move.ts";
import type { JobRecord } from "./record.ts";
import type { State, WorkflowRecord } from "./state.ts";
import { holderOf } from "./unique.ts";

export function enqueue(
  state: State,
  batch: { readonly jobs: readonly NewJob[]; readonly workflow?: NewWorkflow | number },
  now: number,
): { readonly jobs: readonly Enqueued[]; readonly workflow: number | null } {
  checkDependencies(state, batch.jobs);
  const run = runFor(state, batch.workflow, now);
  const workflow = run?.id ?? null;
  const jobs: Enqueued[] = [];
  for (const job of batch.jobs) {
    const holder = job.unique === null ? undefined : holderOf(state, job.unique, now);
    jobs.push(
      holder === undefined
        ? { id: insert(state, job, jobs, workflow, now), created: true }
        : { id: holder.id, created: false },
    );
  }
  if (run !== undefined) {
    run.jobs.push(...jobs.filter((job) => job.created).map((job) => job.id));
    state.workflows.set(run.id, run);
    state.lastWorkflow = Math.max(state.lastWorkflow, run.id);
    state.changed = true;
  }
  return { jobs, workflow };
}

/** The run that the jobs join, or a new one, which is not stored yet. */
function runFor(
  state: State,
  wanted: NewWorkflow | number | undefined,
  now: number,
): WorkflowRecord | undefined {
  if (wanted === undefined) return undefined;
  if (typeof wanted !== "number") {
    const { name, key, params, source = null, type = "workflow", maxFails = null } = wanted;
    const id = state.lastWorkflow + 1;
    const run = { id, name, key, params: JSON.stringify(params), source, type, maxFails };
    return { ...run, createdAt: now, haltedAt: null, jobs: [] };
  }
  const run = state.workflows.get(wanted);
  if (run === undefined) throw new NotFoundError(`There is no workflow run ${wanted} to join`);
  return run;
}

function checkDependencies(state: State, jobs: readonly NewJob[]): void {
  for (const [at, job] of jobs.entries()) {
    for (const edge of job.after) {
      if ("index" in edge) {
        if (edge.index < 0 || edge.index >= at) {
          throw new NotFoundError(
            `Job ${at} of the batch depends on job ${edge.index}, which is not before it`,
          );
        }
      } else if (!state.jobs.has(edge.id)) {
        throw new NotFoundError(`There is no job ${edge.id} to depend on`);
      }
    }
  }
}

function insert(
  state: State,
  { payload, after, ...spec }: NewJob,
  earlier: readonly Enqueued[],
  workflow: number | null,
  now: number,
): JobId {
  const dependencies = after.map((edge): Dependency =>
    "index" in edge ? { id: earlier[edge.index]!.id, on: edge.on } : edge
  );
  const job: JobRecord = {
    id: ++state.lastJob,
    spec: structuredClone(spec),
    payload: JSON.stringify(payload),
    route: routeOf({ kind: spec.kind, payload }),
    workflow,
    createdAt: now,
    dependencies,
    ...fresh(Math.max(spec.runAt ?? now, now), spec.expiresAt),
  };
  state.jobs.set(job.id, job);
  for (const { id } of dependencies) addTo(state.children, id, job.id);
  if (job.spec.unique !== null) state.holders.set(job.spec.unique.key, job);
  start(state, job, now);
  state.index(job);
  state.watchExpiry(job);
  state.changed = true;
  return job.id;
}

/** The state of a job that nothing has happened to yet. */
function fresh(dueAt: number, startBy: number | null): Omit<
  JobRecord,
  "id" | "spec" | "payload" | "route" | "workflow" | "createdAt" | "dependencies"
> {
  return {
    status: "blocked",
    reason: null,
    attempt: 0,
    failures: 0,
    dueAt,
    startBy,
    startedAt: null,
    firstStartedAt: null,
    finishedAt: null,
    result: "null",
    error: null,
    cause: null,
    dead: false,
    canaries: new Set(),
    progress: "null",
    waitingOn: 0,
    cancelRequested: false,
    worker: null,
    process: null,
    leaseUntil: 0,
    checkpoint: null,
    attempts: [],
    log: [],
  };
}

function start(state: State, job: JobRecord, now: number): void {
  const { open, satisfied } = openEdges(state, job);
  if (!satisfied) {
    job.status = "skipped";
    job.finishedAt = now;
  } else if (open > 0) {
    job.waitingOn = open;
  } else {
    job.status = job.dueAt > now ? "scheduled" : "ready";
  }
}

/** Adds to the set of a key. */
export function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}
