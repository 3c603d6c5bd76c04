/** Random cron patterns, each with a reading of its own of which wall times it names. */

import type { Chance } from "../crash/seed.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const WEEK = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

export interface WalkedCron {
  readonly text: string;
  readonly everyHour: boolean;
  /** Whether it names a wall time, written as if it were in UTC. */
  readonly names: (wall: number) => boolean;
}

/** A day on a clock. */
interface Day {
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  /** How many days the month has. */
  readonly days: number;
}

interface Field<T> {
  readonly text: string;
  readonly has: (value: T) => boolean;
}

export function randomCron(chance: Chance): WalkedCron {
  const minute = numbers(chance, 0, 59);
  const everyHour = chance.below(3) === 0;
  const hour = everyHour
    ? { text: chance.pick(["*", "*/1", "0-23"]), has: () => true }
    : numbers(chance, 0, 23);
  const month = chance.below(2) === 0 ? { text: "*", has: () => true } : numbers(chance, 1, 12);
  const [day, weekday] = [
    chance.below(3) === 0 ? null : dayField(chance),
    chance.below(2) === 0 ? null : week(chance),
  ];
  const isBoth = day !== null && weekday !== null && chance.below(2) === 0;
  const isOn = (at: Day): boolean => {
    if (day === null || weekday === null) return (day ?? weekday)?.has(at) ?? true;
    return isBoth ? day.has(at) && weekday.has(at) : day.has(at) || weekday.has(at);
  };
  const plus = isBoth ? "+" : "";
  return {
    text: `${minute.text} ${hour.text} ${day?.text ?? "*"} ${month.text} ${plus}${weekday?.text ?? "*"}`,
    everyHour,
    names: (wall) => {
      const passed = Math.floor((wall % DAY) / MINUTE);
      if (!minute.has(passed % 60) || !hour.has(Math.floor(passed / 60))) return false;
      const at = dayOf(wall);
      return month.has(at.month) && isOn(at);
    },
  };
}

function dayOf(wall: number): Day {
  const date = new Date(wall);
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return { month: date.getUTCMonth() + 1, day: date.getUTCDate(), weekday: date.getUTCDay(), days };
}

function numbers(chance: Chance, least: number, most: number): Field<number> {
  const first = least + chance.below(most - least);
  if (chance.below(3) === 0) {
    const step = 2 + chance.below(5);
    return { text: `*/${step}`, has: (value) => (value - least) % step === 0 };
  }
  if (chance.below(2) === 0) {
    const [last, step] = [first + 1 + chance.below(most - first), 1 + chance.below(3)];
    const has = (value: number): boolean => value >= first && value <= last && (value - first) % step === 0;
    return { text: `${first}-${last}/${step}`, has };
  }
  const list = new Set([first, least + chance.below(most - least + 1)]);
  return { text: [...list].join(","), has: (value) => list.has(value) };
}

function dayField(chance: Chance): Field<Day> {
  const number = 1 + chance.below(31);
  return chance.pick<Field<Day>>([
    { text: "L", has: ({ day, days }) => day === days },
    { text: "LW", has: (at) => at.day === nearest(at, at.days) },
    { text: `${number}W`, has: (at) => at.day === nearest(at, number) },
    { text: `${number}`, has: ({ day }) => day === number },
    { text: "29,30,31", has: ({ day }) => day >= 29 },
  ]);
}

/** The weekday nearest to a day, within its month. */
function nearest({ day, weekday, days }: Day, wanted: number): number | null {
  if (wanted > days) return null;
  const of = (((weekday + wanted - day) % 7) + 7) % 7;
  if (of === 6) return wanted > 1 ? wanted - 1 : wanted + 2;
  if (of === 0) return wanted < days ? wanted + 1 : wanted - 2;
  return wanted;
}

function week(chance: Chance): Field<Day> {
  const [day, count] = [chance.below(7), 1 + chance.below(5)];
  return chance.pick<Field<Day>>([
    { text: `${WEEK[day]}#${count}`, has: (at) => at.weekday === day && Math.ceil(at.day / 7) === count },
    { text: `${WEEK[day]}L`, has: (at) => at.weekday === day && at.day + 7 > at.days },
    { text: "MON-FRI", has: ({ weekday }) => weekday > 0 && weekday < 6 },
    { text: `${day},3`, has: ({ weekday }) => weekday === day || weekday === 3 },
  ]);
}
