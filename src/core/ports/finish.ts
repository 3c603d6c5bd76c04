/** Ending attempts: how one ended, what it used, and what the store made of it. */

import type { Decision } from "../failure.ts";
import type { FailReason, JobError, JobId, NewJob, Status } from "../job.ts";
import type { Json } from "../json.ts";

/** How an attempt ended, which alone decides what `finish` does. */
export type Outcome =
  | { readonly type: "completed"; readonly result: Json }
  | {
    readonly type: "failed";
    readonly reason: FailReason;
    readonly error: JobError | null;
    /** When to try again; `null` ends the job as failed. Costs one failure either way. */
    readonly retryAt: number | null;
    /** Whether a job that ends is a dead letter; default `false`. */
    readonly dead?: boolean;
    /** Jobs to store in the same step, each after this one, however it ends; their own `after` is empty. */
    readonly follow?: readonly NewJob[];
    /** Why so; absent for `null`. */
    readonly decision?: Decision;
  }
  /** Failed, and that does not matter: the job completes without a result. */
  | {
    readonly type: "ignored";
    readonly error: JobError | null;
    readonly decision?: Decision;
  }
  /** Runs again at `runAt`, at no cost of a failure. */
  | {
    readonly type: "snoozed";
    readonly error: JobError | null;
    readonly runAt: number;
    /** Pauses the job's queue in the same step; default `false`. */
    readonly pauseQueue?: boolean;
    readonly decision?: Decision;
  }
  | { readonly type: "cancelled"; readonly error: JobError | null }
  /** Given back untouched at shutdown: ready again, no failure. */
  | { readonly type: "released" };

/** Figures of one attempt, as far as the runner knows them. */
export interface Usage {
  /** Time from start to end; `null` when unknown. */
  readonly wallMs: number | null;
  /** Processor time; `null` where the platform or the runner does not tell. */
  readonly cpuMs: number | null;
  /** Most memory held at once; `null` where the platform or the runner does not tell. */
  readonly maxRssBytes: number | null;
  /** Exit code of a command; `null` when a signal ended it, and for other kinds. */
  readonly exitCode: number | null;
  /** Name of the signal that ended a command, such as `SIGTERM`; `null` when none did. */
  readonly signal: string | null;
}

/** The end of one attempt, as its worker reports it. */
export interface Finish {
  /** The job. */
  readonly id: JobId;
  /** As it was claimed: the fencing token. */
  readonly attempt: number;
  /** How it ended. */
  readonly outcome: Outcome;
  /** What it used. */
  readonly usage: Usage;
}

/** What became of one {@linkcode Finish}. */
export interface Finished {
  /** The job. */
  readonly id: JobId;
  /** `false`: this attempt no longer owned the job, and nothing was changed. */
  readonly accepted: boolean;
  /** The job's status now; `null` when there is no such job. */
  readonly status: Status | null;
}
