/** The words of phrases. Days of the week are numbered as cron does: 0 is Sunday; months from 1. */

export const WEEKDAYS = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;

/** How days of the week are ordered in what people read: Monday first. */
export const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;

export const WORKDAYS = [1, 2, 3, 4, 5] as const;

const WEEKEND = [6, 0] as const;

// deno-fmt-ignore
export const MONTHS = [
  "january", "february", "march", "april", "may", "june",
  "july", "august", "september", "october", "november", "december",
] as const;

/** Days that a month can have, January first. */
export const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

// deno-fmt-ignore
const ORDINAL_WORDS = [
  "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
  "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
];

const NUMBER_WORDS: Readonly<Record<string, number>> = {
  ...{ one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, eight: 8, ten: 10, twelve: 12, fifteen: 15 },
  ...{ twenty: 20, thirty: 30 },
};

/** Words for spans of time, each by the name it is known by. */
const UNITS: Readonly<Record<string, Unit>> = {
  ...{ s: "second", m: "minute", h: "hour", hr: "hour", d: "day", w: "week" },
  ...{
    second: "second",
    sec: "second",
    minute: "minute",
    min: "minute",
    hour: "hour",
    day: "day",
    week: "week",
  },
  ...{ month: "month", quarter: "quarter", year: "year" },
};

export type Unit = "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";

/** What a list of days of the week may hold, besides their names. */
const DAY_SETS: Readonly<Record<string, readonly number[]>> = {
  weekday: WORKDAYS,
  weekdays: WORKDAYS,
  workday: WORKDAYS,
  workdays: WORKDAYS,
  weekend: WEEKEND,
  weekends: WEEKEND,
};

const SHORT_DAYS = ["sun", "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat"];

/** Number of a day of the week; `undefined` for another word. */
export function weekdayOf(word: string): number | undefined {
  const one = word.endsWith("days") ? word.slice(0, -1) : word;
  const at = SHORT_DAYS.includes(one)
    ? WEEKDAYS.findIndex((name) => name.startsWith(one))
    : WEEKDAYS.findIndex((name) => name === one);
  return at < 0 ? undefined : at;
}

/** Days that a word for several stands for; `undefined` for another word. */
export function daySetOf(word: string): readonly number[] | undefined {
  return Object.hasOwn(DAY_SETS, word) ? DAY_SETS[word] : undefined;
}

/** Number of a month, 1 for January; `undefined` for another word. */
export function monthOf(word: string): number | undefined {
  const short = word === "sept" ? "sep" : word;
  const at = MONTHS.findIndex((name) => name === short || (short.length === 3 && name.startsWith(short)));
  return at < 0 ? undefined : at + 1;
}

/** Number that an ordinal says: `first`, `2nd`, `31st`; `undefined` for another word. It need not make sense as a day. */
export function ordinalOf(word: string): number | undefined {
  const written = /^(\d{1,3})(st|nd|rd|th)$/.exec(word);
  if (written) return writeOrdinal(Number(written[1])) === word ? Number(written[1]) : undefined;
  if (word === "thirtieth") return 30;
  const at = ORDINAL_WORDS.indexOf(word);
  return at < 0 ? undefined : at + 1;
}

/** Number that digits or a word say; `undefined` for another word. */
export function numberOf(word: string): number | undefined {
  if (/^\d{1,6}$/.test(word)) return Number(word);
  return Object.hasOwn(NUMBER_WORDS, word) ? NUMBER_WORDS[word] : undefined;
}

/** The span of time that a word names; `undefined` for another word. */
export function unitOf(word: string): Unit | undefined {
  const one = word.length > 1 && word.endsWith("s") ? word.slice(0, -1) : word;
  return Object.hasOwn(UNITS, one) ? UNITS[one] : undefined;
}

/** `1st`, `2nd`, `11th`, `23rd`. */
export function writeOrdinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teen ? "th" : ["th", "st", "nd", "rd"][n % 10] ?? "th"}`;
}

/** `first` to `fifth`, as days of the week are counted. */
export function ordinalWord(n: number): string {
  return ORDINAL_WORDS[n - 1] ?? writeOrdinal(n);
}

/** Everything that may have been meant by a word that is not understood. */
export const VOCABULARY: readonly string[] = [
  ...[
    "every",
    "each",
    "on",
    "the",
    "at",
    "of",
    "in",
    "and",
    "to",
    "last",
    "day",
    "days",
    "daily",
    "hourly",
    "weekly",
  ],
  ...[
    "monthly",
    "quarterly",
    "yearly",
    "annually",
    "noon",
    "midday",
    "midnight",
    "start",
    "end",
    "beginning",
  ],
  ...["working", "business", "half", "minutes", "hours", "seconds", "months", "quarters", "years", "weeks"],
  ...Object.keys(UNITS).filter((unit) => unit.length > 2),
  ...Object.keys(DAY_SETS),
  ...WEEKDAYS,
  ...WEEKDAYS.map((day) => `${day}s`),
  ...MONTHS,
  ...ORDINAL_WORDS,
];
