/** Working out when schedules are due. Light to import: libraries are loaded for the rules that need them. */

import type { Times, Timetable } from "../core/ports/timetable.ts";
import type { TimeRule } from "../core/schedule.ts";
import { importLate } from "./late.ts";
import type * as ReadModule from "./read.ts";

/** Reads rules with what each of them needs: croner for patterns and phrases, ical.js for calendars. */
export const timetable: Timetable = {
  async times(rule: TimeRule): Promise<Times> {
    return (await importLate<typeof ReadModule>("./read.ts")).readRule(rule);
  },
};
