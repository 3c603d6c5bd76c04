/** Points in time as the options of a schedule say them: read on the clock of its zone. */

import { resolveTime } from "../../calendar/when.ts";
import { within, withinLater } from "../../core/within.ts";
import { toTime } from "../job_input.ts";
import type { TimeInput } from "./options.ts";

/** How a time is read. */
export interface MomentReading {
  readonly zone: string;
  readonly now: number;
  /** Which end of the day a date alone means. */
  readonly edge: "first" | "last";
  /** Where `22:00` is looked for; default `future`. */
  readonly toward?: "future" | "past";
}

/** Whether a time is a date alone: it means the whole day. */
export function isDay(time: TimeInput): boolean {
  return typeof time === "string" && /^\d{4}-\d\d-\d\d$/.test(time.trim());
}

/**
 * Milliseconds since the epoch. Texts may name the past; they are read as the command line reads them, in `zone`.
 *
 * @throws {UsageError} Naming the option and its value
 */
export async function toMoment(what: string, time: TimeInput, reading: MomentReading): Promise<number> {
  if (typeof time !== "string") return within(what, () => toTime(time, reading.now));
  return await withinLater(what, async () => (await resolveTime(time, { ...reading, allowPast: true })).at);
}
