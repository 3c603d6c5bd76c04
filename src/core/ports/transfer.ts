/** Moving all that a store holds into another one: in pieces, each of which may be sent again. */

import type { Attempt, Cause, Checkpoint, Job, Unique } from "../job.ts";
import type { Firing, Schedule } from "../schedule.ts";
import type { LogChunk } from "./log.ts";
import type { WorkflowRun } from "./workflow_run.ts";

/**
 * How a store stands towards those who use it. Kept in the store, and obeyed by every process that uses it: see
 * `refusal` in `src/store/refusal.ts`. A store can be opened in any state, since a move that was interrupted must be able
 * to: its verbs refuse.
 */
export type StoreState =
  | { readonly type: "open" }
  /**
   * Its content is about to be copied: claims give nothing and change nothing (no job becomes ready or expires), and what
   * adds or changes jobs is refused as busy. Attempts that run may beat, log, finish (with all that follows from it) and
   * be rescued; everybody may look.
   */
  | { readonly type: "sealed"; readonly to: string }
  /** Its content is elsewhere: everything is refused, naming the place. Without secrets, such as `postgres://db.example/jobs`. */
  | { readonly type: "moved"; readonly to: string }
  /** It is being filled: everything but {@linkcode Transfer} is refused as busy. */
  | {
    readonly type: "receiving";
    /** {@linkcode Identity.id} of the store that the records come from. */
    readonly from: string;
    /** The cursor up to which records have been written; `null` before the first. */
    readonly after: string | null;
  };

/** Which store this is, whatever its address. */
export interface Identity {
  /** A UUID, made with the store: a copy has its own, a store that lost everything another one. */
  readonly id: string;
  /** How it stands. */
  readonly state: StoreState;
}

/** A job with everything that is stored about it, but for its output. */
export interface JobRecord {
  /** Tells it from other records. */
  readonly type: "job";
  /** As {@linkcode Store.list} gives it. */
  readonly job: Job;
  /** See {@linkcode NewJob.runAt}. */
  readonly runAt: number | null;
  /** See {@linkcode NewJob.unique}. */
  readonly unique: Unique | null;
  /** Whether it is the latest job with its unique key. */
  readonly holdsKey: boolean;
  /** When it fails as expired unless it has started; `null` once it has, and for never. */
  readonly startBy: number | null;
  /** Those that ended, oldest first. */
  readonly attempts: readonly Attempt[];
  /** What its attempts saved; `null` for nothing. */
  readonly checkpoint: Checkpoint | null;
}

/** One piece of what a store holds. */
export type TransferRecord =
  | JobRecord
  /** `failed` is counted anew where it arrives. An end of {@linkcode Cause.mutedUntil} may be `Infinity`. */
  | { readonly type: "cause"; readonly cause: Cause }
  /** `counts` is counted anew where it arrives. */
  | { readonly type: "run"; readonly run: WorkflowRun }
  /** Those that are paused; all others need no record. */
  | { readonly type: "queue"; readonly queue: string; readonly paused: boolean }
  | { readonly type: "log"; readonly chunk: LogChunk }
  | { readonly type: "schedule"; readonly schedule: Schedule }
  | { readonly type: "firing"; readonly firing: Firing }
  /** The last ids that were given away, so that none is given twice. */
  | {
    readonly type: "counters";
    readonly job: number;
    readonly run: number;
    readonly cause: number;
    readonly schedule: number;
  };

/** Some records, in the order of the store, and where to go on. */
export interface TransferPage {
  /** In the order of {@linkcode Transfer.read}. */
  readonly records: readonly TransferRecord[];
  /** What to hand to the next {@linkcode Transfer.read}; `null` after the last record. */
  readonly next: string | null;
}

/** The part of a store that moves its content. Each call is atomic. */
export interface Transfer {
  /** Never refused, whatever the state. */
  identity(): Promise<Identity>;
  /**
   * Changes the state, if it is still `from`: the type with the place or the store it names, wherever the cursor is.
   *
   * @returns Whether it was
   */
  become(from: StoreState, to: StoreState): Promise<boolean>;
  /**
   * Records in a fixed order: counters, queues, runs, causes, jobs by id, output by job, attempt and `seq`, schedules by
   * id, firings by schedule and slot. In any state.
   *
   * @param after The `next` of the page before; `null` for the first
   * @param limit About so many records a page
   */
  read(after: string | null, limit: number): Promise<TransferPage>;
  /**
   * Writes a page and notes `next` as {@linkcode StoreState} `after`, in one step, on the disk before it resolves. Records
   * that are there already are replaced. Only while receiving. A job that was running arrives as `ready`, without its
   * running attempt (whose number, {@linkcode Job.attempt}, stays taken) and without a request to cancel it. A job may come
   * before its canaries, never before its parents.
   *
   * @throws {ConfigError} When the store is not receiving
   */
  write(records: readonly TransferRecord[], next: string | null): Promise<void>;
}
