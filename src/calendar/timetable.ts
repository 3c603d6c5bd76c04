/**
 * Working out when schedules are due. Light to import: what a rule needs is loaded when it is read, croner for patterns
 * and phrases, ical.js for calendars.
 */

import type { Times, Timetable } from "../core/ports/timetable.ts";
import type { Calendar, TimeRule } from "../core/schedule.ts";
import { importLate } from "./late.ts";
import type { Explained, ReducedCalendar } from "./results.ts";

export type { Explained, LeftOut, ReducedCalendar } from "./results.ts";
export { checkZone } from "./zone_name.ts";

// Said once more here: the types of these modules would lead every program to their libraries.
interface ReadModule {
  readRule(rule: TimeRule): Promise<Times>;
}
interface DescribeModule {
  describeRule(rule: TimeRule): Promise<readonly string[]>;
}
interface ExplainModule {
  explainRule(rule: TimeRule): Promise<Explained>;
}
interface ReduceModule {
  reduceCalendar(calendar: Calendar): ReducedCalendar;
}

/** Reads rules. */
export const timetable: Timetable = {
  async times(rule: TimeRule): Promise<Times> {
    return (await importLate<ReadModule>("./read.ts")).readRule(rule);
  },
};

/**
 * One line for each part of a rule, as it was understood: `cron 0 9 * * MON-FRI`, `except holidays.ics (12 events)`.
 *
 * @throws {UsageError} For what is not understood
 */
export async function describeRule(rule: TimeRule): Promise<readonly string[]> {
  return (await importLate<DescribeModule>("./describe.ts")).describeRule(rule);
}

/**
 * What there is to say of a rule's slots: which times a filter left out, and what changes of clocks did.
 *
 * @throws {UsageError} For what is not understood
 */
export async function explainRule(rule: TimeRule): Promise<Explained> {
  return (await importLate<ExplainModule>("./explain.ts")).explainRule(rule);
}

/**
 * A calendar without what no slot depends on: descriptions, guests, alarms.
 *
 * @throws {UsageError} When it is no iCalendar, naming the line; when it holds no event, or is too large all the same
 */
export async function reduceCalendar(calendar: Calendar): Promise<ReducedCalendar> {
  return (await importLate<ReduceModule>("./ical/reduce.ts")).reduceCalendar(calendar);
}
