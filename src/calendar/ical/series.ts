/** The times of a rule by which an event recurs, as they are asked for. */

import ICAL from "ical.js";
import { type Clock, type Stamp, wallOf } from "./clock.ts";

/** A stretch of time; its end is left out. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** A rule as it was read. */
export interface SeriesRule {
  readonly rule: ICAL.Recur;
  readonly first: ICAL.Time;
  readonly start: Stamp;
  readonly until: Stamp | null;
  /** The interval of an occurrence; `null` when it is left out. */
  readonly occurrence: (wall: number) => Interval | null;
}

/** Wall times are looked for up to so many years after the first: a rule that never holds must end. */
const REACH_YEARS = 400;

/** Occurrences of one rule that are looked at. */
const MOST_OCCURRENCES = 200_000;

/** Its occurrences by their start, from the first on. */
export class Series {
  readonly #known: Interval[] = [];
  readonly #source: Iterator<Interval>;
  #ended = false;

  constructor(rule: SeriesRule) {
    this.#source = occurrences(rule);
  }

  /** Those that overlap a stretch of time. */
  *within(from: number, until: number): Iterable<Interval> {
    while (!this.#ended && (this.#known.at(-1)?.start ?? -Infinity) < until) {
      const next = this.#source.next();
      if (next.done) this.#ended = true;
      else this.#known.push(next.value);
    }
    for (const interval of this.#known) {
      if (interval.start >= until) return;
      if (interval.end > from) yield interval;
    }
  }
}

function* occurrences({ rule, first, start, until, occurrence }: SeriesRule): Generator<Interval> {
  let count = 0;
  for (const wall of walls(rule, first)) {
    if (++count > Math.min(rule.count ?? Infinity, MOST_OCCURRENCES)) return;
    if (until !== null && isPast(wall, start, until)) return;
    const interval = occurrence(wall);
    if (interval !== null) yield interval;
  }
}

function isPast(wall: number, start: Stamp, until: Stamp): boolean {
  if (until.day) return wall >= until.wall + 86_400_000;
  return start.clock.instantOf(wall) > until.clock.instantOf(until.wall);
}

/** What the rule names. The end and the number of times are ours to count: the library counts days that do not exist. */
function* walls(rule: ICAL.Recur, first: ICAL.Time): Generator<number> {
  const open = rule.clone();
  open.until = null as unknown as ICAL.Time;
  open.count = null as unknown as number;
  try {
    const times = new EndingIterator({ rule: open, dtstart: first });
    let latest = -Infinity;
    for (let time = times.next(); time; time = times.next()) {
      const wall = wallOf(time);
      if (wall <= latest) continue;
      latest = wall;
      if (holds(open, time)) yield wall;
    }
  } catch (error) {
    if (!(error instanceof TooFar)) throw error;
  }
}

/** The library lets a day that a month does not have run over into the next month. */
function holds(rule: ICAL.Recur, time: ICAL.Time): boolean {
  const { BYMONTH: months, BYMONTHDAY: days } = rule.parts as { BYMONTH?: number[]; BYMONTHDAY?: number[] };
  if (months !== undefined && !months.includes(time.month)) return false;
  if (days === undefined) return true;
  const fromEnd = time.day - ICAL.Time.daysInMonth(time.month, time.year) - 1;
  return days.includes(time.day) || days.includes(fromEnd);
}

class TooFar extends Error {}

/** Ends where the library would look for ever. */
class EndingIterator extends ICAL.RecurIterator {
  override increment_monthday(by: number): void {
    this.#check();
    super.increment_monthday(by);
  }

  override increment_month(): void {
    this.#check();
    super.increment_month();
  }

  override increment_year(by: number): void {
    this.#check();
    super.increment_year(by);
  }

  #check(): void {
    if (this.last.year > this.dtstart.year + REACH_YEARS) throw new TooFar();
  }
}

export type { Clock };
