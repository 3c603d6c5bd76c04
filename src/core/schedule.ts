/**
 * Recurring work: what a schedule is, and what became of each of its times. Times are milliseconds since the epoch.
 *
 * A _slot_ is a time at which a schedule is due. Slots come from the {@linkcode TimeRule} alone, so that every worker
 * finds the same ones; what becomes of each is decided once, by whoever gets there first (`schedule/plan.ts`).
 */

import type { JobId } from "./job.ts";
import type { JsonObject } from "./json.ts";
import type { StepJob, WorkflowSpec } from "./workflow.ts";

/** When a schedule is due: the times of all its patterns together, without those that a filter leaves out. */
export interface TimeRule {
  /** IANA name of the zone in which clocks are read, such as `Europe/Prague`. */
  readonly zone: string;
  /** Cron patterns: five fields, six with seconds first, or `@daily` and the like. */
  readonly cron: readonly string[];
  /** Phrases, such as `first monday of the month at 09:00`. */
  readonly on: readonly string[];
  /** Time that passes from one slot to the next, whatever clocks show, counted from `anchor`; `null` for no such slots. */
  readonly everyMs: number | null;
  /** The slots of `everyMs` are at `anchor + n × everyMs`, n from 1; from 0 when `from` is given, which is then the anchor. */
  readonly anchor: number;
  /** Only slots within one of these times of the day, such as `08:00-18:00` (its end left out) or `22:00-06:00`. */
  readonly between: readonly string[];
  /** No slot within an event of these. */
  readonly except: readonly Calendar[];
  /** Only slots within an event of these; empty: all. */
  readonly only: readonly Calendar[];
  /** No slot before; `null` for no such limit. */
  readonly from: number | null;
  /** No slot after; `null` for no such limit. */
  readonly until: number | null;
}

/** An iCalendar file, kept with the schedule, since workers on other hosts do not have it. */
export interface Calendar {
  /** What people call it: the file's name. */
  readonly name: string;
  /** The events as iCalendar text, without what no slot depends on. */
  readonly text: string;
}

/**
 * What happens at a slot while an earlier run has not ended.
 * `skip`: nothing · `queue-one`: it waits, unless one waits already · `queue-all`: it waits · `cancel-previous`: the
 * earlier run is cancelled, and this one begins when it has ended · `allow`: both run.
 */
export type Overlap = "skip" | "queue-one" | "queue-all" | "cancel-previous" | "allow";

/** All of them, the default first. */
export const OVERLAPS: readonly Overlap[] = ["skip", "queue-one", "queue-all", "cancel-previous", "allow"];

/** Which slots are made up for after nobody was there: `none`, `one` (the latest) or `all`. */
export type CatchUp = "none" | "one" | "all";

/** All of them, the least first. */
export const CATCH_UPS: readonly CatchUp[] = ["none", "one", "all"];

/** What a schedule runs. */
export type ScheduleTarget =
  | {
    readonly type: "job";
    /**
     * `runAt` counts from the slot, `expiresAt` from when it is fired; `unique` is `null`. `${{ schedule.date }}` and its like in the
     * payload of a command, a request or a module are filled in at each slot.
     */
    readonly job: StepJob;
  }
  | {
    readonly type: "workflow";
    /** `runAt` of its steps counts from the slot, `expiresAt` from when it is fired. */
    readonly spec: WorkflowSpec;
    /** As they were given; `${{ schedule.date }}` and its like in texts are filled in at each slot. */
    readonly params: JsonObject;
    /** Address of the file it was read from; `null` for none. */
    readonly source: string | null;
  };

/** What people say of a schedule. */
export interface ScheduleDefinition {
  /** Its slots. */
  readonly when: TimeRule;
  /** What runs at each. */
  readonly target: ScheduleTarget;
  /** What happens at a slot while an earlier run has not ended. */
  readonly overlap: Overlap;
  /** Which slots are made up for. */
  readonly catchUp: CatchUp;
  /** Slots that are longer ago than this are not made up for; `null` for no such limit. */
  readonly catchUpWindowMs: number | null;
  /** It is over after so many slots that it ran; `null` for no such limit. What is run by hand does not count. */
  readonly count: number | null;
  /** Runs begin up to so much after their slot, by chance that is the same wherever it is asked. */
  readonly jitterMs: number;
  /** It pauses after so many failed runs in a row; `null`: it goes on. */
  readonly pauseOnFailure: number | null;
  /** What it is for; `null` for nothing said. */
  readonly description: string | null;
}

/** How a schedule stands. Stores keep it as it is and look only at `nextAt`. */
export interface ScheduleState {
  /** What is to become of slots up to this time has been decided. */
  readonly cursor: number;
  /** The first slot after `cursor`; `null` when there is none, or it is paused. */
  readonly nextAt: number | null;
  /** Since when and why nothing is fired; `reason` is `null` when somebody paused it. `null`: it is not paused. */
  readonly paused: { readonly at: number; readonly reason: string | null } | null;
  /** Slots that it ran by its time (see {@linkcode ScheduleDefinition.count}), queued ones included. */
  readonly fired: number;
  /** Failed runs in a row, up to the latest. */
  readonly failures: number;
  /** How the latest runs ended, newest last; at most `BOUNDS.recentRuns`. */
  readonly recent: readonly RunEnd[];
}

/** How a run ended. */
export type RunEnd = "completed" | "failed" | "cancelled";

/** A schedule as a store gives it back. */
export interface Schedule {
  /** An integer that only rises: one that is made anew under an old name is another one. */
  readonly id: number;
  /** Unique in the store. */
  readonly name: string;
  /** Rises with every change; who changes something says which version was read. */
  readonly version: number;
  /** When it was stored. */
  readonly createdAt: number;
  /** What people say of it. */
  readonly definition: ScheduleDefinition;
  /** How it stands. */
  readonly state: ScheduleState;
}

/** A schedule to be stored. */
export type NewSchedule = Pick<Schedule, "name" | "definition" | "state">;

/**
 * What became of a slot.
 * `queued`: it waits for an earlier run to end · `started`: its jobs are stored · `completed`, `failed`, `cancelled`: how
 * they ended (`failed` without a job: they could not be made) · `skipped`: it was decided not to run it · `missed`: nobody
 * was there in time · `gone`: its jobs were deleted before anybody saw how they ended.
 */
export type FiringStatus = "queued" | "started" | RunEnd | "skipped" | "missed" | "gone";

/** All of them. Databases store their places in this order: it never changes. */
export const FIRING_STATUSES: readonly FiringStatus[] = [
  "queued",
  "started",
  "completed",
  "failed",
  "cancelled",
  "skipped",
  "missed",
  "gone",
];

/** What made a slot run. */
export type Trigger = "time" | "catch-up" | "backfill" | "manual";

/** One entry of a schedule's history: a slot and what became of it. There is at most one for a schedule and a slot. */
export interface Firing {
  /** Id of the schedule. */
  readonly schedule: number;
  /** The time it stands for; of several that were missed, the last. */
  readonly slot: number;
  /** What became of it. */
  readonly status: FiringStatus;
  /** What made it run. */
  readonly trigger: Trigger;
  /** Why this was decided, and why its jobs failed, for people; `null` where there is nothing to say: it ran at its time. */
  readonly reason: string | null;
  /** How many slots it stands for: 1, or of those missed one after the other, all. */
  readonly slots: number;
  /** When it was decided. */
  readonly decidedAt: number;
  /** When its jobs were stored; `null` when they were not. */
  readonly startedAt: number | null;
  /** When the last of them ended; `null` until somebody sees it, and without jobs. */
  readonly endedAt: number | null;
  /** Its job; `null` for a workflow's, and when there is none. */
  readonly job: JobId | null;
  /** Its workflow run; `null` for a single job's, and when there is none. */
  readonly run: number | null;
  /** Who decided: the id of a worker, or `gigq` for a command; `null` where that is not known. */
  readonly by: string | null;
}

/** Whether a firing still needs attention. */
export function isOpen({ status }: Pick<Firing, "status">): boolean {
  return status === "queued" || status === "started";
}
