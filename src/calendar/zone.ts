/**
 * Clocks of a time zone. A _wall time_ is what a clock there shows, written as the milliseconds that the same date and
 * time would be in UTC: arithmetic on it needs no calendar.
 */

/** The time of the day that a wall time is at: `09:00`, with seconds where there are any. */
export function timeOfDay(wall: number): string {
  const text = new Date(wall).toISOString().slice(11, 19);
  return text.endsWith(":00") ? text.slice(0, 5) : text;
}

/** A stretch of time within which clocks run evenly. */
export interface Span {
  /** When it begins; `-Infinity` when clocks were never changed before. */
  readonly start: number;
  /** When the next begins; `Infinity` for none. */
  readonly end: number;
  /** What clocks show is the time in UTC plus this. */
  readonly offset: number;
}

/** Offsets lie within ±16 h and clocks were changed by up to 24 h: what happened longer ago bears on no wall time. */
const REACH_MS = 48 * 3_600_000;

/** A zone, with its spans as they were asked for. */
export class Zone {
  readonly name: string;
  /** In order, but not without holes. */
  readonly #spans: Span[] = [];
  #latest: Span;

  /** @param name As `checkZone` gives it back */
  constructor(name: string) {
    this.name = name;
    this.#latest = this.#find(0);
  }

  /** The span that an instant lies in. */
  spanAt(instant: number): Span {
    const { start, end } = this.#latest;
    if (instant < start || instant >= end) this.#latest = this.#find(instant);
    return this.#latest;
  }

  /** What clocks show. */
  wallAt(instant: number): number {
    return instant + this.spanAt(instant).offset;
  }

  /**
   * The first instant at which clocks show a wall time or a later one: of two the first, and of a time that they skip
   * the end of the gap.
   */
  instantOf(wall: number): number {
    // Most wall times are far from any change of clocks.
    const near = this.spanAt(wall - this.#latest.offset);
    const instant = wall - near.offset;
    if (instant - near.start > REACH_MS && instant < near.end) return instant;
    let span = this.spanAt(wall - REACH_MS);
    while (wall >= span.end + span.offset) span = this.spanAt(span.end);
    return Math.max(span.start, wall - span.offset);
  }

  /** The latest wall time that clocks have shown up to an instant: `instantOf` of it, and of none after it, has come. */
  shownBy(instant: number): number {
    let span = this.spanAt(instant);
    let latest = instant + span.offset;
    while (instant - span.start < REACH_MS) {
      span = this.spanAt(span.start - 1);
      latest = Math.max(latest, span.end + span.offset - 1);
    }
    return latest;
  }

  #find(instant: number): Span {
    let [low, high] = [0, this.#spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#spans[middle]!.end <= instant) low = middle + 1;
      else high = middle;
    }
    const known = this.#spans[low];
    if (known !== undefined && known.start <= instant) return known;
    const read = this.#read(instant);
    this.#spans.splice(low, 0, read);
    return read;
  }

  #read(instant: number): Span {
    const at = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(this.name);
    return {
      // One later, because a change at this very instant counts.
      start: at.add({ milliseconds: 1 }).getTimeZoneTransition("previous")?.epochMilliseconds ?? -Infinity,
      end: at.getTimeZoneTransition("next")?.epochMilliseconds ?? Infinity,
      offset: at.offsetNanoseconds / 1e6,
    };
  }
}
