/**
 * Reads times in words, by the library chrono-node. Imported late: see `parts.ts`.
 *
 * The library takes out of a text what it understands, and fills in the rest by guessing. Here it serves as a reader only:
 * words that it left out, and whatever it would guess, are refused.
 */

import { casual } from "chrono-node";
import { Reading } from "./reading.ts";
import { checkWords, incomplete, leftOut, notUnderstood, refused, wrongDay } from "./strict.ts";
import {
  DAY_MS,
  dayEdge,
  type Edge,
  instantOf,
  type Moment,
  nearest,
  type Present,
  today,
  type Toward,
} from "./wall.ts";

/**
 * @param edge Which end of the day a day alone means; `undefined`: it is refused
 * @throws {UsageError} Naming the words
 */
export function readTyped(text: string, present: Present, toward: Toward, edge: Edge | undefined): Moment {
  checkWords(text);
  const reading = read(text, present);
  if (reading.elapsed) return { at: present.now + elapsedMs(reading, present), note: null };
  // Of another zone it might be another day, and `EST` is not the same everywhere.
  if (reading.zoned) {
    throw refused(text, "names a zone", "Write it with its offset, such as 2026-12-24T18:00+01:00");
  }
  if (reading.dayless) throw incomplete(text, "a day", "24 dec 18:00");
  const clock = clockOf(reading, present);
  if (clock === null && edge === undefined) throw incomplete(text, "a time of day", `${text} 09:00`);
  const momentOf = (day: number): Moment =>
    clock === null ? dayEdge(day, present.zone, edge!) : instantOf(day + clock, present.zone);
  return momentOn(reading, momentOf, present, toward);
}

/** What the library makes of the whole text. */
function read(text: string, present: Present): Reading {
  // As if in UTC: what it does in zones depends on the one of the machine.
  const reference = { instant: new Date(present.zone.wallAt(present.now)), timezone: 0 };
  const whole = (words: string): Reading | null => {
    const [result] = casual.parse(words, reference);
    return result?.text.length === words.length ? new Reading(words, result) : null;
  };
  // `2 hours` and `at noon` are no times to it.
  const reading = whole(text) ?? whole(text.replace(/^(at|on) /i, "")) ?? whole(`in ${text}`);
  if (reading === null) {
    const [part] = casual.parse(text, reference);
    throw part === undefined ? notUnderstood(text) : leftOut(text, part.index, part.index + part.text.length);
  }
  if (reading.isSpan) throw refused(text, "is a span of time", 'Write one time, such as "tomorrow 9:00"');
  return reading;
}

function elapsedMs(reading: Reading, present: Present): number {
  const wall = present.zone.wallAt(present.now);
  return reading.day + reading.clock - Math.floor(wall / 1_000) * 1_000;
}

/** Milliseconds of the day; `null` when no time of day was said. */
function clockOf(reading: Reading, { now }: Present): number | null {
  const { text } = reading;
  if (reading.said("hour") === undefined) {
    // `in 2 days` is at this time of the day, of which the library drops the milliseconds.
    if (reading.counted) return reading.clock + now % 1_000;
    return /^tonight$/i.test(text) ? reading.clock : null;
  }
  const midnight = reading.tagged("midnight");
  if (midnight && (reading.said("day") ?? reading.said("weekday")) !== undefined) {
    throw refused(text, "can be the beginning or the end of that day", 'Write 00:00, as in "tomorrow 00:00"');
  }
  if (midnight || reading.tagged("noon") || /\d[:.]\d\d|\d\s*[ap]\.?m\b/i.test(text)) return reading.clock;
  throw refused(text, "does not say which time of the day it is", 'Write it like "9:00" or "9pm"');
}

/** The moment on the day that was said; of days that come again and again on the nearest. */
function momentOn(
  reading: Reading,
  momentOf: (day: number) => Moment,
  present: Present,
  toward: Toward,
): Moment {
  const near = (dayAt: (step: number) => number | null): Moment => nearest(dayAt, momentOf, present, toward);
  const begin = today(present);
  const weekday = reading.said("weekday");
  if (reading.counted) return momentOf(reading.day);
  if (reading.said("month") !== undefined) {
    const year = new Date(begin).getUTCFullYear();
    const moment = reading.said("year") === undefined
      ? near((step) => reading.dayIn(year + step))
      : momentOf(reading.day);
    checkWeekday(reading.text, weekday, present.zone.wallAt(moment.at));
    return moment;
  }
  if (weekday === undefined) return near((step) => begin + step * DAY_MS);
  // `this`, `next` and `last` say which one.
  if (/\b(this|next|last|past)\b/i.test(reading.text)) return momentOf(reading.day);
  const ahead = (weekday - new Date(begin).getUTCDay() + 7) % 7;
  return near((step) => begin + (ahead + 7 * step) * DAY_MS);
}

function checkWeekday(text: string, weekday: number | undefined, wall: number): void {
  if (weekday !== undefined && new Date(wall).getUTCDay() !== weekday) throw wrongDay(text, wall);
}
