/** Writes what a phrase says in the words that are echoed to people; reading them again gives the same. */

import {
  type Clock,
  type Days,
  type Interval,
  isInterval,
  type Nth,
  type Position,
  type Recurrence,
  type Scope,
} from "./model.ts";
import { MONTHS, ordinalWord, WEEK, WEEKDAYS, WORKDAYS, writeOrdinal } from "./words.ts";

export function write({ days, when }: Recurrence): string {
  if (!isInterval(when)) return `${list(days.map(writeDays))} at ${list(when.map(writeClock))}`;
  return `${writeInterval(when)}${writeFilter(days)}`;
}

/** Days on which an interval runs; nothing for every day. */
function writeFilter(days: readonly Days[]): string {
  const [first] = days;
  if (days.length !== 1 || first?.kind !== "weekly") {
    return ` on ${first?.kind === "weekly" ? "" : "the "}${list(days.map(writeDays))}`;
  }
  const months = first.months === null ? "" : ` in ${writeMonths(first.months)}`;
  return `${isEveryDay(first.weekdays) ? "" : ` on ${weekdayNames(first.weekdays, "s")}`}${months}`;
}

function writeInterval({ unit, each, minutes }: Interval): string {
  const often = each === 1 ? `every ${unit}` : `every ${each} ${unit}s`;
  const plain = unit !== "hour" || (minutes.length === 1 && minutes[0] === 0);
  return plain ? often : `${often} at ${list(minutes.map((minute) => `:${two(minute)}`))}`;
}

function writeDays(days: Days): string {
  switch (days.kind) {
    case "weekly": {
      const months = days.months === null ? "" : ` in ${writeMonths(days.months)}`;
      return `every ${isEveryDay(days.weekdays) ? "day" : weekdayNames(days.weekdays, "")}${months}`;
    }
    case "nth":
      return `${writeNths(days.items)} of ${writeScope(days.scope)}`;
    case "dates":
      return `${writeDates(days.days)} of ${writeScope(days.scope)}`;
    case "working":
      return `${list(days.days)} working day of ${writeScope(days.scope)}`;
  }
}

function writeDates(days: readonly Position[]): string {
  if (days.length === 1 && days[0] === 1) return "first day";
  const names = list(days.map((day) => day === "last" ? day : writeOrdinal(day)));
  return days.includes("last") ? `${names} day` : names;
}

/** `first and third monday and last friday`. */
function writeNths(items: readonly Nth[]): string {
  const parts = WEEK.filter((day) => items.some(({ weekday }) => weekday === day)).map((day) => {
    const positions = items.filter(({ weekday }) => weekday === day).map(({ position }) => position);
    return `${list(positions.map((at) => at === "last" ? at : ordinalWord(at)))} ${WEEKDAYS[day]}`;
  });
  return list(parts);
}

function writeScope(scope: Scope): string {
  return typeof scope === "string" ? `the ${scope}` : writeMonths(scope);
}

function writeMonths(months: readonly number[]): string {
  return list(months.map((month) => MONTHS[month - 1]!));
}

function isEveryDay(weekdays: readonly number[]): boolean {
  return weekdays.length === WEEK.length;
}

/** Names of days, three or more in a row as a range. */
function weekdayNames(weekdays: readonly number[], plural: string): string {
  if (weekdays.length === WORKDAYS.length && WORKDAYS.every((day) => weekdays.includes(day))) {
    return `weekday${plural}`;
  }
  const name = (place: number): string => `${WEEKDAYS[WEEK[place]!]}${plural}`;
  const parts: string[] = [];
  for (let from = 0; from < WEEK.length; from++) {
    let to = from;
    while (to < WEEK.length && weekdays.includes(WEEK[to]!)) to++;
    if (to - from >= 3) parts.push(`${name(from)} to ${name(to - 1)}`);
    else for (let at = from; at < to; at++) parts.push(name(at));
    from = to;
  }
  return list(parts);
}

function writeClock({ hour, minute, second }: Clock): string {
  return `${two(hour)}:${two(minute)}${second === 0 ? "" : `:${two(second)}`}`;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

/** `a`, `a and b`, `a, b and c`. */
function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
