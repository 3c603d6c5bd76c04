/** The times of a rule by which an event recurs, as they are asked for. */

import { UsageError } from "../../core/errors.ts";
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
  /** How long an occurrence lasts at most. */
  readonly lengthMs: number;
  /** The interval of an occurrence; `null` when it is left out. */
  readonly occurrence: (wall: number) => Interval | null;
}

/** Clocks show no time further than that from UTC, and an occurrence may be so much longer when they are changed. */
const SLACK_MS = 4 * 86_400_000;

/** What calendars that are read together may cost. */
export class Effort {
  /** Occurrences of rules with a COUNT, which are counted from the first on; and remembered. */
  #counted = 0;

  /** @throws {UsageError} When that was too much */
  count(): void {
    if (++this.#counted > MOST_COUNTED) throw tooMany();
  }
}

const MOST_COUNTED = 200_000;

/** Says that a calendar is none that people keep. */
export function tooMany(): UsageError {
  return new UsageError("The events of these calendars recur too often to be looked at", {
    hint: "Give calendars of fewer events, or say such times with cron, every or between",
  });
}

/** Its occurrences by their start, from the first on. */
export class Series {
  readonly #rule: SeriesRule;
  readonly #effort: Effort;
  readonly #counted: Interval[] = [];
  readonly #source: Iterator<Interval>;
  #ended = false;

  constructor(rule: SeriesRule, effort: Effort) {
    this.#rule = rule;
    this.#effort = effort;
    this.#source = this.#occurrences(-Infinity);
  }

  /** Those that overlap a stretch of time. */
  *within(from: number, until: number): Iterable<Interval> {
    const { count, lengthMs } = this.#rule;
    // Where nothing is to be counted, what is long past costs nothing.
    const all = count === null ? this.#occurrences(from - lengthMs - SLACK_MS) : this.#countedUntil(until);
    for (const interval of all) {
      if (interval.start >= until) return;
      if (interval.end > from) yield interval;
    }
  }

  #countedUntil(until: number): readonly Interval[] {
    while (!this.#ended && (this.#counted.at(-1)?.start ?? -Infinity) < until) {
      const next = this.#source.next();
      if (next.done) this.#ended = true;
      else this.#counted.push(next.value);
    }
    return this.#counted;
  }

  *#occurrences(fromWall: number): Generator<Interval> {
    const { rule, start, until, count, occurrence } = this.#rule;
    let left = count ?? Infinity;
    for (const wall of wallsOf(rule, start.wall, fromWall)) {
      if (left-- === 0) return;
      if (count !== null) this.#effort.count();
      if (until !== null && isPast(wall, start, until)) return;
      const interval = occurrence(wall);
      if (interval !== null) yield interval;
    }
  }
}

function isPast(wall: number, start: Stamp, until: Stamp): boolean {
  if (until.day) return wall >= until.wall + 86_400_000;
  return start.clock.instantOf(wall) > until.clock.instantOf(until.wall);
}
