/** Reads which months a phrase speaks of: `of the month`, `each quarter`, `in january and july`. */

import type { Scope } from "./model.ts";
import type { Reader } from "./reader.ts";
import { monthOf, numberOf, ordinalOf, unitOf } from "./words.ts";

/** What days may be counted in; nothing is counted in weeks, but people write `every week on monday`. */
export type Span = Scope | "week";

/** The month, quarter, year or week that a word names; `undefined` for another word. */
export function spanOf(word: string): "month" | "quarter" | "year" | "week" | undefined {
  const unit = unitOf(word);
  return unit === "month" || unit === "quarter" || unit === "year" || unit === "week" ? unit : undefined;
}

export function isMonth(reader: Reader, ahead = 0): boolean {
  return monthOf(reader.peek(ahead)) !== undefined;
}

/** Reads names of months: a list whose parts may be ranges. */
export function readMonths(reader: Reader): number[] {
  const months = new Set<number>();
  for (;;) {
    for (const month of readRange(reader)) months.add(month);
    const mark = reader.mark;
    reader.takeSeparator();
    // In `25 december and january 1`, the second month begins another date.
    const date = numberOf(reader.peek(1)) !== undefined || ordinalOf(reader.peek(1)) !== undefined;
    if (isMonth(reader) && !date && reader.mark > mark) continue;
    reader.back(mark);
    return [...months].sort((a, b) => a - b);
  }
}

function readRange(reader: Reader): number[] {
  const first = monthOf(reader.peek())!;
  reader.skip();
  if (!reader.takeRange()) return [first];
  const last = monthOf(reader.peek());
  if (last === undefined) throw reader.unexpected("a month", "date");
  reader.skip();
  return Array.from({ length: (last - first + 12) % 12 + 1 }, (_, index) => (first - 1 + index) % 12 + 1);
}

/** Reads `of the month`, `each quarter`, `in march` or, after a number, `march`; `null` when something else stands there. */
export function readScope(reader: Reader): Span | null {
  const mark = reader.mark;
  const of = reader.take("of", "in", "during");
  const each = reader.take("the", "each", "every", "a", "per");
  if (isMonth(reader) && (of || !each)) return readMonths(reader);
  const span = spanOf(reader.peek());
  if (span !== undefined && (of || each)) {
    reader.skip();
    return span;
  }
  if (of) throw reader.unexpected('"the month", "the quarter", "the year" or a month', "date");
  reader.back(mark);
  return null;
}
