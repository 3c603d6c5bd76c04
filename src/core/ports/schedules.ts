/** Schedules in a store. */

import type { JobId, NewJob, Status } from "../job.ts";
import type {
  Firing,
  FiringStatus,
  NewSchedule,
  Schedule,
  ScheduleDefinition,
  ScheduleState,
} from "../schedule.ts";
import type { NewWorkflow } from "./workflow_run.ts";

/** A firing that has not come to its end, and how its jobs stand. */
export interface OpenFiring extends Firing {
  /** Its jobs that are still stored, by status; statuses with no job are absent. Empty for one that is queued. */
  readonly jobs: Readonly<Partial<Record<Status, number>>>;
}

/** A schedule that needs attention. */
export interface DueSchedule {
  /** As it is stored. */
  readonly schedule: Schedule;
  /** Its started firings, and the first `BOUNDS.queuedShown` of those queued, by slot. */
  readonly open: readonly OpenFiring[];
  /** How many are queued in all. */
  readonly queued: number;
}

/** What there is to do about schedules. */
export interface Due {
  /** Those whose {@linkcode ScheduleState.nextAt} has come, and those with an open firing, by id. */
  readonly schedules: readonly DueSchedule[];
  /** The first `nextAt` after now; `null` for none. */
  readonly nextAt: number | null;
}

/** A change of one schedule, made from one version of it. */
export interface ScheduleStep {
  /** Id of the schedule. */
  readonly id: number;
  /** The version it was made from: when another one is stored by now, nothing is changed. */
  readonly version: number;
  /** Takes the place of the definition; absent: it stays. */
  readonly definition?: ScheduleDefinition;
  /** Takes the place of the state. */
  readonly state: ScheduleState;
  /** Entries of the history to add or to replace, each of another slot. */
  readonly firings: readonly Firing[];
  /**
   * Jobs to store for one of `firings`, whose `job` (without `workflow`: the first of `jobs`) or `run` the store fills in.
   * When its slot has a job or a run already, nothing is changed.
   */
  readonly fire: {
    readonly slot: number;
    readonly jobs: readonly NewJob[];
    readonly workflow: NewWorkflow | null;
  } | null;
}

/** What became of a {@linkcode ScheduleStep}. */
export type Advanced =
  /** Somebody else was first, or the schedule is gone. Nothing was changed. */
  | { readonly accepted: false }
  | {
    readonly accepted: true;
    /** As it stands now, its version one higher. */
    readonly schedule: Schedule;
    /** The jobs stored for `fire`, in its order; empty without. */
    readonly jobs: readonly JobId[];
    /** The workflow run stored for it; `null` without. */
    readonly workflow: number | null;
  };

/** Which entries of histories. */
export interface FiringFilter {
  /** Ids of schedules; absent: all. */
  readonly schedules?: readonly number[];
  /** Only those; absent: all. */
  readonly statuses?: readonly FiringStatus[];
  /** Only slots at or after this time. */
  readonly from?: number;
  /** Only slots at or before this time. */
  readonly until?: number;
  /** At most so many of each schedule, the latest. */
  readonly limit?: number;
}

/**
 * The part of a store that keeps schedules. It knows nothing of calendars: who changes a schedule says when it is due
 * next. All writes are durable before they resolve, and are refused as changes are while the store is not open.
 */
export interface Schedules {
  /**
   * Stores a schedule.
   *
   * @returns It, with version 1; `null` when one of this name is there already
   */
  add(schedule: NewSchedule, now: number): Promise<Schedule | null>;
  /** By name, as JavaScript compares texts. */
  list(
    filter?: { readonly ids?: readonly number[]; readonly names?: readonly string[] },
  ): Promise<readonly Schedule[]>;
  /** Deletes a schedule with its history; its jobs stay. Returns whether there was one. */
  remove(id: number): Promise<boolean>;
  /** What needs attention now. Nothing while the store is sealed. */
  due(now: number): Promise<Due>;
  /**
   * Changes a schedule and stores the jobs of a slot, in one step. Each firing of a (schedule, slot) is stored once,
   * whoever else tries. From time to time the oldest entries that are not open are deleted, beyond the latest
   * `BOUNDS.firings` of the schedule.
   *
   * @throws {NotFoundError} As {@linkcode Store.enqueue} does
   */
  advance(step: ScheduleStep, now: number): Promise<Advanced>;
  /** Entries of histories: by schedule, then the latest slot first. */
  firings(filter: FiringFilter): Promise<readonly Firing[]>;
}
