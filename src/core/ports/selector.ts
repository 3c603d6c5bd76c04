/** Which jobs a verb means. */

import type { JobId, Status } from "../job.ts";

/** Which jobs. All given members must hold; an empty selector means every job. */
export interface Selector {
  /** Only these; unknown ids select nothing. */
  readonly ids?: readonly JobId[];
  /** In one of these statuses. */
  readonly statuses?: readonly Status[];
  /** In one of these queues. */
  readonly queues?: readonly string[];
  /** Of one of these kinds. */
  readonly kinds?: readonly string[];
  /** Exact name, or a pattern with `*` for any run of characters. */
  readonly name?: string;
  /** Carries this tag. */
  readonly tag?: string;
  /** Id of a workflow run. */
  readonly workflow?: number;
  /** Failed last of the cause with this id, whatever has become of them since. */
  readonly cause?: number;
  /** Dead letters, or all but them. */
  readonly dead?: boolean;
  /** Finished before this time, in milliseconds since the epoch. */
  readonly finishedBefore?: number;
  /** Only ids below (`desc`) or above (`asc`) this one: the cursor for the next page. */
  readonly cursor?: JobId;
  /** Default `asc`: oldest first. */
  readonly order?: "asc" | "desc";
  /** At most so many; default all. */
  readonly limit?: number;
}
