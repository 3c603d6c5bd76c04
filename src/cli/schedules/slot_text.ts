/** Slots as clocks of their zone show them. */

import { relativeTime } from "../../output/time.ts";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** `Wed 2026-11-25 02:30 +01:00`; seconds only where there are some. */
export function slotTime(ms: number, zone: string): string {
  const { wall, offset } = onClocks(ms, zone);
  return `${wall} ${offset}`;
}

/** The same without the offset: `Wed 2026-11-25 02:30`. */
export function wallTime(ms: number, zone: string): string {
  return onClocks(ms, zone).wall;
}

/** `2026-11-25T02:30:00+01:00`. */
export function rfcTime(ms: number, zone: string): string {
  const at = zoned(ms, zone);
  return `${
    at.toPlainDateTime().toString({ smallestUnit: ms % 1_000 === 0 ? "second" : "millisecond" })
  }${at.offset}`;
}

/** A row a slot: `Wed 2026-11-25 02:30 +01:00  in 13h`, and what is to be said of it. */
export function slotLine(ms: number, zone: string, now: number, note: string | null): string {
  return [slotTime(ms, zone), relativeTime(ms, now), note ?? ""].filter((text) => text !== "").join("  ");
}

function zoned(ms: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
}

function onClocks(ms: number, zone: string): { readonly wall: string; readonly offset: string } {
  const at = zoned(ms, zone);
  // Parts of a second tell people nothing; JSON has them.
  const time = at.toPlainTime().toString({ smallestUnit: at.second === 0 ? "minute" : "second" });
  return { wall: `${DAYS[at.dayOfWeek - 1]} ${at.toPlainDate()} ${time}`, offset: at.offset };
}
