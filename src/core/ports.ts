/** What the engine needs from the outside world. Adapters implement these; nothing above knows which. */

import type { Attempt, Cause, Checkpoint, Job, JobId, NewJob } from "./job.ts";
import type { Backup, BackupOptions } from "./ports/backup.ts";
import type { Change, Enqueued, RequeueOptions } from "./ports/change.ts";
import type { Claim, ClaimRequest } from "./ports/claim.ts";
import type { Finish, Finished } from "./ports/finish.ts";
import type { Beat, BeatReply, Lease, Rescue } from "./ports/lease.ts";
import type { LogChunk, LogQuery } from "./ports/log.ts";
import type { Parent } from "./ports/parent.ts";
import type { Schedules } from "./ports/schedules.ts";
import type { Selector } from "./ports/selector.ts";
import type { Stats } from "./ports/stats.ts";
import type { Transfer } from "./ports/transfer.ts";
import type { NewWorkflow, WorkflowRun } from "./ports/workflow_run.ts";

export type * from "./ports/backup.ts";
export type * from "./ports/change.ts";
export type * from "./ports/claim.ts";
export type * from "./ports/finding.ts";
export type * from "./ports/finish.ts";
export type * from "./ports/lease.ts";
export type * from "./ports/log.ts";
export type * from "./ports/owner.ts";
export type * from "./ports/parent.ts";
export type * from "./ports/runner.ts";
export type * from "./ports/schedules.ts";
export type * from "./ports/selector.ts";
export type * from "./ports/stats.ts";
export type * from "./ports/timetable.ts";
export type * from "./ports/transfer.ts";
export type * from "./ports/workflow_run.ts";

/** The time, and a way to wait for it. Tests bring one that they turn by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Milliseconds by a clock that nobody sets: it only goes forward, and only differences mean something. Absent:
   * `now` is believed to be such a clock.
   */
  monotonic?(): number;
  /** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1), uniformly. */
export type Random = () => number;

/** What differs between stores. Callers ask these flags and never for a store's name. */
export interface Capabilities {
  /** Survives the end of the process. */
  readonly durable: boolean;
  /** Several processes can use it at once. */
  readonly shared: boolean;
  /** Several machines can use it at once: it is on a server, which may be out of reach for a while. */
  readonly remote: boolean;
  /** What was acknowledged survives a power cut by itself; `false` where settings of a server decide. */
  readonly synced: boolean;
  /** Hears of changes by other processes at once; `false` where it looks for them. */
  readonly pushed: boolean;
  /** Can be told to delete the oldest final jobs by itself. */
  readonly retention: boolean;
  /** Has {@linkcode Store.backup}. */
  readonly backup: boolean;
  /** Has {@linkcode Store.transfer}. */
  readonly transfer: boolean;
}

/**
 * Where jobs live. The verbs take and return batches, are atomic each, and take `now` from the caller:
 * no store reads a clock. Every store passes the one contract suite in `src/testing/contract/`.
 *
 * When a job becomes final, in the same step each child's edge is settled (`satisfies` in `transitions.ts`):
 * satisfied edges count `waitingOn` down and at zero the child becomes `ready` (or `scheduled` when its time is
 * still to come); an edge that is not satisfied makes a `blocked` child `skipped`, which settles the child's own
 * children, and so on.
 */
export interface Store {
  /** What this store can do. */
  readonly capabilities: Capabilities;

  /**
   * Stores jobs, and a workflow run around them, all or nothing. Durable before it resolves.
   * A job starts `blocked` with open dependencies, `scheduled` with a `runAt` after `now`, else `ready`; one
   * whose parent already ended the wrong way starts `skipped`.
   *
   * @throws {NotFoundError} When a dependency names a job, or `workflow` a run, that does not exist
   */
  enqueue(
    batch: {
      readonly jobs: readonly NewJob[];
      /** A new run around the jobs, or the id of one that they join. */
      readonly workflow?: NewWorkflow | number;
    },
    now: number,
  ): Promise<{ readonly jobs: readonly Enqueued[]; readonly workflow: number | null }>;

  /**
   * Hands out ready jobs: higher priority first, then lower id, among all queues asked for. Jobs whose time has
   * come are made ready first, and jobs past `expiresAt` fail with reason `expired` instead of being handed out.
   */
  claim(request: ClaimRequest, now: number): Promise<Claim>;

  /**
   * Ends attempts. Only the owner of (id, `running`, attempt) is heard. A failed attempt of a job whose cancel
   * was requested ends as `cancelled`, and so does a released or snoozed one. Every error with a fingerprint counts for
   * its {@linkcode Cause}, whatever became of the job. A job that fails may halt its run ({@linkcode MaxFails}): those of
   * the run's pending jobs that wait for nothing but successes are then cancelled.
   */
  finish(finishes: readonly Finish[], now: number): Promise<readonly Finished[]>;

  /** Extends leases to `now + leaseMs`, and records progress, processes, checkpoints and steps. */
  heartbeat(beats: readonly Beat[], leaseMs: number, now: number): Promise<readonly BeatReply[]>;

  /** Running attempts whose lease ended at or before `expiredBy`, or that belong to workers on `host`. */
  leases(filter: { readonly expiredBy?: number; readonly host?: string }): Promise<readonly Lease[]>;

  /**
   * Takes jobs from owners that are gone, as `finish` would with the same outcome. Returns those taken.
   */
  rescue(rescues: readonly Rescue[], now: number): Promise<readonly JobId[]>;

  /** Ends pending jobs as `cancelled`; asks running ones to stop (their worker hears it at its next heartbeat). */
  cancel(ids: readonly JobId[], now: number): Promise<readonly Change[]>;

  /**
   * Runs final jobs once more with a fresh budget of attempts (`failures` 0) and no result or error; what earlier
   * attempts saved stays. A job whose parents (as they stand after this call) are not final becomes `blocked` again; one
   * whose edge cannot be satisfied is refused, as is one whose unique key another job holds by now. With canaries the
   * others become `blocked` and keep their error; those that have not failed, or when no canary could be requeued, are
   * refused.
   */
  requeue(ids: readonly JobId[], now: number, options?: RequeueOptions): Promise<readonly Change[]>;

  /** Takes failed jobs off the dead letters; they stay failed. Those that are none are refused. */
  dismiss(ids: readonly JobId[]): Promise<readonly Change[]>;

  /** Deletes final jobs with their history. One that an unfinished job depends on is refused. */
  remove(ids: readonly JobId[]): Promise<readonly Change[]>;

  /** The jobs that match, with their dependencies, in the order of their ids; see {@linkcode Selector.order}. */
  list(selector: Selector): Promise<readonly Job[]>;
  /** How many jobs match; `limit`, `order` and `cursor` are ignored. */
  count(selector: Selector): Promise<number>;
  /** Oldest first; the running attempt last, with outcome `running`. */
  attempts(id: JobId): Promise<readonly Attempt[]>;
  /** The parents of each job, in the order of its dependencies. */
  parents(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, readonly Parent[]>>;
  /** The ids of jobs that depend on any of these, directly. */
  children(ids: readonly JobId[]): Promise<readonly JobId[]>;

  /** What earlier attempts of these jobs saved. Ends with the job: completing one deletes it. */
  checkpoints(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, Checkpoint>>;

  /** Causes of failures, the one seen last first. */
  causes(
    filter: {
      readonly ids?: readonly number[];
      readonly fingerprint?: string;
      /** Only those seen at or after this time. */
      readonly since?: number;
      readonly limit?: number;
    },
  ): Promise<readonly Cause[]>;
  /** Mutes causes until a time (`Infinity`: for ever), or with `null` not any more. Returns those there are. */
  mute(causes: readonly number[], until: number | null): Promise<readonly number[]>;

  /** Adds to the output of attempts. */
  appendLog(chunks: readonly LogChunk[]): Promise<void>;
  /** The output of a job, in the order written; empty where there is none. */
  readLog(id: JobId, query?: LogQuery): Promise<readonly LogChunk[]>;

  /** Counts over all jobs. */
  stats(): Promise<Stats>;
  /** Stops (or resumes) handing out jobs of a queue; those running go on. */
  pause(queue: string, paused: boolean): Promise<void>;
  /** Runs, newest first. */
  workflows(
    filter: {
      readonly id?: number;
      readonly name?: string;
      readonly key?: string;
      readonly type?: WorkflowRun["type"];
      readonly limit?: number;
    },
  ): Promise<readonly WorkflowRun[]>;

  /** Recurring work. */
  readonly schedules: Schedules;

  /**
   * Yields whenever something may have changed, in this process or another; coalesces; ends when `signal` aborts.
   * A hint, never a promise: callers look for themselves.
   */
  watch(signal: AbortSignal): AsyncIterable<void>;
  /**
   * Writes all that is stored, as it stands at one moment after the call, to a new file. Others go on working.
   * Only where {@linkcode Capabilities.backup} says so.
   *
   * @param path Absolute
   * @throws {CannotCreateError} When the file is there already, or cannot be written
   */
  backup?(path: string, options?: BackupOptions): Promise<Backup>;
  /** Moves what is stored. Only where {@linkcode Capabilities.transfer} says so. */
  readonly transfer?: Transfer;
  /** Ends the use of the store, after the calls already made; a second close does nothing. */
  close(): Promise<void>;
}
