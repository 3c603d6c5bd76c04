/** What the engine is given, what it tells while it runs, and what it reports at the end. */

import type { UnavailableError } from "../core/errors.ts";
import type { JobId, Status } from "../core/job.ts";
import type { Json } from "../core/json.ts";
import type {
  ClaimedJob,
  Clock,
  LogStream,
  Outcome,
  ProcessInfo,
  Random,
  Runner,
  Store,
  Timetable,
  Usage,
  WorkerInfo,
} from "../core/ports.ts";

import type { ScheduleEvent } from "./scheduler/events.ts";

/** How hard to stop: let jobs end · ask them to stop · end them now. Levels only rise. */
export type StopLevel = "drain" | "cancel" | "kill";

/** Everything an engine needs; nothing is looked up elsewhere. */
export interface EngineOptions {
  /** Where jobs live. */
  readonly store: Store;
  /** What it can run, one runner a kind. */
  readonly runners: readonly Runner[];
  /** Whom the store knows it by. */
  readonly worker: WorkerInfo;
  /** The time by which everything goes. */
  readonly clock: Clock;
  /** Chance for the jitter of retries. */
  readonly random: Random;
  /** Processes of this host, for rescues; absent: only leases tell that an owner is gone. */
  readonly processes?: ProcessTable;
  /** Jobs run at once. */
  readonly concurrency: number;
  /** For how long a claim holds without a heartbeat. */
  readonly leaseMs: number;
  /** Time between two signs of life for all running jobs. */
  readonly heartbeatMs: number;
  /** How long `stop("drain")` lets running jobs go on before it asks them to stop. */
  readonly shutdownGraceMs: number;
  /** Only these queues; all when absent. */
  readonly queues?: readonly string[];
  /** Only jobs of this workflow run. */
  readonly workflow?: number;
  /** Location of the store, for `GIGQ_DB`; `null` when it cannot be shared. */
  readonly location: string | null;
  /**
   * For how long the store may be out of reach before that is an error; default: a lease. For a store on a server,
   * without end in mode `run`, and a minute in mode `drain`.
   */
  readonly giveUpMs?: number;
  /** `run` goes on until stopped; `drain` ends when nothing is ready, running here or waiting for a retry. */
  readonly mode: "run" | "drain";
  /** Reads the rules of schedules, which it then fires; absent: it fires none. */
  readonly timetable?: Timetable;
  /** Start at most so many jobs, then end. */
  readonly maxJobs?: number;
  /** Stop claiming after so long, let running jobs end, then end. */
  readonly maxTimeMs?: number;
  /** One more reason to end, asked after finishes and wake-ups. */
  readonly isDone?: () => Promise<boolean> | boolean;
  /** Hears what happens, as it happens. */
  readonly onEvent?: (event: EngineEvent) => void;
}

/** What happens while an engine runs. */
export type EngineEvent =
  | { readonly type: "started"; readonly job: ClaimedJob }
  | {
    readonly type: "finished";
    readonly job: ClaimedJob;
    readonly outcome: Outcome;
    /** `false`: another worker owned the job by then, and nothing was recorded. */
    readonly accepted: boolean;
    /** The job's status now; `null` when it is gone. */
    readonly status: Status | null;
    readonly usage: Usage;
  }
  | { readonly type: "progress"; readonly job: ClaimedJob; readonly value: Json }
  | {
    readonly type: "log";
    readonly job: ClaimedJob;
    readonly stream: LogStream;
    readonly data: Uint8Array | string;
  }
  /** Jobs taken from owners that are gone; they will run again or have failed as `lost`. */
  | { readonly type: "rescued"; readonly ids: readonly JobId[] }
  /** Nothing to claim; `nextAt` is when the next scheduled job becomes ready. */
  | { readonly type: "idle"; readonly nextAt: number | null }
  /** The store is out of reach. What runs goes on, and everything is tried again; told once. */
  | { readonly type: "unreachable"; readonly error: UnavailableError; readonly running: number }
  /** It answers again. */
  | { readonly type: "reachable"; readonly awayMs: number }
  /** `unsaved`: jobs that have ended, of which the store has not been told. */
  | {
    readonly type: "draining";
    readonly level: StopLevel;
    readonly running: number;
    readonly unsaved: number;
  }
  | { readonly type: "warning"; readonly message: string; readonly error?: unknown }
  | ScheduleEvent;

/** Counts of what one engine did. */
export interface EngineReport {
  /** Attempts started. */
  readonly started: number;
  /** Ended well. */
  readonly completed: number;
  /** Failed for good. */
  readonly failed: number;
  /** Failed, and will be tried again. */
  readonly retried: number;
  /** Ended because somebody cancelled them. */
  readonly cancelled: number;
  /** Given back at shutdown. */
  readonly released: number;
  /** Failed, and a rule said that this does not matter. */
  readonly ignored: number;
  /** Failed, and a rule put them off at no cost of an attempt. */
  readonly snoozed: number;
  /** Taken by another worker while they ran here. */
  readonly lost: number;
  /** Taken over from workers that were gone. */
  readonly rescued: number;
}

/** Processes of this host, seen from outside. */
export interface ProcessTable {
  /**
   * Whether a process is gone for certain: no such pid, or another process has the pid by now.
   * `false` when in doubt.
   */
  isGone(process: ProcessInfo): boolean;
  /**
   * Ends what is left of an attempt: the group of its process and, where the platform tells, every process that
   * carries the attempt's environment. Resolves when nothing of it runs any more, or when `signal` aborts.
   *
   * @param graceMs Time between asking and killing
   */
  end(attempt: OrphanedAttempt, graceMs: number, signal: AbortSignal): Promise<void>;
}

/** What is known about an attempt whose worker is gone. */
export interface OrphanedAttempt {
  readonly id: JobId;
  readonly attempt: number;
  readonly process: ProcessInfo | null;
  readonly location: string | null;
}
