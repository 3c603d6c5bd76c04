/** Reads times of the day: `09:00`, `9am`, `5:30 pm`, `noon`, and lists of them. */

import type { Clock } from "./model.ts";
import type { Reader } from "./reader.ts";

const NAMED: Readonly<Record<string, number>> = { midnight: 0, noon: 12, midday: 12 };

const EXPECTED = 'a time of day, such as "09:00" or "5:30 pm",';

/** Whether a time of the day stands next, or what was meant as one. */
export function isClock(reader: Reader): boolean {
  const word = reader.peek();
  if (Object.hasOwn(NAMED, word)) return true;
  return /^\d+(:\d*)+([ap]\.?m\.?)?$|^\d+(:\d+)?[ap]\.?m\.?$|^\d+[.h]\d*$/.test(word) ||
    (/^\d+$/.test(word) && halfOf(reader.peek(1)) !== null);
}

/** Reads a list of times. */
export function readClocks(reader: Reader): Clock[] {
  const first = reader.mark;
  const clocks = [readClock(reader)];
  for (;;) {
    if (reader.takeRange()) throw refuseSpan(reader, first);
    const mark = reader.mark;
    if (!reader.takeSeparator()) return clocks;
    reader.take("at");
    if (!isClock(reader)) {
      reader.back(mark);
      return clocks;
    }
    clocks.push(readClock(reader));
  }
}

/** `9:00-17:00`. */
function refuseSpan(reader: Reader, from: number): Error {
  if (isClock(reader)) readClock(reader);
  return reader.refused(
    from,
    "is a span of time, not a time",
    "Give it as --between 08:00-18:00, with your times",
  );
}

function readClock(reader: Reader): Clock {
  const from = reader.mark;
  const word = reader.peek();
  if (Object.hasOwn(NAMED, word)) {
    reader.skip();
    return { hour: NAMED[word]!, minute: 0, second: 0 };
  }
  const match = /^(\d{1,2})(?::(\d\d))?(?::(\d\d))?([ap]\.?m\.?)?$/.exec(word);
  const half = halfOf(match?.[4] ?? reader.peek(1));
  if (match === null || (match[2] === undefined && half === null)) throw unreadable(reader);
  reader.skip(match[4] === undefined && half !== null ? 2 : 1);
  const [hour, minute, second] = [1, 2, 3].map((part) => Number(match[part] ?? 0)) as [
    number,
    number,
    number,
  ];
  check(reader, from, { hour, minute, second }, half);
  return { hour: half === null ? hour : hour % 12 + half, minute, second };
}

function check(reader: Reader, from: number, { hour, minute, second }: Clock, half: number | null): void {
  if (hour === 24 && minute === 0 && second === 0 && half === null) {
    throw reader.refused(
      from,
      "is the next day's midnight",
      'Write "at 00:00" and name the day that then begins',
    );
  }
  if (half !== null && (hour < 1 || hour > 12)) {
    throw reader.refused(
      from,
      "does not exist: with am and pm, hours go from 1 to 12",
      "Write it like 17:30 or 5:30 pm",
    );
  }
  if (hour > 23) {
    throw reader.refused(from, "does not exist: hours go from 0 to 23", "Write it like 17:30 or 5:30 pm");
  }
  if (minute > 59) {
    throw reader.refused(from, "does not exist: minutes go from 0 to 59", "Write it like 17:30");
  }
  if (second > 59) {
    throw reader.refused(from, "does not exist: seconds go from 0 to 59", "Write it like 17:30:15");
  }
}

function unreadable(reader: Reader): Error {
  const from = reader.mark;
  const [, hours, minutes] = /^(\d\d?)[.h](\d\d)$/.exec(reader.peek()) ?? [];
  if (hours !== undefined) {
    reader.skip();
    return reader.refused(
      from,
      "is not how times are written",
      `Write "${hours.padStart(2, "0")}:${minutes}"`,
    );
  }
  if (!/^\d{1,2}$/.test(reader.peek())) return reader.unexpected(EXPECTED, "time");
  const hour = Number(reader.peek());
  reader.skip();
  if (hour > 23) return reader.refused(from, "is no hour of the day", 'Write it like "09:00" or "5:30 pm"');
  const both = hour < 13 ? `"${String(hour).padStart(2, "0")}:00" or "${hour || 12}am"` : `"${hour}:00"`;
  return reader.refused(from, "alone does not say which time it is", `Write ${both}`);
}

/** What am and pm add to the hour; `null` for another word. */
function halfOf(word: string): number | null {
  const letters = word.replaceAll(".", "");
  return letters === "am" ? 0 : letters === "pm" ? 12 : null;
}
