/** Reads `every 15 minutes`, `hourly`, `every 2 hours at :15`. What no cron pattern can say is refused with the way out. */

import { BOUNDS } from "../../core/bounds.ts";
import { parseDuration, writeDuration } from "../../core/duration.ts";
import { isClock } from "./clocks.ts";
import type { Interval } from "./model.ts";
import type { Reader } from "./reader.ts";
import { monthOf, numberOf, ordinalOf, type Unit, unitOf, weekdayOf, writeOrdinal } from "./words.ts";

const UNIT_MS = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
} as const;

/** How many of a unit make the next larger one. */
const PER = { second: 60, minute: 60, hour: 24 } as const;

/** Where patterns begin to count again. */
const ANEW = { second: "minute", minute: "hour", hour: "day", day: "month", week: "month" } as const;

const LARGER = { second: "minute", minute: "hour" } as const;

/** Reads an interval after `every`; `null` when something else stands there. */
export function readInterval(reader: Reader): Interval | null {
  const from = reader.mark - 1;
  refuseOther(reader, from);
  refuseFraction(reader, from);
  if (reader.take("half")) {
    reader.take("an", "a");
    if (!reader.take("hour")) throw reader.unexpected('"hour"', "interval");
    return { unit: "minute", each: 30, minutes: [0] };
  }
  if (reader.peek() === "quarter" && reader.peek(1) === "hour") {
    reader.skip(2);
    return { unit: "minute", each: 15, minutes: [0] };
  }
  const count = numberOf(reader.peek());
  const unit = unitOf(reader.peek(count === undefined ? 0 : 1));
  if (count === undefined) {
    // `second` is a unit only where nothing follows that it could count.
    if (unit !== "hour" && unit !== "minute" && unit !== "second") return null;
    if (unit === "second" && !/^(|on|in|at|,|and)$/.test(reader.peek(1))) return null;
    reader.skip();
    return { unit, each: 1, minutes: [0] };
  }
  if (unit === undefined) {
    const next = reader.peek(1);
    if (/^([,&;-]|and|of)$/.test(next) || monthOf(next) !== undefined || isClock(reader)) return null;
    reader.skip(weekdayOf(next) === undefined ? 1 : 2);
    throw weekdayOf(next) === undefined
      ? reader.unexpected('"minutes" or "hours"', "interval")
      : refuse(reader, from, count, "week");
  }
  reader.skip(2);
  return interval(reader, from, count, unit);
}

/** Reads what follows `at` behind an interval: at which minutes of the hour, as `:15 and :45` or `minute 15`. */
export function readMinutes(reader: Reader, interval: Interval): Interval {
  const from = reader.mark;
  const minutes = [readMinute(reader)];
  for (;;) {
    const mark = reader.mark;
    if (!reader.takeSeparator()) break;
    reader.take("at");
    if (!reader.peek().startsWith(":")) {
      reader.back(mark);
      break;
    }
    minutes.push(readMinute(reader));
  }
  if (interval.unit !== "hour") {
    throw reader.refused(
      from,
      `cannot be said of an interval of ${interval.unit}s`,
      'Write "every hour at :15"',
    );
  }
  return { ...interval, minutes: [...new Set(minutes)].sort((a, b) => a - b) };
}

function readMinute(reader: Reader): number {
  const from = reader.mark;
  const digits = reader.take("minute") ? /^(\d{1,2})$/ : /^:(\d\d)$/;
  const match = digits.exec(reader.peek());
  if (match === null) throw reader.unexpected('a minute of each hour, such as ":15",', "hour");
  reader.skip();
  if (Number(match[1]) <= 59) return Number(match[1]);
  throw reader.refused(from, "does not exist: minutes go from 0 to 59", 'Write it like "every hour at :15"');
}

/** An interval that comes out the same in every hour or day; others would not be what they say. */
function interval(reader: Reader, from: number, count: number, unit: Unit): Interval {
  if (unit !== "second" && unit !== "minute" && unit !== "hour") throw refuse(reader, from, count, unit);
  if (count === 0) throw reader.refused(from, "is no interval", 'Write it like "every 15 minutes"');
  if (unit !== "hour" && count % PER[unit] === 0) {
    return interval(reader, from, count / PER[unit], LARGER[unit]);
  }
  if (PER[unit] % count !== 0 || count === PER[unit]) throw refuse(reader, from, count, unit);
  return { unit, each: count, minutes: [0] };
}

/** `every 2h30m`, `every 1.5 hours`. */
function refuseFraction(reader: Reader, from: number): void {
  const word = reader.peek();
  const unit = /^\d+\.\d+$/.test(word) ? unitOf(reader.peek(1)) : undefined;
  const length = unit === undefined ? undefined : (UNIT_MS as Partial<Record<Unit, number>>)[unit];
  if (length === undefined && !/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(word)) return;
  const ms = length === undefined ? durationOf(word) : Math.round(Number(word) * length);
  reader.skip(length === undefined ? 1 : 2);
  const option = ms >= UNIT_MS.second && ms <= BOUNDS.durationMs ? writeDuration(ms) : "2h30m";
  throw reader.refused(from, "cannot be said by a phrase", `Give it as --every ${option}`);
}

/** Infinity for one that is too long. */
function durationOf(word: string): number {
  try {
    return parseDuration(word);
  } catch {
    return Infinity;
  }
}

/** `every other friday`, `every second week`. */
function refuseOther(reader: Reader, from: number): void {
  const other = reader.peek() === "other";
  const count = other ? 2 : ordinalOf(reader.peek());
  const unit = unitOf(reader.peek(1));
  if (count === undefined || count < 2) return;
  if (unit !== undefined && (unit !== "day" || other)) {
    reader.skip(2);
    throw refuse(reader, from, count, unit);
  }
  if (!other) return;
  reader.skip(reader.peek(1) === "" ? 1 : 2);
  throw refuse(reader, from, 2, weekdayOf(reader.peek(-1)) === undefined ? "day" : "week");
}

/** The error for an interval that no cron pattern can say, with the option that can. */
function refuse(reader: Reader, from: number, count: number, unit: Unit): Error {
  if (unit === "month" || unit === "quarter" || unit === "year") {
    if (count === 1) return reader.refused(from, "does not name a day", `Write "every ${unit} on the 1st"`);
    const hint = unit === "month" && count === 3
      ? 'Write "every quarter on the 1st"'
      : unit === "year"
      ? 'Write "every year on the 1st", and let what it runs look at the year'
      : 'Name the months, such as "1st of january and july"';
    return reader.refused(from, `does not say in which ${unit}s`, hint);
  }
  if (count === 1 || (count === 24 && unit === "hour")) {
    const day = unit === "week" ? "monday" : "day";
    return reader.refused(from, "does not name a time", `Write "every ${day} at 09:00"`);
  }
  return reader.refused(
    from,
    `cannot be said by a phrase, whose times begin anew with each ${ANEW[unit]}`,
    `Give it as ${everyOption(count, unit)}`,
  );
}

/** `--every 2w --from 2026-01-05T09:00`: where days are counted, the first time is what people have in mind. */
function everyOption(count: number, unit: keyof typeof ANEW): string {
  if (unit !== "day" && unit !== "week") return `--every ${writeDuration(count * UNIT_MS[unit])}`;
  return `--every ${count}${unit[0]} --from 2026-01-05T09:00, with your first time`;
}

/** The error for `every second friday`, which people use for two things. */
export function refuseAmbiguous(reader: Reader, from: number, count: number, noun: string): Error {
  const day = unitOf(noun) === "day";
  const every = everyOption(count, day ? "day" : "week");
  const position = day
    ? `"${writeOrdinal(count)} of the month"`
    : `"${writeOrdinal(count)} ${noun} of the month"`;
  return reader.refused(from, "can mean two things", `Write ${position}, or give ${every}`);
}
