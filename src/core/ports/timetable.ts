/** Working out when a schedule is due, which takes libraries: cron patterns, time zones, calendars. */

import type { TimeRule } from "../schedule.ts";

/** The slots of one rule. */
export interface Times {
  /** The first slot after a time; `null` when there is none, ever. */
  next(after: number): number | null;
  /** Slots after `after` up to and including `until`, oldest first, at most `limit`. */
  within(after: number, until: number, limit: number): readonly number[];
  /** The last slot after `after` up to and including `until`; `null` for none. */
  last(after: number, until: number): number | null;
}

/** Reads rules. */
export interface Timetable {
  /**
   * Loads what the rule needs and reads it. Everything after that needs no waiting.
   *
   * @throws {UsageError} For a pattern, phrase, zone, window or calendar that is not understood
   */
  times(rule: TimeRule): Promise<Times>;
}
