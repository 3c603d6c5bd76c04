/** What `queue.schedules` takes and gives back. */

import type { JobId } from "../../core/job.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Firing, FiringStatus, Overlap, Schedule } from "../../core/schedule.ts";
import type { WorkflowSpec } from "../../core/workflow.ts";
import type { JobInput } from "../job_input.ts";
import type { JobDefaults } from "../policy.ts";
import type { ScheduleOptions, TimeInput } from "./options.ts";

/** A workflow that was built in a script, as `workflow(…)` gives it. */
export interface WorkflowSource {
  /**
   * The workflow as a value.
   *
   * @param nowMs The present, from which delays count
   * @param defaults Policies and rules for steps that say nothing
   */
  spec(nowMs?: number, defaults?: JobDefaults): WorkflowSpec;
}

/** A workflow that a schedule runs. */
export interface ScheduledWorkflow {
  /** What `workflow(…)` began, or what `readWorkflow` read with `nowMs: 0`, so that its delays count from the slot. */
  readonly workflow: WorkflowSpec | WorkflowSource;
  /** Its parameters; `${{ schedule.date }}` and its like in texts are filled in at each slot. */
  readonly params?: JsonObject;
  /** Address of the file it was read from, for people. */
  readonly source?: string;
}

/** What a schedule runs: a job, such as `command(…)` or a task's call, or a workflow. */
export type TargetInput = JobInput | ScheduledWorkflow;

/** What to change of a schedule. What is not named stays as it is; `null` takes an option away. */
export interface ScheduleEdit {
  /** Runs this from now on. */
  readonly target?: TargetInput;
  /**
   * What is said anew; of `job` with `target` all, else what is named. What was said of the job is taken away by a new
   * `target`.
   */
  readonly options?: {
    readonly [K in keyof ScheduleOptions]?:
      | ScheduleOptions[K]
      | (K extends "job" ? never : null);
  };
}

/** A schedule and how it stands. */
export interface ScheduleOverview {
  /** As it is stored. */
  readonly schedule: Schedule;
  /** Its latest slot that ran or runs; `null` for none. */
  readonly last: Firing | null;
  /** Runs that have begun and not ended. */
  readonly running: number;
  /** Slots that wait for a run to end. */
  readonly queued: number;
}

/** Which schedules to tell of. */
export interface ListOptions {
  /** Only those of these names, as far as they exist; default all. */
  readonly names?: readonly string[];
}

/** Which slots to tell. */
export interface NextOptions {
  /** At most so many; default 5. */
  readonly limit?: number;
  /** Only those after this time; default now. */
  readonly after?: TimeInput;
}

/** Which entries of a history. */
export interface HistoryOptions {
  /** The latest so many; default 100. */
  readonly limit?: number;
  /** Only slots at or after this time. */
  readonly from?: TimeInput;
  /** Only slots at or before this time. */
  readonly until?: TimeInput;
  /** Only those; default all. */
  readonly statuses?: readonly FiringStatus[];
}

/** Slots to run that are past. */
export interface BackfillOptions {
  /** The first. */
  readonly from: TimeInput;
  /** The last; now or before. */
  readonly until: TimeInput;
  /** Only tells what it would do. */
  readonly dryRun?: boolean;
}

/** What a backfill came to. */
export interface Backfilled {
  /** Slots that are queued now, oldest first. */
  readonly queued: readonly number[];
  /** Slots of the range that ran already, run now or wait already. */
  readonly already: readonly number[];
}

/** A schedule as it shall be: `readSchedules` reads them from a file. */
export interface WantedSchedule {
  /** Unique in the queue, as `add` takes it. */
  readonly name: string;
  /** What it runs. */
  readonly target: TargetInput;
  /** When, and how. */
  readonly options: ScheduleOptions;
  /** Whether it is paused; absent: a new one is not, and one that is there stays as it is. */
  readonly paused?: boolean;
}

/** How `apply` goes about it. */
export interface ApplyOptions {
  /** Removes schedules that are not wanted; default they stay. */
  readonly prune?: boolean;
  /** Only tells what it would change. */
  readonly dryRun?: boolean;
}

/** One value of a schedule that differs. */
export interface Difference {
  /** Where it stands in the stored schedule: `when.cron`, `target.job.payload.argv`, `paused`. */
  readonly path: string;
  /** `null` for nothing. */
  readonly before: Json;
  /** `null` for nothing. */
  readonly after: Json;
}

/** What became of one schedule. */
export interface ScheduleChange {
  /** Its name. */
  readonly name: string;
  /** What was done to it, or would be. */
  readonly change: "added" | "changed" | "removed" | "unchanged";
  /** What differs; empty unless it changed. */
  readonly differences: readonly Difference[];
}

/** A new entry of a history, and of which schedule. */
export interface Fired {
  /** Name of the schedule. */
  readonly name: string;
  /** What became of the slot: that it was started, waits or does not run, or how it ended. */
  readonly firing: Firing;
  /** The jobs that were stored for it; empty for none. */
  readonly jobs: readonly JobId[];
}

/** How to look at what is due. */
export interface TickOptions {
  /** Hears what is wrong with a schedule that cannot be fired, and holds up no other. */
  readonly onWarning?: (message: string, error?: unknown) => void;
  /** Fires nothing after it aborts. */
  readonly signal?: AbortSignal;
}

/** What to look ahead at. */
export interface SimulateOptions {
  /** Slots from here on; default now. */
  readonly from?: TimeInput;
  /** Slots up to here. */
  readonly until: TimeInput;
  /** Only these schedules; default all that are not paused. */
  readonly names?: readonly string[];
  /** Looks at these instead of those that are stored; what is known of stored ones of the same name is used. */
  readonly wanted?: readonly WantedSchedule[];
}

/** What would happen. */
export interface Simulation {
  /** Where it began. */
  readonly from: number;
  /** Where it ended. */
  readonly until: number;
  /** Every slot, in the order of time, then of names. */
  readonly firings: readonly { readonly at: number; readonly name: string }[];
  /** Instants at which more than one schedule is due. */
  readonly collisions: readonly { readonly at: number; readonly names: readonly string[] }[];
  /** What would become of the slots of each schedule, by name, if runs take as long as they did lately. */
  readonly overlaps: readonly OverlapForecast[];
}

/** Whether the runs of a schedule would get into each other's way. */
export interface OverlapForecast {
  /** Name of the schedule. */
  readonly name: string;
  /** What it does at a slot while an earlier run has not ended. */
  readonly overlap: Overlap;
  /** The median of how long its latest runs took; `null` when none is known: then nothing is foretold. */
  readonly typicalMs: number | null;
  /** All its slots. */
  readonly slots: number;
  /** Slots that come while a run is open, whatever becomes of them. */
  readonly during: number;
  /** Of these, those that would not run. */
  readonly skipped: number;
  /** Of these, those that would wait. */
  readonly queued: number;
  /** Runs that would be cancelled by the next one. */
  readonly cancelled: number;
  /** The longest wait; 0 for none. */
  readonly longestWaitMs: number;
}
