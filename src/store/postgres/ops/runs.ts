/** Jobs that differ in their payload alone, as a bulk submit makes them. */

import { type NewJob, routeOf } from "../../../core/job.ts";
import type { Policies } from "../books/policies.ts";

/** Whether all jobs of a batch are, and wait for nobody and keep nobody out. */
export function areAlike(books: { readonly policies: Policies }, jobs: readonly NewJob[]): boolean {
  const first = jobs[0];
  return first === undefined || (isPlain(first) && jobs.every((job) => isAlike(books.policies, first, job)));
}

function isPlain(job: NewJob): boolean {
  return job.unique === null && job.tags.length === 0 && job.after.length === 0;
}

function isAlike(policies: Policies, a: NewJob, b: NewJob): boolean {
  if (a === b) return true;
  return isPlain(b) && a.kind === b.kind && a.queue === b.queue && a.priority === b.priority &&
    a.name === b.name && a.step === b.step && a.runAt === b.runAt && a.expiresAt === b.expiresAt &&
    (a.kind !== "function" || routeOf(a) === routeOf(b)) &&
    // Jobs made together share the very object; others are compared by what it says.
    (a.policy === b.policy || policies.id(a.policy) === policies.id(b.policy));
}
