/** The clocks that a calendar's times are read on. */

import ICAL from "ical.js";
import { Zone } from "../zone.ts";
import { checkZone } from "../zone_name.ts";
import { calendarError, namedIn } from "./parse.ts";

/** What turns wall times into instants. */
export interface Clock {
  instantOf(wall: number): number;
}

/** A time as it is written. */
export interface Stamp {
  readonly clock: Clock;
  readonly wall: number;
  /** Whether it is a day, without a time. */
  readonly day: boolean;
}

export function instantOf({ clock, wall }: Stamp): number {
  return clock.instantOf(wall);
}

/** What a clock would show, as milliseconds. */
function wallOf(time: ICAL.Time): number {
  return Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);
}

const UTC = new Zone("UTC");

/** Reads the times of one calendar. Days and times without a zone are those of the schedule's. */
export class Clocks {
  readonly #name: string;
  readonly #own: Zone;
  readonly #calendar: ICAL.Component;
  readonly #named = new Map<string, Clock>();

  constructor(name: string, own: Zone, calendar: ICAL.Component) {
    this.#name = name;
    this.#own = own;
    this.#calendar = calendar;
  }

  /** @throws {UsageError} For a value that is no time, or an unknown zone */
  stamps(property: ICAL.Property): Stamp[] {
    this.#check(property);
    return property.getValues().map((value) => this.stamp(property, value));
  }

  stamp(property: ICAL.Property, value: unknown): Stamp {
    if (!(value instanceof ICAL.Time)) throw this.#error(property);
    if (
      ![value.year, value.month, value.day, value.hour, value.minute, value.second].every(Number.isInteger)
    ) {
      throw this.#error(property);
    }
    return { clock: this.#clockOf(property, value), wall: wallOf(value), day: value.isDate };
  }

  /** The library takes the 32nd of a month for the first of the next. */
  #check(property: ICAL.Property): void {
    for (const text of (property.jCal as unknown[]).slice(3).flat()) {
      if (typeof text !== "string" || /^-?P/.test(text)) continue;
      const whole = text.length === 10 ? `${text}T00:00:00` : text.replace(/Z$/, "");
      const ms = Date.parse(`${whole}Z`);
      if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== whole) throw this.#error(property);
    }
  }

  #clockOf(property: ICAL.Property, value: ICAL.Time): Clock {
    if (value.isDate) return this.#own;
    if (value.zone === ICAL.Timezone.utcTimezone) return UTC;
    const tzid = property.getFirstParameter("tzid");
    return tzid === undefined || tzid === "" ? this.#own : this.#zone(tzid);
  }

  #zone(tzid: string): Clock {
    const known = this.#named.get(tzid) ?? this.#findZone(tzid);
    this.#named.set(tzid, known);
    return known;
  }

  #findZone(tzid: string): Clock {
    const name = ianaName(tzid);
    if (name !== null) return new Zone(name);
    const described = describedZone(this.#calendar, tzid);
    if (described === null) {
      throw calendarError(
        this.#name,
        `its time zone "${tzid}" is not known`,
        null,
        "Export it with its time zones",
      );
    }
    const zone = new ICAL.Timezone(described);
    return {
      instantOf: (wall) => {
        const date = new Date(wall);
        const time = ICAL.Time.fromJSDate(date, true);
        return wall - zone.utcOffset(time) * 1_000;
      },
    };
  }

  #error(property: ICAL.Property): Error {
    const whose = property.parent === undefined ? "" : ` of ${namedIn(property.parent)}`;
    return calendarError(this.#name, `the ${property.name.toUpperCase()}${whose} is no time`);
  }
}

/** The IANA name within a TZID, which some programs put a path before; `null` when there is none. */
export function ianaName(tzid: string): string | null {
  const parts = tzid.trim().split("/").filter((part) => part !== "");
  for (let count = Math.min(3, parts.length); count > 0; count--) {
    try {
      return checkZone(parts.slice(-count).join("/"));
    } catch {
      // A shorter end may be one.
    }
  }
  return null;
}

/** The VTIMEZONE of a TZID. */
export function describedZone(calendar: ICAL.Component, tzid: string): ICAL.Component | null {
  return calendar.getAllSubcomponents("vtimezone")
    .find((zone) => zone.getFirstPropertyValue("tzid") === tzid) ?? null;
}
