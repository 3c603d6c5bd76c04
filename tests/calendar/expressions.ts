/** Cron patterns to compare with other programs, the same in every run. */

import { seededRandom } from "../../src/core/seeded_random.ts";

/** What one of them says, where systemd can say the same. */
export interface Expression {
  readonly cron: string;
  /** As `systemd-analyze calendar` reads it, without a zone; `null` where it has no such words. */
  readonly systemd: string | null;
}

/** What people write. */
const USUAL = [
  "* * * * *",
  "*/5 * * * *",
  "0 * * * *",
  "0 0 * * *",
  "30 2 * * *",
  "*/15 2 * * *",
  "0 */2 * * *",
  "0 9 * * 1-5",
  "0 9-17 * * 1-5",
  "0 0 1 * *",
  "0 0 1 1 *",
  "0 12 29 2 *",
  "15 1,2,3 * * *",
  "0 0 31 * *",
  "0 22 * * 0",
  "59 23 * * 6",
  "*/10 0-3 * * *",
  "0 6 1-7 * *",
  "0 3 1 */3 *",
  "45 1 * 3,10,11 0",
];

/** Those that only croner and cron-parser know. */
const MONTHLY = [
  "0 9 L * *",
  "0 9 * * 1#1",
  "0 9 * * 5#3",
  "0 9 * * 5L",
  "30 2 * * 0#5",
  "0 0 13 * 5",
  "0 9 1,15 * 1",
  "*/30 8-9 L * *",
  "0 9 1-7 * 1-5",
  "0 12 L 2 *",
];

/** As many as are asked for, in the same order every time. */
export function expressions(count: number): Expression[] {
  const random = seededRandom(20_261);
  const made = new Set([...USUAL, ...MONTHLY]);
  while (made.size < count) made.add(make(random));
  return [...made].map((cron) => ({ cron, systemd: toSystemd(cron) }));
}

function make(random: () => number): string {
  const pick = (...texts: (() => string)[]): string => texts[Math.floor(random() * texts.length)]!();
  const field = (least: number, most: number): string => {
    const value = (from = least): number => from + Math.floor(random() * (most - from + 1));
    return pick(
      () => "*",
      () => `${value()}`,
      () => [...new Set([value(), value()])].join(","),
      () => ((from) => `${from}-${value(from)}`)(value()),
      () => `*/${1 + Math.floor(random() * Math.min(15, most - least))}`,
      () => ((from) => `${from}-${value(from)}/${1 + Math.floor(random() * 4)}`)(value()),
    );
  };
  const [day, weekday] = pick(() => "day", () => "weekday", () => "none", () => "none").startsWith("d")
    ? [field(1, 28), "*"]
    : ["*", pick(() => "*", () => field(0, 6))];
  const seconds = random() < 0.15 ? `${field(0, 59)} ` : "";
  return `${seconds}${field(0, 59)} ${field(0, 23)} ${day} ${
    pick(() => "*", () => "*", () => field(1, 12))
  } ${weekday}`;
}

const NAMES = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function toSystemd(cron: string): string | null {
  const parts = cron.split(" ");
  const [second, minute, hour, day, month, weekday] = (parts.length === 5 ? ["0", ...parts] : parts) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  // It takes days that match both, and has no first Monday.
  if ((day !== "*" && weekday !== "*") || /[L#]/.test(cron)) return null;
  const days = weekday === "*" ? "" : `${values(weekday, 0, 6).map((value) => NAMES[value]).join(",")} `;
  const list = (field: string, least: number, most: number): string =>
    field === "*" ? "*" : values(field, least, most).join(",");
  return `${days}*-${list(month, 1, 12)}-${list(day, 1, 31)} ${list(hour, 0, 23)}:${list(minute, 0, 59)}:${
    list(second, 0, 59)
  }`;
}

/** All values of a field, read the plain way. */
export function values(field: string, least: number, most: number): number[] {
  const found = new Set<number>();
  for (const item of field.split(",")) {
    const [range, step] = item.split("/") as [string, string?];
    const [from, to] = range === "*" ? [least, most] : range.split("-").map(Number) as [number, number?];
    for (let value = from; value <= (to ?? from); value += Number(step ?? 1)) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}
