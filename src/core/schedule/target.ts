/** What a schedule runs at a slot, as jobs. */

import type { NewJob } from "../job.ts";
import type { JsonObject } from "../json.ts";
import type { NewWorkflow } from "../ports.ts";

/** Where the payload of a job says for which slot of which schedule it runs: see {@linkcode Scheduled}. */
export const SCHEDULED = "$scheduled";

/** For which slot of which schedule a job runs. */
export interface Scheduled {
  /** Name of the schedule. */
  readonly schedule: string;
  /** The slot, in milliseconds since the epoch. */
  readonly at: number;
}

/** What a slot stores. */
export interface ScheduledBatch {
  readonly jobs: readonly NewJob[];
  readonly workflow: NewWorkflow | null;
}

/** The slot that a job runs for; `null` for jobs that no schedule made. */
export function scheduledOf(payload: JsonObject): Scheduled | null {
  const value = payload[SCHEDULED];
  return value === undefined || value === null ? null : value as unknown as Scheduled;
}
