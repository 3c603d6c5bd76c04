/** `list` and `count`: which jobs a selector means. */

import type { Job } from "../../core/job.ts";
import type { Selector } from "../../core/ports.ts";
import type { JobRecord } from "./record.ts";
import type { State } from "./state.ts";

export function list(state: State, selector: Selector): Job[] {
  const { cursor, order = "asc", limit = Infinity } = selector;
  const matching = select(state, selector).filter(({ id }) =>
    cursor === undefined || (order === "asc" ? id > cursor : id < cursor)
  );
  if (order === "desc") matching.reverse();
  return matching.slice(0, Math.min(limit, matching.length)).map(toJob);
}

export function count(state: State, selector: Selector): number {
  return select(state, selector).length;
}

/** Jobs that match, by rising id. */
function select(state: State, selector: Selector): JobRecord[] {
  const { ids, statuses, queues, kinds, name, tag, workflow, cause, dead, finishedBefore } = selector;
  const from = ids === undefined
    ? [...state.jobs.values()]
    : [...new Set(ids)].sort((a, b) => a - b).flatMap((id) => state.jobs.get(id) ?? []);
  const hasName = name === undefined ? undefined : nameMatcher(name);
  return from.filter((job) =>
    (statuses?.includes(job.status) ?? true) &&
    (queues?.includes(job.spec.queue) ?? true) &&
    (kinds?.includes(job.spec.kind) ?? true) &&
    (hasName === undefined || (job.spec.name !== null && hasName(job.spec.name))) &&
    (tag === undefined || job.spec.tags.includes(tag)) &&
    (workflow === undefined || job.workflow === workflow) &&
    (cause === undefined || job.cause === cause) &&
    (dead === undefined || job.dead === dead) &&
    (finishedBefore === undefined || (job.finishedAt !== null && job.finishedAt < finishedBefore))
  );
}

function nameMatcher(pattern: string): (name: string) => boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const regexp = new RegExp(`^${parts.join(".*")}$`, "su");
  return (name) => regexp.test(name);
}

function toJob(job: JobRecord): Job {
  const { kind, name, queue, priority, tags, policy, expiresAt, unique, step } = job.spec;
  const { id, status, reason, attempt, failures, dueAt, startedAt, firstStartedAt, finishedAt } = job;
  const { error, cause, dead, waitingOn } = job;
  return {
    ...{ id, name, queue, kind, status, reason, priority, tags: [...tags], attempt, failures },
    maxAttempts: policy.maxAttempts,
    payload: JSON.parse(job.payload),
    policy: { ...policy },
    createdAt: job.createdAt,
    ...{ dueAt, expiresAt, startedAt, firstStartedAt, finishedAt },
    result: JSON.parse(job.result),
    ...{ error, cause, dead },
    canaries: [...job.canaries].map((canary) => canary.id).sort((a, b) => a - b),
    progress: JSON.parse(job.progress),
    dependencies: job.dependencies.map((edge) => ({ ...edge })),
    waitingOn,
    workflow: job.workflow,
    step,
    worker: job.worker?.id ?? null,
    uniqueKey: unique?.key ?? null,
    cancelRequested: job.cancelRequested,
  };
}
