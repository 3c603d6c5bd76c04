/** What the ends of attempts have to say to each other. */

import type { AttemptOutcome, FailReason, JobError, JobId, NewJob } from "../../../core/job.ts";
import type { Usage } from "../../../core/ports.ts";

/** A running job as it stands. */
export interface Running {
  readonly id: JobId;
  readonly attempt: number;
  readonly lease_until: number;
  readonly cancel_requested: boolean;
}

/** What becomes of one. */
export interface Ending {
  readonly id: JobId;
  readonly attempt: number;
  readonly status: number;
  readonly outcome: AttemptOutcome;
  readonly reason: FailReason | null;
  /** JSON. */
  readonly result: string | null;
  readonly error: JobError | null;
  /** When it is due again, unless it is final. */
  readonly dueAt: number | null;
  /** What goes with a failure, even if that does not say what it was; `null` for other ends. */
  readonly failure: FailureNote | null;
  readonly usage: Usage;
}

export interface FailureNote {
  /** Whether it counts against the attempts allowed. */
  readonly counts: boolean;
  readonly dead: boolean;
  /** JSON. */
  readonly decision: string | null;
  readonly follow: readonly NewJob[];
  readonly pauseQueue: boolean;
}
