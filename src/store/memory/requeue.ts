/** `requeue`: jobs that ended run once more, a few of them before the others where somebody wants that. */

import type { JobId } from "../../core/job.ts";
import type { Change, RequeueOptions } from "../../core/ports.ts";
import { isFinal } from "../../core/transitions.ts";
import { changeEach } from "./change.ts";
import { above, hold } from "./hold.ts";
import { makeReady, move, openEdges } from "./move.ts";
import type { JobRecord } from "./record.ts";
import { blockedChildren } from "./settle.ts";
import type { State } from "./state.ts";
import { holderOf } from "./unique.ts";

export function requeue(
  state: State,
  ids: readonly JobId[],
  now: number,
  { fresh = false, canaries = [] }: RequeueOptions = {},
): Change[] {
  // Parents first (their ids are always lower), so that each job sees its parents as they stand afterwards.
  const sorted = [...new Set(ids)].sort((a, b) => a - b);
  const again = (id: JobId): Change => requeueOne(state, id, now, fresh);
  if (canaries.length === 0) return changeEach(ids, sorted, again);
  const first = new Map(sorted.filter((id) => canaries.includes(id)).map((id) => [id, again(id)]));
  const started = [...first.values()].flatMap(({ id, result }) =>
    result === "done" ? state.jobs.get(id)! : []
  );
  const earlier = above(state, started);
  return changeEach(ids, sorted, (id) => first.get(id) ?? holdOne(state, id, started, earlier, now, fresh));
}

function requeueOne(state: State, id: JobId, now: number, fresh: boolean): Change {
  const job = state.jobs.get(id);
  if (job === undefined) return { id, result: "missing", status: null };
  const { status } = job;
  const { open, satisfied } = openEdges(state, job);
  if (!isFinal(status) || !satisfied || keyIsTaken(state, job, now)) return { id, result: "refused", status };
  restart(state, job, open, now, fresh);
  job.error = null;
  job.cause = null;
  if (open === 0) makeReady(state, job, job.dueAt, now);
  else move(state, job, "blocked");
  return { id, result: "done", status };
}

/** Lets one job that failed wait for canaries; none of those may come after it. */
function holdOne(
  state: State,
  id: JobId,
  canaries: readonly JobRecord[],
  earlier: ReadonlySet<JobId>,
  now: number,
  fresh: boolean,
): Change {
  const job = state.jobs.get(id);
  if (job === undefined) return { id, result: "missing", status: null };
  const { status } = job;
  const { open, satisfied } = openEdges(state, job);
  const canWait = status === "failed" && canaries.length > 0 && !earlier.has(id);
  if (!canWait || !satisfied || keyIsTaken(state, job, now)) return { id, result: "refused", status };
  restart(state, job, open + canaries.length, now, fresh);
  hold(state, job, canaries);
  move(state, job, "blocked");
  return { id, result: "done", status };
}

function keyIsTaken(state: State, job: JobRecord, now: number): boolean {
  if (job.spec.unique === null) return false;
  const holder = holderOf(state, job.spec.unique, now);
  return holder !== undefined && holder !== job;
}

/** All that a requeue changes but the status and the error. */
function restart(state: State, job: JobRecord, waitingOn: number, now: number, fresh: boolean): void {
  // Children that wait for other parents wait for this one again too.
  for (const child of blockedChildren(state, job)) {
    child.waitingOn += child.dependencies.filter((edge) => edge.id === job.id).length;
  }
  job.waitingOn = waitingOn;
  job.dueAt = Math.max(job.spec.runAt ?? now, now);
  job.reason = null;
  // Whoever runs a job once more wants it run, though the time for its first start is over.
  job.startBy = null;
  job.firstStartedAt = null;
  job.failures = 0;
  job.finishedAt = null;
  job.result = "null";
  job.progress = "null";
  job.dead = false;
  job.cancelRequested = false;
  if (fresh) job.checkpoint = null;
  if (job.spec.unique !== null) state.holders.set(job.spec.unique.key, job);
  if (job.workflow !== null) state.workflows.get(job.workflow)!.haltedAt = null;
}
