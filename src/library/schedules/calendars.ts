/** What `src/calendar` does for schedules. */

import { reduceCalendar, timetable } from "../../calendar/timetable.ts";
import type { Times } from "../../core/ports.ts";
import type { Calendar, TimeRule } from "../../core/schedule.ts";
import type { CalendarInput } from "./options.ts";

/**
 * The slots of a rule.
 *
 * @throws {UsageError} For a pattern, phrase, zone, window or calendar that is not understood
 */
export function timesOf(rule: TimeRule): Promise<Times> {
  return timetable.times(rule);
}

/**
 * A calendar without what no slot depends on.
 *
 * @throws {UsageError} When it is no iCalendar, or is too large all the same
 */
export async function reduced({ name, text }: CalendarInput): Promise<Calendar> {
  return { name, text: (await reduceCalendar({ name, text })).text };
}
