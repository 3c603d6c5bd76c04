/** Calendars as filters of slots. Imported late: see `parts.ts`. */

import type { Calendar } from "../../core/schedule.ts";
import type { EventTimes } from "../modules.ts";
import type { Zone } from "../zone.ts";
import { type CalendarEvent, readEvents } from "./event.ts";
import { type Interval, tooMany } from "./series.ts";

/** Events are laid out for a year at a time. */
const PAGE_MS = 366 * 86_400_000;

/** Occurrences in a year: forty such years are looked at within seconds. */
const MOST_A_PAGE = 50_000;

/** How many years without an event are looked at. */
const MOST_PAGES = 41;

/** When any event of some calendars is. */
class Events {
  readonly #events: readonly CalendarEvent[];
  readonly #pages = new Map<number, readonly Interval[]>();
  readonly #first: number;
  readonly #last: number;

  constructor(events: readonly CalendarEvent[]) {
    this.#events = events;
    const single = events.flatMap(({ single }) => single);
    const endless = events.some(({ series }) => series.length > 0);
    this.#first = single.reduce((first, { start }) => Math.min(first, start), Infinity);
    this.#last = endless ? Infinity : single.reduce((last, { end }) => Math.max(last, end), -Infinity);
  }

  /** The stretch of events around an instant; `null` for none. */
  covering(instant: number): Interval | null {
    const page = this.#page(Math.floor(instant / PAGE_MS));
    const found = page[atOrBefore(page, instant)];
    return found !== undefined && instant < found.end ? found : null;
  }

  /** When the next begins after an instant within none. */
  startAfter(instant: number): number | null {
    const first = Math.floor(instant / PAGE_MS);
    for (let number = first; number < first + MOST_PAGES && number * PAGE_MS <= this.#last; number++) {
      const page = this.#page(number);
      const found = page[atOrBefore(page, instant) + 1];
      if (found !== undefined) return found.start;
    }
    return null;
  }

  /** When the last before an instant within none has ended. */
  endBefore(instant: number): number | null {
    const first = Math.floor(instant / PAGE_MS);
    for (let number = first; number > first - MOST_PAGES && (number + 1) * PAGE_MS > this.#first; number--) {
      const page = this.#page(number);
      const found = page[atOrBefore(page, instant)];
      if (found !== undefined) return found.end;
    }
    return null;
  }

  /** What the events are called that an instant lies within. */
  namesAt(instant: number): string[] {
    const at = ({ start, end }: Interval): boolean => start <= instant && instant < end;
    return this.#events.filter(({ single, series }) =>
      single.some(at) || series.some((rule) => [...rule.within(instant, instant + 1)].length > 0)
    ).map(({ summary }) => summary);
  }

  /** Those that overlap a page, in order, joined where they touch. */
  #page(number: number): readonly Interval[] {
    const known = this.#pages.get(number);
    if (known !== undefined) return known;
    const [from, until] = [number * PAGE_MS, (number + 1) * PAGE_MS];
    const found: Interval[] = [];
    for (const { single, series } of this.#events) {
      for (const interval of single) if (interval.start < until && interval.end > from) found.push(interval);
      for (const rule of series) {
        for (const interval of rule.within(from, until)) found.push(interval);
        if (found.length > MOST_A_PAGE) throw tooMany();
      }
    }
    const page = joined(found);
    if (this.#pages.size > 2 * MOST_PAGES) this.#pages.clear();
    this.#pages.set(number, page);
    return page;
  }
}

function joined(intervals: Interval[]): Interval[] {
  const out: { start: number; end: number }[] = [];
  for (const { start, end } of intervals.sort((a, b) => a.start - b.start)) {
    const before = out.at(-1);
    if (before !== undefined && start <= before.end) before.end = Math.max(before.end, end);
    else out.push({ start, end });
  }
  return out;
}

/** Index of the last that begins by an instant; -1 for none. */
function atOrBefore(intervals: readonly Interval[], instant: number): number {
  let [low, high] = [0, intervals.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (intervals[middle]!.start <= instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Lets through what is within no event.
 *
 * @throws {UsageError} For a calendar that is not understood
 */
export function exceptEvents(calendars: readonly Calendar[], zone: Zone): EventTimes {
  const events = eventsOf(calendars, zone);
  // Within events that follow one another without end nothing is ever open.
  const pass = (instant: number, over: (event: Interval) => number): number | null => {
    let at = instant;
    for (let page = 0; page < MOST_PAGES; page++) {
      const event = events.covering(at);
      if (event === null) return at;
      at = over(event);
    }
    return null;
  };
  return {
    openFrom: (instant) => pass(instant, ({ end }) => end),
    openUntil: (instant) => pass(instant, ({ start }) => start - 1),
    namesAt: (instant) => events.namesAt(instant),
  };
}

/**
 * Lets through what is within an event.
 *
 * @throws {UsageError} For a calendar that is not understood
 */
export function onlyEvents(calendars: readonly Calendar[], zone: Zone): EventTimes {
  const events = eventsOf(calendars, zone);
  return {
    openFrom: (instant) => events.covering(instant) === null ? events.startAfter(instant) : instant,
    openUntil(instant): number | null {
      if (events.covering(instant) !== null) return instant;
      const end = events.endBefore(instant);
      return end === null ? null : end - 1;
    },
    namesAt: (instant) => events.namesAt(instant),
  };
}

function eventsOf(calendars: readonly Calendar[], zone: Zone): Events {
  return new Events(calendars.flatMap((calendar) => readEvents(calendar, zone)));
}
