/** Counts over all jobs of a store. */

import type { Status } from "../job.ts";

/** One queue in figures. */
export interface QueueStats {
  /** Whether it hands out no jobs at present. */
  readonly paused: boolean;
  /** Its jobs by status; statuses with no job are absent. */
  readonly statuses: Readonly<Partial<Record<Status, number>>>;
}

/** A store in figures. */
export interface Stats {
  /** All jobs, whatever their status. */
  readonly total: number;
  /** Every status, zeros included. */
  readonly statuses: Readonly<Record<Status, number>>;
  /** By name: queues that hold jobs, and paused ones. */
  readonly queues: Readonly<Record<string, QueueStats>>;
}
