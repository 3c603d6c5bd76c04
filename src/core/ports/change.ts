/** What a store answers to requests about single jobs. */

import type { JobId, Status } from "../job.ts";

/** What became of one job of an `enqueue`. */
export interface Enqueued {
  /** Its id. */
  readonly id: JobId;
  /** `false` when a job with the same unique key was there already; `id` is then that job. */
  readonly created: boolean;
}

/** How jobs run once more. */
export interface RequeueOptions {
  /** Forget what earlier attempts saved: start from the beginning. Default `false`. */
  readonly fresh?: boolean;
  /**
   * Ids among those requeued that go first. The others wait until all of these have completed; when one ends in
   * another way, they are failed again, as they were before.
   */
  readonly canaries?: readonly JobId[];
}

/** What became of one id of a `cancel`, `requeue`, `remove` or `dismiss`. */
export interface Change {
  /** The id that was given. */
  readonly id: JobId;
  /** `requested`: it is running and will be told · `refused`: its status does not allow it · `missing`: no such job. */
  readonly result: "done" | "requested" | "refused" | "missing";
  /** The status before; `null` when missing. */
  readonly status: Status | null;
}
