/** Recurrence rules against python-dateutil 2.9, whose answers are in `data/recurrences.txt`. */

import { assert, assertEquals } from "@std/assert";
import ICAL from "ical.js";
import { readRecurrence, wallsOf } from "../../src/calendar/ical/recurrence.ts";

const DAY = 86_400_000;

function walls(rule: string, start: number): Generator<number> {
  const recurrence = readRecurrence(ICAL.Recur.fromString(rule), start);
  assert(recurrence !== null, rule);
  return wallsOf(recurrence, start);
}

Deno.test("calendar: 210 recurrence rules have the days that python-dateutil finds", async () => {
  const lines = (await Deno.readTextFile(new URL("data/recurrences.txt", import.meta.url))).trim().split(
    "\n",
  );
  assertEquals(lines.length, 210);
  for (const line of lines) {
    // `…`: there are more. Without it those are all within twelve years.
    const [, rule, day, rest] = /^(\S+) ([\d-]+):(.*)$/.exec(line)!;
    const days = rest!.split(" ").filter((text) => text !== "" && text !== "…");
    const start = Date.parse(`${day}T09:30Z`);
    const until = Date.UTC(new Date(start).getUTCFullYear() + 13, 0, 1);
    const found: string[] = [];
    for (const wall of walls(rule!, start)) {
      if (wall >= until || found.length === 12) break;
      found.push(new Date(wall).toISOString().slice(0, 10));
    }
    assertEquals(found, days, `${rule} from ${day}`);
  }
});

Deno.test("calendar: weekdays with and without a number in one rule are all meant", () => {
  const found = [...take(walls("FREQ=MONTHLY;BYDAY=1MO,SU", Date.parse("2026-06-01T00:00Z")), 5)];
  const days = found.map((wall) => new Date(wall).toISOString().slice(5, 10));
  assertEquals(days, ["06-01", "06-07", "06-14", "06-21", "06-28"]);
});

Deno.test("calendar: hours and minutes of a rule are times of each of its days", () => {
  const found = [...take(walls("FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0,30", DAY), 5)];
  assertEquals(found.map((wall) => (wall - DAY) / 3_600_000), [8, 8.5, 20, 20.5, 32]);
});

Deno.test("calendar: rules that name no day end", () => {
  for (
    const rule of [
      "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=9",
    ]
  ) assertEquals([...walls(rule, 0)], [], rule);
});

Deno.test("calendar: asked from a later time on, rules have the same days as from their start on", async () => {
  const lines = (await Deno.readTextFile(new URL("data/recurrences.txt", import.meta.url))).trim().split(
    "\n",
  );
  for (const line of lines) {
    const [, rule, day] = /^(\S+) ([\d-]+):/.exec(line)!;
    const start = Date.parse(`${day}T09:30Z`);
    for (const days of [1, 40, 400, 4_000]) {
      const from = start + days * DAY;
      const until = from + 900 * DAY;
      const recurrence = readRecurrence(ICAL.Recur.fromString(rule!), start)!;
      const expected = before(wallsOf(recurrence, start), until).filter((wall) => wall >= from);
      assertEquals(before(wallsOf(recurrence, start, from), until), expected, `${line} after ${days} days`);
    }
  }
});

Deno.test("calendar: rules go on for ever, however long ago they began", () => {
  const start = Date.UTC(1604, 0, 3);
  assertEquals([...take(walls("FREQ=YEARLY", start), 423)].at(-1), Date.UTC(2026, 0, 3));
  const first = new Date(0).setUTCFullYear(1, 0, 31);
  const months = readRecurrence(ICAL.Recur.fromString("FREQ=MONTHLY"), first)!;
  const found = [...take(wallsOf(months, first), 3)].map((wall) => new Date(wall).toISOString().slice(0, 10));
  assertEquals(found, ["0001-01-31", "0001-03-31", "0001-05-31"]);
});

Deno.test("calendar: rules that leave out more time than there is end", () => {
  for (const freq of ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]) {
    assertEquals([...walls(`FREQ=${freq};INTERVAL=99999999999`, DAY)], [DAY], freq);
  }
});

function before(walls: Iterable<number>, until: number): number[] {
  const found: number[] = [];
  for (const wall of walls) {
    if (wall >= until) break;
    found.push(wall);
  }
  return found;
}

function* take(walls: Iterable<number>, count: number): Generator<number> {
  for (const wall of walls) {
    if (count-- === 0) return;
    yield wall;
  }
}
