/** Slots where clocks change, against a model that walks through time minute by minute. */

import { assert, assertEquals } from "@std/assert";
import { timetable } from "../../src/calendar/timetable.ts";
import { values } from "./expressions.ts";
import { ruleOf } from "./rule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Ten years each, chosen for what happened in them. */
const ZONES: readonly (readonly [zone: string, from: number])[] = [
  ["Europe/Prague", 2020],
  ["America/New_York", 2020],
  // By half an hour.
  ["Australia/Lord_Howe", 2020],
  // Given up and taken up again.
  ["Africa/Cairo", 2014],
  // At midnight.
  ["America/Sao_Paulo", 2010],
  // At midnight, and given up.
  ["Asia/Tehran", 2014],
  // Without 30 December 2011.
  ["Pacific/Apia", 2009],
  // Standard time in summer.
  ["Europe/Dublin", 2020],
  // By two hours.
  ["Antarctica/Troll", 2018],
];

const PATTERNS = [
  "30 2 * * *",
  "0 0 * * *",
  "0 9 * * *",
  "30 0 * * *",
  "*/15 * * * *",
  "7 * * * 1-5",
  "*/20 0-4 * * *",
  "15,45 1,2,3 * * *",
  "0 */2 * * *",
  "5 3 * * 0",
  "59 23 * * 6",
  "10 1-3 29 * *",
];

/** What clocks show, by the formatter of the platform, which knows zones by itself. */
function wallClock(zone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  return (instant) => Date.parse(`${format.format(instant).replace(" ", "T")}Z`);
}

/** Minutes of which the wall clock jumps within the next hour, found hour by hour. */
function hoursOfChange(wall: (instant: number) => number, from: number, until: number): number[] {
  const found: number[] = [];
  for (let at = from, before = wall(from); at < until; at += HOUR) {
    const next = wall(at + HOUR);
    if (next - before !== HOUR) found.push(at);
    before = next;
  }
  return found;
}

/** Whether a pattern names a wall time, read the plain way. */
function matcher(pattern: string): (wall: number) => boolean {
  const [minute, hour, day, , weekday] = pattern.split(" ") as [string, string, string, string, string];
  const [minutes, hours, days, weekdays] = [
    new Set(values(minute, 0, 59)),
    new Set(values(hour, 0, 23)),
    new Set(values(day, 1, 31)),
    new Set(values(weekday, 0, 6)),
  ];
  return (wall) => {
    const date = new Date(wall);
    return minutes.has(date.getUTCMinutes()) && hours.has(date.getUTCHours()) &&
      days.has(date.getUTCDate()) &&
      weekdays.has(date.getUTCDay());
  };
}

/** The slots after an instant up to another: as clocks come to times that they have not shown before. */
function model(pattern: string, walls: readonly number[], from: number): number[] {
  const named = matcher(pattern);
  const everyHour = pattern.split(" ")[1] === "*";
  const slots: number[] = [];
  let latest = walls[0]!;
  for (const [index, wall] of walls.entries()) {
    if (index === 0) continue;
    let due = everyHour && named(wall);
    for (; latest < wall; latest += MINUTE) due ||= !everyHour && named(latest + MINUTE);
    if (due) slots.push(from + index * MINUTE);
  }
  return slots;
}

for (const [zone, year] of ZONES) {
  Deno.test(`calendar: slots in ${zone} are those of a walk through each change of clocks in ten years`, async () => {
    const wall = wallClock(zone);
    const changes = hoursOfChange(wall, Date.UTC(year, 0, 1), Date.UTC(year + 10, 0, 1));
    assert(changes.length >= 6, `${changes.length} changes of clocks mean nothing`);
    const times = await Promise.all(PATTERNS.map((cron) => timetable.times(ruleOf({ zone, cron: [cron] }))));
    for (const change of changes) {
      const [from, until] = [change - DAY, change + 2 * DAY];
      const walls = Array.from(
        { length: (until - from) / MINUTE + 1 },
        (_, index) => wall(from + index * MINUTE),
      );
      for (const [index, pattern] of PATTERNS.entries()) {
        const expected = model(pattern, walls, from);
        const where = `${pattern} from ${new Date(from).toISOString()}`;
        assertEquals(times[index]!.within(from, until, Infinity), expected, where);
        const back: number[] = [];
        for (let at: number | null = until; (at = times[index]!.last(from, at)) !== null; at--) {
          back.unshift(at);
        }
        assertEquals(back, expected, `${where}, backwards`);
        // Whoever asks in the middle of it hears the same.
        for (let at = from + 10 * MINUTE; at < until; at += 10 * MINUTE) {
          const next = expected.find((slot) => slot > at) ?? null;
          const last = expected.findLast((slot) => slot <= at) ?? null;
          if (next !== null && times[index]!.next(at) !== next) {
            assertEquals(times[index]!.next(at), next, where);
          }
          if (times[index]!.last(from, at) !== last) assertEquals(times[index]!.last(from, at), last, where);
        }
      }
    }
  });

  Deno.test(`calendar: in ${zone} each day of ten years has each time of the day once`, async () => {
    const [from, until] = [Date.UTC(year, 0, 2), Date.UTC(year + 10, 0, 2)];
    const wall = wallClock(zone);
    // Days that clocks left out count: their times are due at the end of the gap.
    const days = Math.floor(wall(until) / DAY) - Math.floor(wall(from) / DAY);
    for (const cron of ["0 0 * * *", "30 0 * * *", "15 1 * * *", "30 2 * * *", "0 12 * * *"]) {
      const slots = (await timetable.times(ruleOf({ zone, cron: [cron] }))).within(from, until, Infinity);
      assert(slots.every((slot, index) => index === 0 || slot > slots[index - 1]!), `${cron} goes back`);
      // The midnight of a day that was left out is that of the next.
      const shared = zone === "Pacific/Apia" && cron === "0 0 * * *" ? 1 : 0;
      assertEquals(slots.length, days - shared, cron);
    }
  });
}

Deno.test("calendar: a rule in UTC knows no change of clocks", async () => {
  const times = await timetable.times(ruleOf({ cron: ["30 2 * * *"] }));
  const slots = times.within(Date.UTC(2020, 0, 1), Date.UTC(2030, 0, 1), Infinity);
  assert(slots.every((slot) => slot % DAY === 2.5 * HOUR));
  assertEquals(slots.length, 3_653);
});
