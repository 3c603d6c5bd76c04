/** Which steps of a workflow run again when it is retried. */

import { NotFoundError } from "../core/errors.ts";
import type { Job, JobId } from "../core/job.ts";
import type { Store } from "../core/ports.ts";
import { isFinal } from "../core/transitions.ts";

/**
 * The final steps that did not complete, and every final step below them: what ran on the word of a failure
 * (`on: failure`, `on: finished`) has to hear the new word.
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
  const children = childrenOf(jobs);
  const again = new Set<JobId>();
  const queue = jobs.filter((job) => isFinal(job.status) && job.status !== "completed").map((job) => job.id);
  while (queue.length > 0) {
    const id = queue.pop()!;
    if (again.has(id)) continue;
    again.add(id);
    queue.push(...children.get(id) ?? []);
  }
  return jobs.filter((job) => again.has(job.id) && isFinal(job.status)).map((job) => job.id);
}

function childrenOf(jobs: readonly Job[]): ReadonlyMap<JobId, readonly JobId[]> {
  const children = new Map<JobId, JobId[]>();
  for (const job of jobs) {
    for (const { id } of job.dependencies) {
      const list = children.get(id);
      if (list === undefined) children.set(id, [job.id]);
      else list.push(job.id);
    }
  }
  return children;
}
