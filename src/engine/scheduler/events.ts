/** What a step of a schedule comes to, for those who listen. Pure. */

import type { JobId } from "../../core/job.ts";
import type { Firing, Schedule, Trigger } from "../../core/schedule.ts";

/** What happens to schedules while a worker runs. */
export type ScheduleEvent =
  /** A slot was fired: its job, or the jobs of its run, are stored. */
  | {
    readonly type: "fired";
    readonly schedule: string;
    /** The time it stands for, in milliseconds since the epoch. */
    readonly slot: number;
    /** IANA name of the zone in which the schedule reads clocks. */
    readonly zone: string;
    readonly trigger: Trigger;
    /** Its job; `null` for a workflow's. */
    readonly job: JobId | null;
    /** Its workflow run; `null` for a single job's. */
    readonly run: number | null;
  }
  /** It was decided that slots do not run: `failed` when their jobs could not be made. */
  | {
    readonly type: "skipped";
    readonly schedule: string;
    /** The last of them, in milliseconds since the epoch. */
    readonly slot: number;
    readonly zone: string;
    /** How many. */
    readonly slots: number;
    readonly status: "skipped" | "missed" | "failed";
    /** Why, for people; `null` when there is nothing to say. */
    readonly reason: string | null;
  };

/** What to tell of a firing that was just stored; `null` for nothing: it waits, or its jobs have ended. */
export function eventOf(
  { name, definition }: Pick<Schedule, "name" | "definition">,
  { slot, slots, status, trigger, reason, job, run }: Firing,
): ScheduleEvent | null {
  const base = { schedule: name, slot, zone: definition.when.zone };
  if (status === "started") return { type: "fired", ...base, trigger, job, run };
  const isNone = job === null && run === null;
  if (status === "skipped" || status === "missed" || (status === "failed" && isNone)) {
    return { type: "skipped", ...base, slots, status, reason };
  }
  return null;
}
