/** Writes what a phrase says as cron patterns. */

import {
  type Clock,
  type Days,
  type Interval,
  isInterval,
  type Position,
  type Recurrence,
  type Scope,
} from "./model.ts";
import { WEEK, WEEKDAYS, WORKDAYS } from "./words.ts";

/** The patterns whose times together are those of the phrase; none names both days of the month and of the week. */
export function cronsOf({ days, when }: Recurrence): string[] {
  const times = isInterval(when) ? [intervalFields(when)] : clockFields(when);
  return days.flatMap(dayFields).flatMap((day) => times.map((time) => `${time} ${day}`));
}

function intervalFields({ unit, each, minutes }: Interval): string {
  const step = each === 1 ? "*" : `*/${each}`;
  if (unit === "second") return `${step} * *`;
  return unit === "minute" ? `${step} *` : `${numbers(minutes)} ${step}`;
}

/** Times of the day that share their minutes are one pattern. */
function clockFields(clocks: readonly Clock[]): string[] {
  const hours = group(clocks, ({ second, minute }) => `${second} ${minute}`, ({ hour }) => hour);
  const merged = group(
    [...hours],
    ([minute, of]) => `${minute.split(" ")[0]} ${numbers(of)}`,
    ([minute]) => Number(minute.split(" ")[1]),
  );
  return [...merged].map(([key, minutes]) => {
    const [second, of] = key.split(" ");
    return `${second === "0" ? "" : `${second} `}${numbers(minutes)} ${of}`;
  });
}

function group<T>(
  items: readonly T[],
  key: (item: T) => string,
  value: (item: T) => number,
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const item of items) groups.set(key(item), [...groups.get(key(item)) ?? [], value(item)]);
  return groups;
}

/** The fields for day of the month, month and day of the week. */
function dayFields(days: Days): string[] {
  switch (days.kind) {
    case "weekly":
      return [`* ${days.months === null ? "*" : numbers(days.months)} ${weekdayField(days.weekdays)}`];
    case "nth":
      return byMonths(days.items, days.scope, ({ position }) => position).map(([months, items]) => {
        const names = items.map(({ position, weekday }) =>
          `${short(weekday)}#${position === "last" ? "L" : position}`
        );
        return `* ${months} ${names.join(",")}`;
      });
    case "dates":
      return byMonths(days.days, days.scope, (day) => day).map(([months, of]) =>
        `${of.map((day) => day === "last" ? "L" : day).join(",")} ${months} *`
      );
    case "working":
      return days.days.map((day) => {
        const months = monthField(days.scope, day === "last" ? "last" : 1);
        return `${day === "last" ? "LW" : "1W"} ${months} *`;
      });
  }
}

/** Divides days by the months they are looked for in: `first and last day of the quarter` are in different ones. */
function byMonths<T>(items: readonly T[], scope: Scope, position: (item: T) => Position): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const months = monthField(scope, position(item));
    groups.set(months, [...groups.get(months) ?? [], item]);
  }
  return [...groups];
}

function monthField(scope: Scope, position: Position): string {
  if (scope === "month") return "*";
  if (scope === "quarter") return position === "last" ? "3,6,9,12" : "1,4,7,10";
  if (scope === "year") return position === "last" ? "12" : "1";
  return numbers(scope);
}

function weekdayField(weekdays: readonly number[]): string {
  if (weekdays.length === WEEK.length) return "*";
  if (weekdays.length === WORKDAYS.length && WORKDAYS.every((day) => weekdays.includes(day))) {
    return "MON-FRI";
  }
  return weekdays.map(short).join(",");
}

function short(weekday: number): string {
  return WEEKDAYS[weekday]!.slice(0, 3).toUpperCase();
}

function numbers(of: readonly number[]): string {
  return [...of].sort((a, b) => a - b).join(",");
}
