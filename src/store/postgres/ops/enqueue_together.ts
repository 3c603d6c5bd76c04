/** Stores the jobs of several batches with one statement for all. */

import type { NewJob } from "../../../core/job.ts";
import type { Enqueued } from "../../../core/ports.ts";
import type { Tx } from "../tx.ts";
import { enqueue } from "./enqueue.ts";

/** @returns What was stored of each batch */
export async function enqueueTogether(
  tx: Tx,
  batches: readonly (readonly NewJob[])[],
  now: number,
): Promise<(readonly Enqueued[])[]> {
  const jobs: NewJob[] = [];
  for (const batch of batches) {
    const start = jobs.length;
    for (const job of batch) jobs.push(start === 0 ? job : moved(job, start));
  }
  const { jobs: enqueued } = await enqueue(tx, { jobs }, now);
  let start = 0;
  return batches.map((batch) => enqueued.slice(start, start += batch.length));
}

/** The same job, further back in a batch. */
function moved(job: NewJob, by: number): NewJob {
  if (!job.after.some((dependency) => "index" in dependency)) return job;
  return {
    ...job,
    after: job.after.map((dependency) =>
      "index" in dependency ? { ...dependency, index: dependency.index + by } : dependency
    ),
  };
}
