/**
 * Working out when schedules are due. Light to import: what a rule needs is loaded when it is read, croner for patterns
 * and phrases, ical.js and rrule-temporal for calendars.
 */

import type { Times, Timetable } from "../core/ports/timetable.ts";
import type { Calendar, TimeRule } from "../core/schedule.ts";
import type * as DescribeModule from "./describe.ts";
import type * as ExplainModule from "./explain.ts";
import type { Explained } from "./explain.ts";
import { importLate } from "./late.ts";
import type { ReducedCalendar, ReduceModule } from "./modules.ts";
import type * as ReadModule from "./read.ts";

export type { Explained, LeftOut } from "./explain.ts";
export type { ReducedCalendar } from "./modules.ts";
export { checkZone } from "./zone_name.ts";

/** Reads rules. */
export const timetable: Timetable = {
  async times(rule: TimeRule): Promise<Times> {
    return (await importLate<typeof ReadModule>("./read.ts")).readRule(rule);
  },
};

/**
 * One line for each part of a rule, as it was understood: `cron 0 9 * * MON-FRI`, `except holidays.ics (12 events)`.
 *
 * @throws {UsageError} For what is not understood
 */
export async function describeRule(rule: TimeRule): Promise<readonly string[]> {
  return (await importLate<typeof DescribeModule>("./describe.ts")).describeRule(rule);
}

/**
 * What there is to say of a rule's slots: which times a filter left out, and what changes of clocks did.
 *
 * @throws {UsageError} For what is not understood
 */
export async function explainRule(rule: TimeRule): Promise<Explained> {
  return (await importLate<typeof ExplainModule>("./explain.ts")).explainRule(rule);
}

/**
 * A calendar without what no slot depends on: descriptions, guests, alarms.
 *
 * @throws {UsageError} When it is no iCalendar, naming the line; when it holds no event, or is too large all the same
 */
export async function reduceCalendar(calendar: Calendar): Promise<ReducedCalendar> {
  return (await importLate<ReduceModule>("./ical/reduce.ts")).reduceCalendar(calendar);
}
