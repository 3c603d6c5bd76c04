/** Reads one phrase: days, times of the day or an interval, and months, in any order, each once. */

import { isClock, readClocks } from "./clocks.ts";
import { type Found, isDay, isDayInMonth, readDays, takeArticles } from "./days.ts";
import { elsewhere } from "./elsewhere.ts";
import { readInterval, readMinutes } from "./intervals.ts";
import type { Clock, Interval, Recurrence } from "./model.ts";
import type { Reader } from "./reader.ts";
import { type Period, resolve } from "./resolve.ts";
import { isMonth, readMonths, readScope, type Span, spanOf } from "./scopes.ts";
import { WEEK } from "./words.ts";

const ADVERBS: Readonly<Record<string, Span>> = {
  ...{ weekly: "week", monthly: "month", quarterly: "quarter", yearly: "year", annually: "year" },
};

/** What was read so far. */
interface Parts {
  days: Found[] | null;
  clocks: Clock[] | null;
  interval: Interval | null;
  period: Period | null;
}

/** @throws {UsageError} Naming the word that is not understood */
export function readSentence(reader: Reader): Recurrence {
  const parts: Parts = { days: null, clocks: null, interval: null, period: null };
  do {
    if (reader.mark > 0) takeJoint(reader);
    refuseElsewhere(reader);
    readPart(reader, parts);
  } while (!reader.done);
  const when = parts.interval ?? parts.clocks ?? [{ hour: 0, minute: 0, second: 0 }];
  return { days: resolve(reader, parts.days ?? impliedDays(reader, parts), parts.period), when };
}

/** Takes a comma between two parts. What follows `and` here would be a phrase of its own. */
function takeJoint(reader: Reader): void {
  const from = reader.mark;
  reader.take(",");
  if (!reader.take("and", "&")) return;
  takeArticles(reader);
  if (!isDay(reader)) throw reader.unexpected('a day or a time, such as "monday" or "09:00",');
  reader.skip();
  throw reader.refused(from, "would begin another phrase", 'Join phrases with ";"');
}

function readPart(reader: Reader, parts: Parts): void {
  const from = reader.mark;
  if (isClock(reader) || isTimeNext(reader)) return readTimes(reader, parts);
  reader.take("at");
  const scope = /^(of|in|during)$/.test(reader.peek()) ? readScope(reader) : null;
  if (scope !== null) return setPeriod(reader, parts, scope, from);
  const every = takeArticles(reader);
  const interval = reader.take("hourly")
    ? { unit: "hour", each: 1, minutes: [0] } as const
    : every
    ? readInterval(reader)
    : null;
  if (interval !== null) {
    once(reader, from, parts.interval ?? parts.clocks, "how often");
    parts.interval = interval;
    return;
  }
  const span = readPeriod(reader, every);
  if (span !== null) return setPeriod(reader, parts, span, from);
  const days = readDays(reader, every);
  const [before] = parts.days ?? [];
  if (before?.kind === "weekly" && before.to === from && days[0]?.kind === "counted") {
    throw reader.refused(
      before.from,
      "names days twice over",
      'Give days that are both as --cron "0 9 13 * +FRI"',
    );
  }
  once(reader, from, parts.days, "days");
  parts.days = days;
}

/** Whether `at` stands next, and not as in `at the end of the month`. */
function isTimeNext(reader: Reader): boolean {
  if (reader.peek() !== "at") return false;
  const word = reader.peek(/^(the|each|every)$/.test(reader.peek(1)) ? 2 : 1);
  return !/^(start|beginning|end)$/.test(word) && spanOf(word) === undefined;
}

function readTimes(reader: Reader, parts: Parts): void {
  const from = reader.mark;
  reader.take("at");
  const minutes = reader.peek().startsWith(":") || reader.peek() === "minute";
  if (parts.interval !== null) {
    if (isClock(reader) && !minutes) {
      readClocks(reader);
      throw reader.refused(
        from,
        "names times of the day beside an interval",
        'Write "every day at 06:00 and 18:00", or "every hour at :15"',
      );
    }
    parts.interval = readMinutes(reader, parts.interval);
    return;
  }
  if (minutes) {
    reader.skip();
    throw reader.refused(
      from,
      "does not say of which hour",
      'Write "every hour at :15" or "every day at 09:15"',
    );
  }
  const clocks = readClocks(reader);
  once(reader, from, parts.clocks, "times of the day");
  const order = (a: Clock, b: Clock): number => seconds(a) - seconds(b);
  parts.clocks = [...new Map(clocks.map((clock) => [seconds(clock), clock])).values()].sort(order);
}

function seconds({ hour, minute, second }: Clock): number {
  return (hour * 60 + minute) * 60 + second;
}

/** `monthly`, `every quarter`, `every january` where no day of it follows. */
function readPeriod(reader: Reader, every: boolean): Span | null {
  const word = reader.peek();
  if (Object.hasOwn(ADVERBS, word)) {
    reader.skip();
    return ADVERBS[word]!;
  }
  const span = spanOf(word);
  if (span !== undefined && every && !/^(start|beginning|end)$/.test(reader.peek(1))) {
    reader.skip();
    return span;
  }
  if (!isMonth(reader) || !every) return null;
  const mark = reader.mark;
  const months = readMonths(reader);
  if (!isDayInMonth(reader)) return months;
  reader.back(mark);
  return null;
}

function setPeriod(reader: Reader, parts: Parts, span: Span, from: number): void {
  const before = parts.period;
  const both = before?.span === "year" && typeof span !== "string";
  if (!both) once(reader, from, before, "months");
  parts.period = { span, from, to: reader.mark };
}

/** The days of a phrase that names none. */
function impliedDays(reader: Reader, { interval, period }: Parts): Found[] {
  const at = { from: period?.from ?? 0, to: period?.to ?? 0 };
  const every: Found = { kind: "weekly", weekdays: WEEK, scope: null, ...at };
  const span = period?.span ?? null;
  if (span === null || (interval !== null && typeof span !== "string")) return [every];
  if (span === "week" || interval !== null) {
    throw reader.refused(at.from, "does not say on which day", 'Write it like "every week on monday"', at.to);
  }
  if (typeof span !== "string") {
    throw reader.refused(
      at.from,
      "does not say on which day",
      'Write it like "every january on the 1st"',
      at.to,
    );
  }
  return [{ kind: "counted", items: [{ position: 1, noun: "day" }], scope: null, ...at }];
}

function once(reader: Reader, from: number, before: unknown, what: string): void {
  if (before === null) return;
  const hint = what === "days" ? 'Join days with "and", and phrases with ";"' : 'Join two phrases with ";"';
  throw reader.refused(from, `says ${what} a second time`, hint);
}

function refuseElsewhere(reader: Reader): void {
  const from = reader.mark;
  const hint = elsewhere(reader.tokens[from]?.raw ?? "", reader.peek(1));
  if (hint !== undefined) throw reader.refused(from, "is no part of a phrase", hint, from + 1);
}
