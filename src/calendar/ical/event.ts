/** When the events of a calendar are. */

import ICAL from "ical.js";
import { BOUNDS } from "../../core/bounds.ts";
import { UsageError } from "../../core/errors.ts";
import type { Calendar } from "../../core/schedule.ts";
import type { Zone } from "../zone.ts";
import { Clocks, instantOf, type Stamp } from "./clock.ts";
import { calendarError, namedIn, parseCalendar, summaryOf } from "./parse.ts";
import { readRecurrence } from "./recurrence.ts";
import { Effort, type Interval, Series } from "./series.ts";

/** An event with its times. */
export interface CalendarEvent {
  readonly summary: string;
  /** Those given one by one. */
  readonly single: readonly Interval[];
  /** Those given by rules. */
  readonly series: readonly Series[];
}

const DAY_MS = 86_400_000;

/**
 * The events of a calendar in the zone of a schedule.
 *
 * @throws {UsageError} For what is not understood
 */
export function readEvents(calendar: Calendar, zone: Zone): CalendarEvent[] {
  const effort = new Effort();
  return parseCalendar(calendar).flatMap((component) => {
    const clocks = new Clocks(calendar.name, zone, component);
    const events = component.getAllSubcomponents("vevent");
    const changed = changes(calendar.name, events, clocks);
    return events.filter((event) => !isCancelled(event)).map((event) =>
      orSay(
        calendar.name,
        event,
        () => new EventReader(calendar.name, event, clocks, effort).read(changed.get(uid(event)) ?? []),
      )
    );
  });
}

/** The library reads values late, and throws what it likes. */
function orSay<T>(calendar: string, event: ICAL.Component, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw calendarError(calendar, `${namedIn(event)} is not understood: ${reason}`);
  }
}

export function isCancelled(event: ICAL.Component): boolean {
  return String(event.getFirstPropertyValue("status") ?? "").toUpperCase() === "CANCELLED";
}

/** Occurrences that events of their own replace or cancel, by the identity they share. */
function changes(calendar: string, events: readonly ICAL.Component[], clocks: Clocks): Map<string, Stamp[]> {
  const found = new Map<string, Stamp[]>();
  for (const event of events) {
    const changed = event.getFirstProperty("recurrence-id");
    if (changed !== null) {
      if (String(changed.getFirstParameter("range")).toUpperCase() === "THISANDFUTURE") {
        throw calendarError(calendar, `${namedIn(event)} changes all later ones (RANGE=THISANDFUTURE)`);
      }
      found.set(uid(event), [...found.get(uid(event)) ?? [], ...clocks.stamps(changed)]);
    }
  }
  return found;
}

function uid(event: ICAL.Component): string {
  return String(event.getFirstPropertyValue("uid") ?? "");
}

class EventReader {
  constructor(
    readonly calendar: string,
    readonly event: ICAL.Component,
    readonly clocks: Clocks,
    readonly effort: Effort,
  ) {}

  read(changed: readonly Stamp[]): CalendarEvent {
    const property = this.event.getFirstProperty("dtstart");
    if (property === null) throw this.#error("has no DTSTART");
    const [start] = this.clocks.stamps(property) as [Stamp];
    const lasting = this.#lasting(start);
    const own = this.event.hasProperty("recurrence-id") ? [] : changed;
    const length = lasting(start) - instantOf(start);
    if (length > BOUNDS.durationMs) throw this.#error("lasts longer than 100 years");
    const left = exclusion([...own, ...this.#stamps("exdate")]);
    const occurrence = (stamp: Stamp): Interval | null => {
      const interval = { start: instantOf(stamp), end: lasting(stamp) };
      return left(stamp.wall, interval.start) ? null : interval;
    };
    const single = [start, ...this.#stamps("rdate")].map(occurrence).filter((interval) => interval !== null);
    const series = this.#rules().map((rule) => {
      const recurrence = readRecurrence(rule, start.wall);
      if (recurrence === null) throw this.#error(`has a wrong RRULE "${rule}"`);
      return new Series({
        rule: recurrence,
        start,
        until: rule.until ? this.clocks.stamp(property, rule.until) : null,
        count: rule.count ?? null,
        lengthMs: length,
        occurrence: (wall) => occurrence({ ...start, wall }),
      }, this.effort);
    });
    return { summary: summaryOf(this.event), single: [...single, ...this.#periods(left)], series };
  }

  #stamps(name: string): Stamp[] {
    return this.event.getAllProperties(name).filter((property) => property.type !== "period")
      .flatMap((property) => this.clocks.stamps(property));
  }

  /** When an occurrence ends. It lasts as long on the clock, so that a night from 22:00 to 06:00 always ends at 06:00. */
  #lasting(start: Stamp): (stamp: Stamp) => number {
    const property = this.event.getFirstProperty("dtend");
    const duration = this.event.getFirstPropertyValue("duration");
    if (property !== null) {
      const [end] = this.clocks.stamps(property) as [Stamp];
      const length = end.clock === start.clock ? end.wall - start.wall : null;
      const elapsed = instantOf(end) - instantOf(start);
      // Some programs write the last day, and not the one after it: no day is empty.
      if (start.day && elapsed === 0) return (stamp) => later(stamp, DAY_MS, 0);
      if (elapsed < 0) throw this.#error("ends before it begins");
      return (stamp) => length === null ? instantOf(stamp) + elapsed : later(stamp, length, 0);
    }
    if (duration instanceof ICAL.Duration) {
      const days = (duration.weeks * 7 + duration.days) * DAY_MS;
      const rest = ((duration.hours * 60 + duration.minutes) * 60 + duration.seconds) * 1_000;
      if (duration.isNegative) throw this.#error("ends before it begins");
      return (stamp) => later(stamp, days, rest);
    }
    return (stamp) => later(stamp, start.day ? DAY_MS : 0, 0);
  }

  #periods(left: Exclusion): Interval[] {
    return this.event.getAllProperties("rdate").filter((property) => property.type === "period")
      .flatMap((property) =>
        property.getValues().flatMap((value) => {
          if (!(value instanceof ICAL.Period)) throw this.#error(`has a wrong "${property.toICALString()}"`);
          const start = this.clocks.stamp(property, value.start);
          const end = this.clocks.stamp(property, value.getEnd());
          return left(start.wall, instantOf(start)) ? [] : [{ start: instantOf(start), end: instantOf(end) }];
        })
      );
  }

  #rules(): ICAL.Recur[] {
    if (this.event.hasProperty("exrule")) {
      throw this.#error("has an EXRULE, which is not supported", "Use EXDATE");
    }
    return this.event.getAllProperties("rrule").map((property) => {
      const rule = property.getFirstValue();
      if (!(rule instanceof ICAL.Recur)) throw this.#error(`has a wrong "${property.toICALString()}"`);
      if (["SECONDLY", "MINUTELY", "HOURLY"].includes(rule.freq) || timesADay(rule) > 24) {
        throw this.#error("recurs many times a day", "Say such times with cron, every or between");
      }
      return rule;
    });
  }

  #error(what: string, hint?: string): Error {
    return calendarError(this.calendar, `${namedIn(this.event)} ${what}`, null, hint);
  }
}

/** No time at all is still an instant. */
function later(stamp: Stamp, onTheClock: number, elapsed: number): number {
  const end = stamp.clock.instantOf(stamp.wall + onTheClock) + elapsed;
  return Math.max(end, instantOf(stamp) + 1);
}

function timesADay(rule: ICAL.Recur): number {
  const parts = rule.parts as Record<string, unknown[] | undefined>;
  return ["BYHOUR", "BYMINUTE", "BYSECOND"].reduce(
    (product, part) => product * (parts[part]?.length ?? 1),
    1,
  );
}

/** Whether an occurrence is left out. */
type Exclusion = (wall: number, instant: number) => boolean;

/** A day leaves out all that begins on it, as some programs write it for events with times. */
function exclusion(stamps: readonly Stamp[]): Exclusion {
  const days = new Set(stamps.filter(({ day }) => day).map(({ wall }) => wall));
  const instants = new Set(stamps.filter(({ day }) => !day).map(instantOf));
  return (wall, instant) => instants.has(instant) || days.has(Math.floor(wall / DAY_MS) * DAY_MS);
}
