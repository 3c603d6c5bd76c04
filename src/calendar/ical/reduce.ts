/** Making calendars small enough to be kept with schedules. Imported late: see `parts.ts`. */

import ICAL from "ical.js";
import { BOUNDS } from "../../core/bounds.ts";
import type { Calendar } from "../../core/schedule.ts";
import type { ReducedCalendar } from "../modules.ts";
import { Zone } from "../zone.ts";
import { describedZone, ianaName } from "./clock.ts";
import { isCancelled, readEvents } from "./event.ts";
import { calendarError, parseCalendar } from "./parse.ts";

/** What slots depend on, and what events are called. */
const KEPT: readonly string[] = [
  "uid",
  "summary",
  "dtstart",
  "dtend",
  "duration",
  "rrule",
  "rdate",
  "exdate",
  "exrule",
  "recurrence-id",
  "status",
];

/**
 * Drops descriptions, guests, alarms and whatever else no slot depends on.
 *
 * @throws {UsageError} When it is no iCalendar, naming the line; when it holds no event, or is too large all the same
 */
export function reduceCalendar(calendar: Calendar): ReducedCalendar {
  // Whatever is wrong is said now, not when it is used.
  readEvents(calendar, new Zone("UTC"));
  const reduced = parseCalendar(calendar).map(reduce);
  const events = reduced.flatMap((component) => component.getAllSubcomponents("vevent"))
    .filter((event) => !isCancelled(event) && !event.hasProperty("recurrence-id")).length;
  if (events === 0) throw calendarError(calendar.name, "it holds no event");
  const text = reduced.map((component) => component.toString()).join("\r\n");
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > BOUNDS.scheduleBytes) {
    throw calendarError(
      calendar.name,
      `its ${events} events take ${bytes} bytes, more than the ${BOUNDS.scheduleBytes} a schedule may have`,
      null,
      "Give a calendar of fewer events",
    );
  }
  return { text, events };
}

function reduce(calendar: ICAL.Component): ICAL.Component {
  const out = new ICAL.Component("vcalendar");
  out.addPropertyWithValue("version", "2.0");
  const zones = new Set<string>();
  for (const event of calendar.getAllSubcomponents("vevent")) {
    const kept = new ICAL.Component("vevent");
    for (const property of event.getAllProperties()) {
      if (!KEPT.includes(property.name)) continue;
      const tzid = property.getFirstParameter("tzid");
      if (tzid !== undefined && ianaName(tzid) === null) zones.add(tzid);
      kept.addProperty(ICAL.Property.fromString(property.toICALString()));
    }
    out.addSubcomponent(kept);
  }
  for (const tzid of zones) {
    const zone = describedZone(calendar, tzid);
    if (zone !== null) out.addSubcomponent(ICAL.Component.fromString(zone.toString()));
  }
  return out;
}
