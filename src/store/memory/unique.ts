/** Which job keeps others with the same key out. */

import type { Unique } from "../../core/job.ts";
import { isFinal } from "../../core/transitions.ts";
import type { JobRecord } from "./record.ts";
import type { State } from "./state.ts";

/** The job that holds a key now, if there is one. */
export function holderOf(state: State, { key }: Unique, now: number): JobRecord | undefined {
  const job = state.holders.get(key);
  return job !== undefined && holds(job, now) ? job : undefined;
}

function holds(job: JobRecord, now: number): boolean {
  const { scope } = job.spec.unique!;
  if (scope === "always") return true;
  return scope === "unfinished" ? !isFinal(job.status) : now < job.createdAt + scope;
}
