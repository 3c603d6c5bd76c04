/** Points in time as the options of a schedule say them: read on the clock of its zone. */

import { UsageError } from "../../core/errors.ts";
import { within } from "../../core/within.ts";
import { toTime } from "../job_input.ts";
import type { TimeInput } from "./options.ts";

const DAY = /^\d{4}-\d\d-\d\d$/;
/** A date, and perhaps a time, without an offset. */
const WALL = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/;
const CLOCK = /^([01]?\d|2[0-3]):[0-5]\d$/;

/** Whether a time is a date alone: it means the whole day. */
export function isDay(time: TimeInput): boolean {
  return typeof time === "string" && DAY.test(time.trim());
}

/**
 * Milliseconds since the epoch. `2026-12-24 09:00` and `22:00` are read in `zone`.
 *
 * @param edge Which end of the day a date alone means
 * @throws {UsageError} Naming the option and its value
 */
export function toMoment(
  what: string,
  time: TimeInput,
  { zone, now, edge }: { readonly zone: string; readonly now: number; readonly edge: "first" | "last" },
): number {
  if (typeof time !== "string") return within(what, () => toTime(time, now));
  const text = time.trim();
  if (CLOCK.test(text)) return nextClock(text, zone, now);
  if (!WALL.test(text)) return within(what, () => toTime(text, now));
  try {
    if (!DAY.test(text) || edge === "first") {
      return Temporal.PlainDateTime.from(text.replace(" ", "T")).toZonedDateTime(zone).epochMilliseconds;
    }
    return Temporal.PlainDate.from(text).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds - 1;
  } catch (cause) {
    throw new UsageError(`${what}: There is no "${text}"`, { cause });
  }
}

function nextClock(text: string, zone: string, now: number): number {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
  const plainTime = Temporal.PlainTime.from(text.padStart(5, "0"));
  const [first, second] = [0, 1].map((days) =>
    today.add({ days }).toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds
  );
  return first! > now ? first! : second!;
}
