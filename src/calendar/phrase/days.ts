/** Reads the days of a phrase: `monday to friday`, `first monday and last friday of march`, `quarter end`. */

import { refuseAmbiguous } from "./intervals.ts";
import { isPosition, type Item, readPositions } from "./positions.ts";
import type { Reader } from "./reader.ts";
import { isMonth, readMonths, readScope, type Span, spanOf } from "./scopes.ts";
import { daySetOf, WEEK, weekdayOf, WORKDAYS } from "./words.ts";

/** Days as they were said: by the week or counted, and in which months if that was said with them. */
export type Found =
  & {
    readonly scope: Span | null;
    /** The tokens it was read from, for messages. */
    readonly from: number;
    readonly to: number;
  }
  & (
    | { readonly kind: "weekly"; readonly weekdays: readonly number[] }
    | { readonly kind: "counted"; readonly items: readonly Item[] }
  );

const EXPECTED_DAY = 'a day, such as "monday" or "last day",';
const EXPECTED_EVERY = 'a day or an interval, such as "monday" or "15 minutes",';

/** Takes the words before a day that say nothing; whether one of them was `every`. */
export function takeArticles(reader: Reader): boolean {
  reader.take("on");
  const every = reader.take("every", "each");
  reader.take("the");
  return every;
}

/** Reads days up to a time, an interval or the end of the phrase. */
export function readDays(reader: Reader, every: boolean): Found[] {
  const found = [readGroup(reader, every)];
  for (;;) {
    const mark = reader.mark;
    if (!reader.takeSeparator()) return found;
    const again = takeArticles(reader);
    if (!isDay(reader)) {
      reader.back(mark);
      return found;
    }
    found.push(readGroup(reader, again));
  }
}

/** Whether days stand next. */
export function isDay(reader: Reader): boolean {
  const word = reader.peek();
  return isWeekday(reader) || isPosition(reader) || isMonth(reader) || isEdge(word) ||
    (spanOf(word) !== undefined && isEdge(reader.peek(1)));
}

/** Whether days stand next that months before them may be said of, as in `january on the 1st`. */
export function isDayInMonth(reader: Reader): boolean {
  const mark = reader.mark;
  takeArticles(reader);
  const yes = isPosition(reader) || isWeekday(reader);
  reader.back(mark);
  return yes;
}

function readGroup(reader: Reader, every: boolean): Found {
  const from = reader.mark;
  const months = isMonth(reader) ? readMonths(reader) : null;
  const again = months === null ? every : takeArticles(reader);
  const days = readCore(reader, again, months !== null);
  const scope = months ?? days.scope ?? readScope(reader);
  return { ...days, scope, from, to: reader.mark };
}

type Core =
  & { readonly scope: Span | null }
  & (
    | { readonly kind: "weekly"; readonly weekdays: readonly number[] }
    | { readonly kind: "counted"; readonly items: readonly Item[] }
  );

function readCore(reader: Reader, every: boolean, inMonth: boolean): Core {
  if (isNumberedDay(reader)) {
    reader.skip();
    return { kind: "counted", items: readPositions(reader, true), scope: null };
  }
  if (isWeekday(reader)) return { kind: "weekly", weekdays: readWeekdays(reader), scope: null };
  if (isPosition(reader)) return counted(reader, every, inMonth);
  if (!inMonth) {
    const edge = readEdge(reader);
    if (edge !== null) return edge;
  }
  throw reader.unexpected(every && !inMonth ? EXPECTED_EVERY : EXPECTED_DAY, inMonth ? "date" : "phrase");
}

function counted(reader: Reader, every: boolean, inMonth: boolean): Core {
  const from = reader.mark;
  const items = readPositions(reader, inMonth);
  const [only] = items;
  const vague = every && items.length === 1 && typeof only?.position === "number" && only.position > 1;
  // `every 15th` names a day of the month; `every second friday` may be every other one.
  if (vague && reader.mark - from > 1) {
    const named = reader.peek() === "of" || /^(each|every|a|per)$/.test(reader.peek());
    if (only.noun === "day" || !named) {
      throw refuseAmbiguous(reader, from - 1, only.position as number, reader.peek(-1));
    }
  }
  return { kind: "counted", items, scope: null };
}

/** `quarter end`, `start of the year`. */
function readEdge(reader: Reader): Core | null {
  const span = spanOf(reader.peek());
  const edge = reader.peek(span === undefined ? 0 : 1);
  if (!isEdge(edge)) return null;
  reader.skip(span === undefined ? 1 : 2);
  const item: Item = { position: edge === "end" ? "last" : 1, noun: "day" };
  if (span !== undefined) return { kind: "counted", items: [item], scope: span };
  const scope = readScope(reader);
  if (scope === null) throw reader.unexpected('"of the month", "of the quarter" or "of the year"');
  return { kind: "counted", items: [item], scope };
}

function isEdge(word: string): boolean {
  return word === "start" || word === "beginning" || word === "end";
}

/** `day 15`. */
function isNumberedDay(reader: Reader): boolean {
  if (!/^days?$/.test(reader.peek())) return false;
  return /^\d+$/.test(reader.peek(1)) && !/^[ap]\.?m\.?$/.test(reader.peek(2));
}

function isWeekday(reader: Reader): boolean {
  const word = reader.peek();
  if (/^(working|business|work)$/.test(word)) return /^days?$/.test(reader.peek(1));
  return weekdayOf(word) !== undefined || daySetOf(word) !== undefined || /^(days?|daily)$/.test(word);
}

/** Reads days of the week: a list whose parts may be ranges, or `weekdays` and `weekends`. */
function readWeekdays(reader: Reader): number[] {
  const days = new Set<number>();
  for (;;) {
    for (const day of readSome(reader)) days.add(day);
    const mark = reader.mark;
    const more = reader.takeSeparator();
    if (more) takeArticles(reader);
    if (!more || !isWeekday(reader) || isNumberedDay(reader)) {
      reader.back(mark);
      return WEEK.filter((day) => days.has(day));
    }
  }
}

function readSome(reader: Reader): readonly number[] {
  const word = reader.peek();
  const set = daySetOf(word);
  const first = weekdayOf(word);
  reader.skip(/^(working|business|work)$/.test(word) ? 2 : 1);
  if (set !== undefined) return set;
  if (first === undefined) return /^(days?|daily)$/.test(word) ? WEEK : WORKDAYS;
  if (!reader.takeRange()) return [first];
  const last = weekdayOf(reader.peek());
  if (last === undefined) throw reader.unexpected("a day of the week");
  reader.skip();
  return Array.from({ length: (last - first + 7) % 7 + 1 }, (_, index) => (first + index) % 7);
}
