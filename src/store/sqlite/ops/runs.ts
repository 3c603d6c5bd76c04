/** Runs: neighbours in a batch that differ in their payload alone, as a bulk submit makes them. */

import { type NewJob, routeOf } from "../../../core/job.ts";
import type { Connection } from "../connection.ts";

/** Shorter runs are not worth a statement of their own. */
export const MIN_RUN = 4;
/** Text of payloads that is enough for one statement: a thousand of the largest would exceed what SQLite takes. */
export const RUN_CHARS = 4_000_000;
/** Longer ones are cut, so that the pages they fill stay in the cache. */
const MAX_RUN = 1_000;

/** How many jobs from `start` on can be written as one run; at least 1. Within a write transaction only. */
export function runLength(db: Connection, jobs: readonly NewJob[], start: number): number {
  const first = jobs[start]!;
  if (!isPlain(first)) return 1;
  const limit = Math.min(jobs.length, start + MAX_RUN);
  let end = start + 1;
  while (end < limit && isAlike(db, first, jobs[end]!)) end++;
  return end - start;
}

/** Whether a job is a row in each of two tables and nothing else. */
function isPlain(job: NewJob): boolean {
  return job.unique === null && job.tags.length === 0 && job.after.length === 0;
}

function isAlike(db: Connection, a: NewJob, b: NewJob): boolean {
  return isPlain(b) && a.kind === b.kind && a.queue === b.queue && a.priority === b.priority &&
    a.name === b.name && a.step === b.step && a.runAt === b.runAt && a.expiresAt === b.expiresAt &&
    (a.kind !== "function" || routeOf(a) === routeOf(b)) &&
    // Jobs made together share the very object; others are compared by what it says.
    (a.policy === b.policy || db.policies.id(a.policy) === db.policies.id(b.policy));
}
