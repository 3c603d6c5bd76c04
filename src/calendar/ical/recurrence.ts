/**
 * The days of a recurrence rule, as RFC 5545 defines them. Ours, because ical.js misses or makes up days in one of four
 * random rules (`FREQ=MONTHLY;BYMONTH=11;BYDAY=2MO` begun in August: not this November), and never ends in some.
 */

import type ICAL from "ical.js";

/** A rule as it is evaluated. Days are counted since the epoch, weekdays from Sunday, 0. */
export interface Recurrence {
  readonly freq: "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY";
  readonly interval: number;
  readonly weekStart: number;
  readonly months: readonly number[] | null;
  readonly monthDays: readonly number[] | null;
  readonly yearDays: readonly number[] | null;
  readonly weeks: readonly number[] | null;
  /** `nth` is 0 for all of that weekday. */
  readonly weekdays: readonly { readonly nth: number; readonly weekday: number }[] | null;
  readonly positions: readonly number[] | null;
  /** Milliseconds since midnight. */
  readonly times: readonly number[];
}

const DAY_MS = 86_400_000;

/** Wall times are looked for up to so many years after the last one: a rule that never holds must end. */
const REACH_DAYS = 200 * 366;

const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

/** Reads the parts of a rule; `null` for a rule that means nothing. */
export function readRecurrence(rule: ICAL.Recur, startWall: number): Recurrence | null {
  const parts = rule.parts as Readonly<Record<string, readonly (string | number)[] | undefined>>;
  const numbers = (name: string): number[] | null => parts[name]?.map(Number) ?? null;
  const weekdays = parts.BYDAY?.map((text) => {
    const [, nth, name] = /^([+-]?\d*)([A-Z]{2})$/.exec(String(text)) ?? [];
    return { nth: Number(nth ?? NaN), weekday: WEEKDAYS.indexOf(name ?? "") };
  }) ?? null;
  const freq = rule.freq as Recurrence["freq"];
  const counted = weekdays?.some(({ nth }) => nth !== 0) ?? false;
  if (!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].includes(freq) || !(rule.interval >= 1)) return null;
  if (weekdays?.some(({ nth, weekday }) => Number.isNaN(nth) || weekday < 0)) return null;
  if (counted && (freq === "DAILY" || freq === "WEEKLY")) return null;
  return withDefaults({
    freq,
    interval: rule.interval,
    weekStart: rule.wkst - 1,
    months: numbers("BYMONTH"),
    monthDays: numbers("BYMONTHDAY"),
    yearDays: numbers("BYYEARDAY"),
    weeks: numbers("BYWEEKNO"),
    weekdays,
    positions: numbers("BYSETPOS"),
    times: timesOf(startWall, numbers("BYHOUR"), numbers("BYMINUTE"), numbers("BYSECOND")),
  }, startWall);
}

function timesOf(
  startWall: number,
  hours: number[] | null,
  minutes: number[] | null,
  seconds: number[] | null,
): number[] {
  const date = new Date(startWall);
  const times = (hours ?? [date.getUTCHours()]).flatMap((hour) =>
    (minutes ?? [date.getUTCMinutes()]).flatMap((minute) =>
      (seconds ?? [date.getUTCSeconds()]).map((second) => ((hour * 60 + minute) * 60 + second) * 1_000)
    )
  );
  return times.sort((a, b) => a - b);
}

/** What the rule does not say is as it is at the start. */
function withDefaults(rule: Recurrence, startWall: number): Recurrence {
  const start = new Date(startWall);
  const [monthDays, weekdays] = [[start.getUTCDate()], [{ nth: 0, weekday: start.getUTCDay() }]];
  const given = rule.monthDays ?? rule.yearDays ?? rule.weekdays;
  switch (rule.freq) {
    case "DAILY":
      return rule;
    case "WEEKLY":
      return given === null ? { ...rule, weekdays } : rule;
    case "MONTHLY":
      return given === null ? { ...rule, monthDays } : rule;
    case "YEARLY":
      if (given !== null) return rule;
      if (rule.weeks !== null) return { ...rule, weekdays };
      return { ...rule, monthDays, months: rule.months ?? [start.getUTCMonth() + 1] };
  }
}

/**
 * The wall times of a rule from the start on, in order.
 *
 * @param from Those before it are left out, and cost nothing
 */
export function* wallsOf(rule: Recurrence, startWall: number, from = startWall): Generator<number> {
  const startDay = Math.floor(startWall / DAY_MS);
  const least = Math.max(startWall, from);
  let latest = Math.floor(least / DAY_MS);
  const before = periodsUntil(rule, startDay, latest);
  for (let index = before - before % rule.interval;; index += rule.interval) {
    const [first, end] = period(rule, startDay, index);
    // Written so that dates which do not exist end it, too.
    if (!(first <= latest + REACH_DAYS)) return;
    const walls: number[] = [];
    for (let day = first; day < end; day++) {
      if (holds(rule, day)) { for (const time of rule.times) walls.push(day * DAY_MS + time); }
    }
    for (const wall of positioned(walls, rule.positions)) {
      if (wall < least) continue;
      yield wall;
      latest = first;
    }
  }
}

/** How many periods after that of the start a day is. */
function periodsUntil(rule: Recurrence, startDay: number, day: number): number {
  const [start, date] = [new Date(startDay * DAY_MS), new Date(day * DAY_MS)];
  const years = date.getUTCFullYear() - start.getUTCFullYear();
  switch (rule.freq) {
    case "DAILY":
      return day - startDay;
    case "WEEKLY":
      return (weekOf(day, rule.weekStart) - weekOf(startDay, rule.weekStart)) / 7;
    case "MONTHLY":
      return years * 12 + date.getUTCMonth() - start.getUTCMonth();
    case "YEARLY":
      return years;
  }
}

/** The days of the period that is so many after that of the start. */
function period(rule: Recurrence, startDay: number, index: number): [first: number, end: number] {
  const start = new Date(startDay * DAY_MS);
  const [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
  switch (rule.freq) {
    case "DAILY":
      return [startDay + index, startDay + index + 1];
    case "WEEKLY": {
      const first = weekOf(startDay, rule.weekStart) + index * 7;
      return [first, first + 7];
    }
    case "MONTHLY":
      return [dayOf(year, month + index), dayOf(year, month + index + 1)];
    case "YEARLY":
      return [dayOf(year + index, 0), dayOf(year + index + 1, 0)];
  }
}

function positioned(walls: readonly number[], positions: readonly number[] | null): readonly number[] {
  if (positions === null) return walls;
  return walls.filter((_, index) =>
    positions.includes(index + 1) || positions.includes(index - walls.length)
  );
}

function holds(rule: Recurrence, day: number): boolean {
  const date = new Date(day * DAY_MS);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (rule.months !== null && !rule.months.includes(month + 1)) return false;
  const inMonth = (): Place => ({ first: dayOf(year, month), end: dayOf(year, month + 1) });
  const inYear = (): Place => ({ first: dayOf(year, 0), end: dayOf(year + 1, 0) });
  if (rule.monthDays !== null && !counts(rule.monthDays, day, inMonth())) return false;
  if (rule.yearDays !== null && !counts(rule.yearDays, day, inYear())) return false;
  if (rule.weeks !== null && !inWeek(rule.weeks, day, rule.weekStart)) return false;
  if (rule.weekdays === null) return true;
  const weekday = date.getUTCDay();
  return rule.weekdays.some((wanted) => {
    if (wanted.weekday !== weekday) return false;
    if (wanted.nth === 0) return true;
    const { first, end } = rule.freq === "MONTHLY" || rule.months !== null ? inMonth() : inYear();
    return wanted.nth > 0
      ? Math.floor((day - first) / 7) + 1 === wanted.nth
      : -Math.floor((end - 1 - day) / 7) - 1 === wanted.nth;
  });
}

interface Place {
  readonly first: number;
  readonly end: number;
}

/** Counted from 1, or from the end from -1. */
function counts(wanted: readonly number[], day: number, { first, end }: Place): boolean {
  return wanted.includes(day - first + 1) || wanted.includes(day - end);
}

/** A week belongs to the year that most of its days are in. */
function inWeek(weeks: readonly number[], day: number, weekStart: number): boolean {
  const week = weekOf(day, weekStart);
  const year = new Date((week + 3) * DAY_MS).getUTCFullYear();
  const first = weekOf(dayOf(year, 0) + 3, weekStart);
  const end = weekOf(dayOf(year + 1, 0) + 3, weekStart);
  return weeks.includes((week - first) / 7 + 1) || weeks.includes((week - end) / 7);
}

/** The first day of a day's week. */
function weekOf(day: number, weekStart: number): number {
  // The epoch was a Thursday.
  return day - (((day + 4 - weekStart) % 7) + 7) % 7;
}

function dayOf(year: number, month: number): number {
  // `Date.UTC` takes the year 70 for 1970.
  return Date.UTC(year < 100 ? year + 400 : year, month, 1) / DAY_MS - (year < 100 ? 146_097 : 0);
}
