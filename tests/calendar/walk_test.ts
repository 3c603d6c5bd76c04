/** Slots of random rules are those of a walk through every minute, by a reading of patterns that knows no library. */

import { assertEquals } from "@std/assert";
import { timetable } from "../../src/calendar/timetable.ts";
import { type Chance, seeded } from "../crash/seed.ts";
import { size } from "../crash/sizes.ts";
import { randomCron, type WalkedCron } from "./random_cron.ts";
import { ruleOf } from "./rule.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Clocks are looked at so often, and closely where they change in between. */
const QUARTER = 15 * MINUTE;
const RULES = size("walked rules", 40, 2_000);
const ZONES = [
  ...["Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Antarctica/Troll", "Europe/Dublin"],
  ...["Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "Etc/GMT-5", "America/Havana", "Africa/Cairo"],
];

Deno.test(`calendar: slots of ${RULES} random rules are those of a walk through every minute`, async () => {
  const chance = seeded("walked rules");
  for (let rule = 0; rule < RULES; rule++) await walkOne(chance);
});

async function walkOne(chance: Chance): Promise<void> {
  const zone = chance.pick(ZONES);
  const span = chance.pick([3, 10, 30]) * DAY;
  const after = middle(zone, chance) - span / 2 + chance.below(DAY);
  const until = after + span;
  const some = (): number | null => chance.below(4) > 0 ? null : after + chance.below(span);
  const crons = Array.from({ length: chance.below(3) }, () => randomCron(chance));
  const everyMs = crons.length === 0 || chance.below(3) === 0 ? (1 + chance.below(3_000)) * MINUTE : null;
  const [from, end] = [some(), some()];
  const anchor = from ?? Math.floor(after / MINUTE) * MINUTE - chance.below(100) * DAY;
  const windows = Array.from({ length: chance.below(3) }, () => [chance.below(720), 720 + chance.below(720)])
    .map(([a, b]) => chance.below(2) === 0 ? [a!, b!] as const : [b!, a!] as const);
  const away = [Math.floor((after + chance.below(span)) / DAY) * DAY, (1 + chance.below(3)) * DAY] as const;
  const isAway = chance.below(2) === 0;
  const rule = ruleOf({
    ...{ zone, cron: crons.map(({ text }) => text), everyMs, anchor, from, until: end },
    between: windows.map((pair) => pair.map(clock).join("-")),
    ...isAway && { except: [{ name: "away.ics", text: calendar(...away) }] },
  });
  const shown = clockOf(zone);
  const passes = (at: number): boolean => {
    const wall = shown(at);
    const minute = (wall % DAY) / MINUTE;
    return (from === null || at >= from) && (end === null || at <= end) &&
      (windows.length === 0 ||
        windows.some(([a, b]) => a < b ? minute >= a && minute < b : minute >= a || minute < b)) &&
      !(isAway && wall >= away[0] && wall < away[0] + away[1]);
  };
  const expected = [...walk(crons, shown, after, until), ...intervals(everyMs, anchor, from, after, until)];
  const slots = [...new Set(expected)].filter(passes).sort((a, b) => a - b);
  const title = JSON.stringify(rule);
  const times = await timetable.times(rule).catch((error: Error) => {
    // The fourth Saturday of a month is never its 30th.
    if (error.message.endsWith("is never due: there is no such day")) return null;
    throw error;
  });
  if (times === null) return;
  assertEquals(times.within(after, until, Infinity), slots, title);
  for (let look = 0; look < 10; look++) {
    const a = after + chance.below(span);
    const b = a + chance.below(until - a);
    assertEquals(times.last(a, b), slots.findLast((at) => at > a && at <= b) ?? null, `last of ${title}`);
    const next = times.next(a);
    assertEquals(
      next === null || next > until ? undefined : next,
      slots.find((at) => at > a),
      `next of ${title}`,
    );
  }
}

/** Mostly about a change of clocks; in Apia about the day that was left out. */
function middle(zone: string, chance: Chance): number {
  if (zone === "Pacific/Apia" && chance.below(2) === 0) return Date.UTC(2011, 11, 30);
  const at = Date.UTC(2004 + chance.below(26), chance.below(12), 1 + chance.below(28));
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return chance.below(4) === 0 ? at : there.getTimeZoneTransition("next")?.epochMilliseconds ?? at;
}

/** What clocks show, as if it were a time in UTC. */
function clockOf(zone: string): (at: number) => number {
  const known = new Map<number, number>();
  const read = (at: number): number =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
  const remembered = (at: number): number => {
    const offset = known.get(at) ?? read(at);
    known.set(at, offset);
    return offset;
  };
  return (at) => {
    const quarter = Math.floor(at / QUARTER) * QUARTER;
    const offset = remembered(quarter);
    return at + (offset === remembered(quarter + QUARTER) ? offset : read(at));
  };
}

/** Minutes at which clocks first show a wall time that a pattern names, or skip it; with `*` for the hour, whenever they do. */
function* walk(
  crons: readonly WalkedCron[],
  shown: (at: number) => number,
  after: number,
  until: number,
): Generator<number> {
  let latest = shown(Math.floor(after / MINUTE) * MINUTE - 3 * DAY);
  for (let at = Math.floor(after / MINUTE) * MINUTE - 3 * DAY + MINUTE; at <= until; at += MINUTE) {
    const wall = shown(at);
    const isDue = crons.some(({ everyHour, names }) => {
      if (everyHour) return names(wall);
      for (let time = latest + MINUTE; time <= wall; time += MINUTE) if (names(time)) return true;
      return false;
    });
    latest = Math.max(latest, wall);
    if (isDue && at > after) yield at;
  }
}

function* intervals(
  everyMs: number | null,
  anchor: number,
  from: number | null,
  after: number,
  until: number,
): Generator<number> {
  if (everyMs === null) return;
  for (let at = from === null ? anchor + everyMs : anchor; at <= until; at += everyMs) {
    if (at > after) yield at;
  }
}

function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

function calendar(day: number, ms: number): string {
  const date = (at: number): string => new Date(at).toISOString().slice(0, 10).replaceAll("-", "");
  return [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20200101T000000Z"],
    ...[
      `DTSTART;VALUE=DATE:${date(day)}`,
      `DTEND;VALUE=DATE:${date(day + ms)}`,
      "END:VEVENT",
      "END:VCALENDAR",
    ],
  ].join("\r\n");
}
