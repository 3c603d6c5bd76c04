/** The times of a rule by which an event recurs, as they are asked for. */

import type { Stamp } from "./clock.ts";
import { type Recurrence, wallsOf } from "./recurrence.ts";

/** A stretch of time; its end is left out. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** A rule with what it belongs to. */
export interface SeriesRule {
  readonly rule: Recurrence;
  readonly start: Stamp;
  /** Not after that time, which counts. */
  readonly until: Stamp | null;
  /** Not more often than this. */
  readonly count: number | null;
  /** The interval of an occurrence; `null` when it is left out. */
  readonly occurrence: (wall: number) => Interval | null;
}

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

function* occurrences({ rule, start, until, count, occurrence }: SeriesRule): Generator<Interval> {
  let left = Math.min(count ?? Infinity, MOST_OCCURRENCES);
  for (const wall of wallsOf(rule, start.wall)) {
    if (left-- === 0) return;
    if (until !== null && isPast(wall, start, until)) return;
    const interval = occurrence(wall);
    if (interval !== null) yield interval;
  }
}

function isPast(wall: number, start: Stamp, until: Stamp): boolean {
  if (until.day) return wall >= until.wall + 86_400_000;
  return start.clock.instantOf(wall) > until.clock.instantOf(until.wall);
}
