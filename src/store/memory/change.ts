/** `cancel`, `dismiss` and `remove`: what people do to jobs. */

import type { JobId } from "../../core/job.ts";
import type { Change } from "../../core/ports.ts";
import { isFinal, isPending } from "../../core/transitions.ts";
import type { JobRecord } from "./record.ts";
import { endAll } from "./settle.ts";
import type { State } from "./state.ts";

export function cancel(state: State, ids: readonly JobId[], now: number): Change[] {
  const ending = new Set<JobRecord>();
  const changes = ids.map((id): Change => {
    const job = state.jobs.get(id);
    if (job === undefined) return { id, result: "missing", status: null };
    if (job.status === "running") {
      job.cancelRequested = true;
      state.changed = true;
      return { id, result: "requested", status: job.status };
    }
    if (!isPending(job.status)) return { id, result: "refused", status: job.status };
    ending.add(job);
    return { id, result: "done", status: job.status };
  });
  // In one step: a job that is asked for ends as cancelled, though a parent in the same batch would skip it.
  endAll(state, [...ending].map((job) => [job, "cancelled"] as const), now);
  return changes;
}

/** Changes each job once, in one order, and answers in the order asked for. */
export function changeEach(
  asked: readonly JobId[],
  order: readonly JobId[],
  change: (id: JobId) => Change,
): Change[] {
  const changes = new Map<JobId, Change>();
  for (const id of order) if (!changes.has(id)) changes.set(id, change(id));
  return asked.map((id) => changes.get(id)!);
}

export function dismiss(state: State, ids: readonly JobId[]): Change[] {
  return changeEach(ids, ids, (id): Change => {
    const job = state.jobs.get(id);
    if (job === undefined) return { id, result: "missing", status: null };
    if (!job.dead) return { id, result: "refused", status: job.status };
    job.dead = false;
    state.changed = true;
    return { id, result: "done", status: job.status };
  });
}

export function remove(state: State, ids: readonly JobId[]): Change[] {
  return changeEach(ids, ids, (id) => removeOne(state, id));
}

function removeOne(state: State, id: JobId): Change {
  const job = state.jobs.get(id);
  if (job === undefined) return { id, result: "missing", status: null };
  const children = [...state.children.get(id) ?? []].map((child) => state.jobs.get(child)!);
  if (!isFinal(job.status) || children.some((child) => !isFinal(child.status))) {
    return { id, result: "refused", status: job.status };
  }
  forget(state, job, children);
  return { id, result: "done", status: job.status };
}

function forget(state: State, job: JobRecord, children: readonly JobRecord[]): void {
  for (const child of children) child.dependencies = child.dependencies.filter((edge) => edge.id !== job.id);
  for (const { id } of job.dependencies) state.children.get(id)?.delete(job.id);
  state.children.delete(job.id);
  const { unique } = job.spec;
  if (unique !== null && state.holders.get(unique.key) === job) state.holders.delete(unique.key);
  state.jobs.delete(job.id);
  state.changed = true;
}
