/** Reads days that are counted: `1st and 15th`, `second and fourth tuesday`, `first monday and last friday`. */

import { isClock } from "./clocks.ts";
import type { Position } from "./model.ts";
import type { Reader } from "./reader.ts";
import { isMonth } from "./scopes.ts";
import { numberOf, ordinalOf, unitOf, weekdayOf } from "./words.ts";

/** What is counted: a day of the week by its number, any day, or Mondays to Fridays. */
export type Noun = number | "day" | "working day";

/** `second tuesday`, `last day`. */
export interface Item {
  readonly position: Position;
  readonly noun: Noun;
}

/** Whether a counted day stands next. */
export function isPosition(reader: Reader, ahead = 0): boolean {
  const word = reader.peek(ahead);
  if (word === "last" || ordinalOf(word) !== undefined) return true;
  return ahead === 0 && numberOf(word) !== undefined && !isClock(reader);
}

/** Reads counted days up to where their months may be said. */
export function readPositions(reader: Reader, inMonth: boolean): Item[] {
  const items: Item[] = [];
  for (;;) {
    const from = reader.mark;
    const positions = readList(reader);
    const nouns = readNouns(reader);
    if (nouns.length === 0) checkBare(reader, from, positions, inMonth);
    for (const noun of nouns.length === 0 ? ["day"] as const : nouns) {
      for (const { position } of positions) items.push({ position, noun });
    }
    const mark = reader.mark;
    if (!reader.takeSeparator()) return items;
    reader.take("on");
    reader.take("the");
    if (!isPosition(reader) || nouns.length === 0) {
      reader.back(mark);
      return items;
    }
  }
}

interface Counted {
  readonly position: Position;
  /** `15` where `15th` is meant. */
  readonly bare: boolean;
}

function readList(reader: Reader): Counted[] {
  const found: Counted[] = [];
  for (;;) {
    const from = reader.mark;
    for (const one of readRange(reader)) {
      if (found.some(({ position }) => position === one.position)) {
        throw reader.refused(
          from,
          "is said twice",
          'Write it like "first day and first monday of the month"',
        );
      }
      found.push(one);
    }
    const mark = reader.mark;
    if (!reader.takeSeparator()) return found;
    reader.take("the");
    if (isPosition(reader)) continue;
    reader.back(mark);
    return found;
  }
}

function readRange(reader: Reader): Counted[] {
  const from = reader.mark;
  const first = readOne(reader);
  if (typeof first.position !== "number" || !reader.takeRange()) return [first];
  reader.take("the");
  if (!isPosition(reader)) throw reader.unexpected('a day, such as "15th",', "date");
  const last = readOne(reader);
  if (typeof last.position !== "number" || last.position < first.position || last.position > 31) {
    throw reader.refused(from, "is no range of days", 'Write it like "1st to 5th of the month"');
  }
  const count = last.position - first.position + 1;
  return Array.from(
    { length: count },
    (_, index) => ({ position: first.position as number + index, bare: last.bare }),
  );
}

function readOne(reader: Reader): Counted {
  const word = reader.peek();
  const ordinal = word === "last" ? word : ordinalOf(word);
  reader.skip();
  return ordinal === undefined
    ? { position: numberOf(word)!, bare: true }
    : { position: ordinal, bare: false };
}

function readNouns(reader: Reader): Noun[] {
  const nouns: Noun[] = [];
  for (;;) {
    const mark = reader.mark;
    if (nouns.length > 0 && !reader.takeSeparator()) return nouns;
    const noun = readNoun(reader);
    if (noun === undefined) {
      reader.back(mark);
      return nouns;
    }
    if (!nouns.includes(noun)) nouns.push(noun);
  }
}

function readNoun(reader: Reader): Noun | undefined {
  const weekday = weekdayOf(reader.peek());
  if (weekday !== undefined) {
    reader.skip();
    return weekday;
  }
  if (reader.take("weekday", "weekdays", "workday", "workdays")) return "working day";
  if (reader.take("working", "business", "work")) {
    if (!reader.take("day", "days")) throw reader.unexpected('"day"');
    return "working day";
  }
  return reader.take("day", "days") ? "day" : undefined;
}

/** Without a noun, `15th` is a day of the month; `15` is one beside the name of a month, and `last` is none. */
function checkBare(reader: Reader, from: number, positions: readonly Counted[], inMonth: boolean): void {
  if (positions.some(({ position }) => position === "last")) {
    throw reader.unexpected('"day" or a day of the week');
  }
  if (inMonth || !positions.some(({ bare }) => bare)) return;
  if (isMonth(reader) || (reader.peek() === "of" && isMonth(reader, 1))) return;
  const only = positions[0]!.position;
  if (unitOf(reader.peek()) !== undefined) {
    reader.skip();
    throw reader.refused(
      from,
      'is neither a day nor, without "every", an interval',
      `Write "every ${only} minutes"`,
    );
  }
  throw reader.refused(from, "alone is neither a day nor a time", 'Write it like "15th" or "09:00"');
}
