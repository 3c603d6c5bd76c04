/** What scripts say of a schedule. */

import type { CatchUp, Overlap } from "../../core/schedule.ts";
import type { Duration, JobOptions } from "../job_input.ts";

/** An iCalendar text and what people call it: `readCalendar` of `@gigq/gigq/load` reads one. */
export interface CalendarInput {
  /** For messages: the file's name. */
  readonly name: string;
  /** Text of an `.ics` file. */
  readonly text: string;
}

/**
 * A point in time: a date, milliseconds since the epoch, or text such as `2026-12-01`, `2026-12-01 09:00`, `22:00`, `tomorrow
 * 9:00` or RFC 3339, read on the clock of the schedule's zone.
 */
export type TimeInput = Date | number | string;

/** When a schedule is due: the times of all that is given together. At least one of `cron`, `every` and `on`. */
export interface WhenOptions {
  /** Cron patterns: `0 9 * * MON-FRI`, with seconds first where there are six fields, or `@daily`. */
  readonly cron?: string | readonly string[];
  /** A fixed time from one slot to the next, whatever clocks show: counted from `from`, or from now. */
  readonly every?: Duration;
  /** Phrases: `first monday of the month at 09:00`, `every weekday`, `quarter end at noon`. */
  readonly on?: string | readonly string[];
  /** IANA name of the zone in which clocks are read; default the system's. */
  readonly tz?: string;
  /** Only slots within these times of the day, such as `08:00-18:00`. */
  readonly between?: string | readonly string[];
  /** No slot within an event of these calendars. */
  readonly except?: readonly CalendarInput[];
  /** Only slots within an event of these calendars. */
  readonly only?: readonly CalendarInput[];
  /** No slot before. Slots of the past are not made up for: see `backfill`. */
  readonly from?: TimeInput;
  /** No slot after; a date alone is the whole day. */
  readonly until?: TimeInput;
}

/** Everything that is said of a schedule besides its name and what it runs. */
export interface ScheduleOptions extends WhenOptions {
  /** It is over after so many runs. */
  readonly count?: number;
  /** Runs begin up to so much after their slot, by chance. */
  readonly jitter?: Duration;
  /** What happens at a slot while an earlier run has not ended; default `skip`, with `catchUp: "all"` `queue-all`. */
  readonly overlap?: Overlap;
  /** Which slots are made up for after no worker was there; default `one`. */
  readonly catchUp?: CatchUp;
  /** Slots longer ago than this are not made up for; default no such limit. */
  readonly catchUpWindow?: Duration;
  /** Pauses after so many failed runs in a row. */
  readonly pauseOnFailure?: number;
  /** What it is for. */
  readonly description?: string;
  /** Options of its job: they win over the job's own. Not those that place it: `after`, `runAt`, `unique`. */
  readonly job?: Omit<JobOptions, "after" | "runAt" | "unique">;
}
