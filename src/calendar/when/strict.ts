/** What is refused in a time that people typed, and how that is said. */

import { UsageError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import { LONGEST, monthOf, MONTHS, ordinalOf, weekdayOf, WEEKDAYS } from "../phrase/words.ts";

const HINT =
  'Write it like "tomorrow 9:00", "monday 10:00", "24 dec 18:00", "in 2 hours" or 2026-12-24T18:00';

// deno-fmt-ignore
const KNOWN: readonly string[] = [
  "today", "tomorrow", "tonight", "yesterday", "now", "noon", "midday", "midnight", "at", "on", "in", "of", "next", "this",
  "last", "am", "pm", "ago", "from", "hour", "hours", "minute", "minutes", "second", "seconds", "day", "days", "week",
  "weeks", "month", "months", "year", "years", ...WEEKDAYS, ...MONTHS,
];

/** @throws {UsageError} For words that the library takes for more, or for other things, than they say */
export function checkWords(text: string): void {
  const [dated, first, second, year] =
    /(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d+))?\b(?!:)(?!\s*[ap]m)/i.exec(text) ?? [];
  if (dated !== undefined && (dated.includes("/") || year !== undefined)) {
    checkDate(text, Number(first), Number(second), year);
  }
  const [vague] =
    /\b(next|this|last|past)\s+(second|minute|hour|day|week|month|quarter|year)s?\b/i.exec(text) ?? [];
  const named = words(text).some(({ word }) => weekdayOf(word.toLowerCase()) !== undefined);
  if (vague !== undefined && !named) throw refused(text, "names no day", HINT, vague);
  const [counted] = /\bday (after tomorrow|before yesterday)\b/i.exec(text) ?? [];
  if (counted !== undefined) throw refused(text, "is not understood", 'Write "in 2 days at 9:00"', counted);
  const [weekend] = /\bweekend\b/i.exec(text) ?? [];
  if (weekend !== undefined) throw refused(text, "names no day", 'Write "saturday 9:00"', weekend);
}

/** `5/6/2026` is a day in May or in June. */
function checkDate(text: string, first: number, second: number, year: string | undefined): void {
  const two = (n: number): string => String(n).padStart(2, "0");
  const full = year === undefined ? "2026" : year;
  if (full.length !== 4) {
    throw refused(text, "does not say clearly which date it is", "Write it like 2026-12-24");
  }
  if (first > 12 || second > 12 || first === second) return;
  const both = `${full}-${two(second)}-${two(first)} or ${full}-${two(first)}-${two(second)}`;
  throw refused(text, "can mean two dates", `Write ${both}`);
}

/** The error for a text, or for some words of it, that is understood and still no time. */
export function refused(text: string, why: string, hint: string, words = text): UsageError {
  return new UsageError(`Time "${text}"${words === text ? "" : `: "${words}"`} ${why}`, { hint });
}

/** The error for a text that lacks something. */
export function incomplete(text: string, what: string, example: string): UsageError {
  return refused(text, `does not say ${what}`, `Write it like "${example}"`);
}

export function wrongDay(text: string, day: number): UsageError {
  const date = new Date(day);
  const name = WEEKDAYS[date.getUTCDay()]!;
  return refused(
    text,
    `names another day of the week: ${date.toISOString().slice(0, 10)} is a ${name[0]!.toUpperCase()}${
      name.slice(1)
    }`,
    "Leave the day of the week out, or name the year",
  );
}

/** The error for a text of which only the part from `begin` to `end` was understood. */
export function leftOut(text: string, begin: number, end: number): UsageError {
  const places = words(text).filter(({ at, word }) => at + word.length <= begin || at >= end);
  // `at` is rarely what is wrong.
  const [first] = places.filter(({ word }) => !/^(at|on|@|,)$/i.test(word));
  return first === undefined ? notUnderstood(text) : notUnderstood(text, first.word);
}

/** The error for a text without a time, naming the word that seems to be wrong. */
export function notUnderstood(text: string, wrong = unknownWord(text)): UsageError {
  const none = missingDate(text);
  if (none !== null) return none;
  if (wrong === undefined) return refused(text, "is not understood", HINT);
  if (isKnown(wrong)) return refused(text, "does not fit the rest", HINT, wrong);
  return refused(text, "is not understood", didYouMean(wrong, KNOWN) ?? HINT, wrong);
}

function unknownWord(text: string): string | undefined {
  return words(text).map(({ word }) => word).find((word) => /^[^\d]/.test(word) && !isKnown(word));
}

function isKnown(word: string): boolean {
  const small = word.toLowerCase();
  return KNOWN.includes(small) || monthOf(small) !== undefined || weekdayOf(small) !== undefined;
}

/** The error for `31 april`; `null` where no such date is named. */
function missingDate(text: string): UsageError | null {
  const all = words(text);
  for (const [index, { word }] of all.entries()) {
    const month = monthOf(word.toLowerCase());
    if (month === undefined) continue;
    for (const beside of [all[index - 1]?.word, all[index + 1]?.word]) {
      const day = /^\d{1,2}$/.test(beside ?? "") ? Number(beside) : ordinalOf(beside ?? "") ?? 0;
      if (day === 29 && month === 2) {
        return refused(
          text,
          "does not exist in that year",
          "Name a leap year, as in 29 feb 2028 9:00",
          `${beside}`,
        );
      }
      if (day <= LONGEST[month - 1]!) continue;
      const name = `${MONTHS[month - 1]![0]!.toUpperCase()}${MONTHS[month - 1]!.slice(1)}`;
      return refused(
        text,
        `does not exist: ${name} has ${LONGEST[month - 1]} days at most`,
        "Look at its day",
        `${beside}`,
      );
    }
  }
  return null;
}

function words(text: string): { readonly word: string; readonly at: number }[] {
  return [...text.matchAll(/[^\s,]+/g)].map((match) => ({ word: match[0], at: match.index }));
}
