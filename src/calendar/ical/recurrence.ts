/**
 * The wall times of a recurrence rule, as RFC 5545 defines them: by the library rrule-temporal. ical.js, which reads the
 * rule, misses or makes up days in one of four random rules, and never ends in some (`tests/calendar/recurrence_test.ts`).
 */

import type ICAL from "ical.js";
import { RRuleTemporal } from "rrule-temporal";

/** A rule without its end, on a clock that nobody sets: what clocks do is ours to deal with. */
export type Recurrence = RRuleTemporal;

/** Wall times are looked for in so many years after the last one: a rule that never holds must end. */
const REACH_YEARS = 200;

/** Where a rule ends is for the event to say: in its zone, and counting what is left out. */
const ENDS = /;?(COUNT|UNTIL)=[^;]*/g;

/** Reads a rule; `null` for one that means nothing. */
export function readRecurrence(rule: ICAL.Recur, startWall: number): Recurrence | null {
  const parts = rule.toString().replace(ENDS, "");
  try {
    const start = new Date(startWall).toISOString().replace(/[-:]|\.\d+Z/g, "");
    return new RRuleTemporal({ rruleString: `DTSTART;TZID=UTC:${start}\nRRULE:${parts}` });
  } catch {
    return null;
  }
}

/**
 * The wall times of a rule from the start on, in order.
 *
 * @param from Those before it are left out, and cost little
 */
export function* wallsOf(rule: Recurrence, startWall: number, from = startWall): Generator<number> {
  const least = Math.max(startWall, from);
  let latest = new Date(least).getUTCFullYear();
  for (let year = latest; year < latest + REACH_YEARS; year++) {
    const [first, end] = [Math.max(yearStart(year), least), yearStart(year + 1) - 1];
    for (const time of rule.between(new Date(first), new Date(end), true)) {
      yield time.epochMilliseconds;
      latest = year;
    }
  }
}

function yearStart(year: number): number {
  // `Date.UTC` takes the year 70 for 1970.
  return new Date(0).setUTCFullYear(year, 0, 1);
}
