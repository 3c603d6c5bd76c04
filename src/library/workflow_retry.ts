/** Which steps of a workflow run again when it is retried. */

import { NotFoundError } from "../core/errors.ts";
import type { Job, JobId, Status } from "../core/job.ts";
import type { Store } from "../core/ports.ts";
import { isFinal, satisfies } from "../core/transitions.ts";

/**
 * The final steps that did not complete, and every final step below them: what ran on the word of a failure
 * (`on: failure`, `on: finished`) has to hear the new word. A step that was skipped because its parents ended
 * otherwise, and will not end anew, stays as it is, and so does what ran after it.
 *
 * @throws {NotFoundError} When there is no such run
 */
export async function retryableJobs(store: Store, workflow: number): Promise<JobId[]> {
  const jobs = await store.list({ workflow });
  if (jobs.length === 0 && (await store.workflows({ id: workflow })).length === 0) {
    throw new NotFoundError(`There is no workflow run ${workflow}`, {
      hint: "gigq workflow list shows what there is",
    });
  }
  const statuses = new Map(jobs.map((job) => [job.id, job.status]));
  const again = new Set<JobId>();
  // In the order of their ids, in which parents come before their children.
  for (const job of jobs) {
    const wanted = job.status !== "completed" || job.dependencies.some((edge) => again.has(edge.id));
    if (isFinal(job.status) && wanted && canRun(job, again, statuses)) again.add(job.id);
  }
  return [...again];
}

/** Whether each parent runs again, is still to end, or has ended as it should; the store judges those outside. */
function canRun(job: Job, again: ReadonlySet<JobId>, statuses: ReadonlyMap<JobId, Status>): boolean {
  return job.dependencies.every(({ id, on }) => {
    const status = statuses.get(id);
    return status === undefined || again.has(id) || !isFinal(status) || satisfies(status, on);
  });
}
