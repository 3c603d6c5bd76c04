/** The verbs that only look: attempts, family, figures, workflow runs. */

import type { Attempt, JobId, Status } from "../../core/job.ts";
import type { Parent, QueueStats, Stats, WorkflowRun } from "../../core/ports.ts";
import { STATUSES } from "../../core/transitions.ts";
import type { State, WorkflowRecord } from "./state.ts";

export function attempts(state: State, id: JobId): Attempt[] {
  return (state.jobs.get(id)?.attempts ?? []).map((attempt) => ({ ...attempt }));
}

export function parents(state: State, ids: readonly JobId[]): Map<JobId, Parent[]> {
  const found = new Map<JobId, Parent[]>();
  for (const id of ids) {
    const dependencies = state.jobs.get(id)?.dependencies ?? [];
    found.set(
      id,
      dependencies.map((edge) => {
        const { spec, status, result, error } = state.jobs.get(edge.id)!;
        return { ...edge, step: spec.step, name: spec.name, status, result: JSON.parse(result), error };
      }),
    );
  }
  return found;
}

export function children(state: State, ids: readonly JobId[]): JobId[] {
  const found = new Set(ids.flatMap((id) => [...state.children.get(id) ?? []]));
  return [...found].sort((a, b) => a - b);
}

type Counts = Partial<Record<Status, number>>;

export function stats(state: State): Stats {
  const statuses = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  const queues = new Map<string, Counts>([...state.paused].map((queue) => [queue, {}]));
  for (const { status, spec } of state.jobs.values()) {
    statuses[status]++;
    let counts = queues.get(spec.queue);
    if (counts === undefined) queues.set(spec.queue, counts = {});
    increment(counts, status);
  }
  const named = [...queues].sort(([a], [b]) => a < b ? -1 : 1).map((
    [queue, counts],
  ): [string, QueueStats] => [
    queue,
    { paused: state.paused.has(queue), statuses: counts },
  ]);
  return { total: state.jobs.size, statuses, queues: Object.fromEntries(named) };
}

/** Workflow runs that match, newest first. */
export function workflows(
  state: State,
  { id, name, key, type, limit = Infinity }: {
    readonly id?: number;
    readonly name?: string;
    readonly key?: string;
    readonly type?: WorkflowRun["type"];
    readonly limit?: number;
  },
): WorkflowRun[] {
  return [...state.workflows.values()]
    .reverse()
    .filter((run) =>
      (id === undefined || run.id === id) && (name === undefined || run.name === name) &&
      (key === undefined || run.key === key) && (type === undefined || run.type === type)
    )
    .slice(0, Math.min(limit, state.workflows.size))
    .map((run) => toRun(state, run));
}

function toRun(state: State, { params, jobs, ...run }: WorkflowRecord): WorkflowRun {
  const counts: Counts = {};
  for (const job of jobs) {
    const stored = state.jobs.get(job);
    if (stored !== undefined) increment(counts, stored.status);
  }
  return { ...run, params: JSON.parse(params), counts };
}

function increment(counts: Counts, status: Status): void {
  counts[status] = (counts[status] ?? 0) + 1;
}
