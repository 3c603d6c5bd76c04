/** The same times as others find them: cron-parser, and systemd where it is installed. */

import { assertEquals } from "@std/assert";
import { CronExpressionParser } from "cron-parser";
import { timetable } from "../../src/calendar/timetable.ts";
import { type Expression, expressions } from "./expressions.ts";
import { ruleOf } from "./rule.ts";
import { hasSystemd, systemdTimes } from "./systemd.ts";

/** Where, and from when on: zones just before their clocks change. */
interface Place {
  readonly zone: string;
  readonly from: string;
}

const UTC: Place = { zone: "UTC", from: "2026-01-01T00:00Z" };
const PLACES: readonly Place[] = [
  { zone: "Europe/Prague", from: "2026-03-28T12:00Z" },
  { zone: "Europe/Prague", from: "2026-10-24T12:00Z" },
  { zone: "America/New_York", from: "2026-03-07T20:00Z" },
  { zone: "Australia/Lord_Howe", from: "2026-04-04T06:00Z" },
  { zone: "Australia/Lord_Howe", from: "2026-10-03T06:00Z" },
  { zone: "Antarctica/Troll", from: "2026-03-28T12:00Z" },
];

/** How long ago clocks were changed, and by how much: more than nothing when they went forward. */
interface Change {
  readonly ago: number;
  readonly by: number;
}

function changeBefore(zone: string, at: number): Change {
  const now = Temporal.Instant.fromEpochMilliseconds(at + 1).toZonedDateTimeISO(zone);
  const change = now.getTimeZoneTransition("previous");
  if (change === null) return { ago: Infinity, by: 0 };
  const before = change.subtract({ milliseconds: 1 }).offsetNanoseconds;
  return { ago: at - change.epochMilliseconds, by: (now.offsetNanoseconds - before) / 1e6 };
}

/** A time that only one side has. */
interface Difference {
  readonly side: "ours" | "theirs";
  readonly at: number;
}

/** Why a difference is right; those of a second opinion, by what it does otherwise. */
type Explanation = (side: Difference["side"], change: Change, cron: string) => boolean;

const everyHour = (cron: string): boolean => cron.split(" ").at(-4) === "*";

const EXPLAINED: Readonly<Record<"systemd" | "cron-parser", Readonly<Record<string, Explanation>>>> = {
  systemd: {
    "runs no time that is skipped, where GigQ runs them at the end of the gap": (side, { ago, by }, cron) =>
      side === "ours" && by > 0 && ago === 0 && !everyHour(cron),
    "runs what is due every hour only once in a repeated hour": (side, { ago, by }, cron) =>
      side === "ours" && by < 0 && ago < -by && everyHour(cron),
  },
  "cron-parser": {
    "runs skipped times as long after the gap as they were after its start": (side, { ago, by }, cron) =>
      by > 0 && !everyHour(cron) && (side === "ours" ? ago === 0 : ago < by),
  },
};

async function ours({ zone, from }: Place, cron: string, count: number): Promise<readonly number[]> {
  return (await timetable.times(ruleOf({ zone, cron: [cron] }))).within(Date.parse(from), Infinity, count);
}

function differences(ours: readonly number[], theirs: readonly number[]): Difference[] {
  const end = Math.min(ours.at(-1) ?? -1, theirs.at(-1) ?? -1);
  const missing = (from: readonly number[], to: readonly number[]): number[] => {
    const known = new Set(to);
    return from.filter((at) => at <= end && !known.has(at));
  };
  return [
    ...missing(ours, theirs).map((at): Difference => ({ side: "ours", at })),
    ...missing(theirs, ours).map((at): Difference => ({ side: "theirs", at })),
  ];
}

/** Compares, takes off what is explained, and gives the explanations that were used. */
async function compare(
  by: "systemd" | "cron-parser",
  place: Place,
  of: readonly (Expression & { readonly theirs: readonly number[] })[],
  count: number,
): Promise<Set<string>> {
  const used = new Set<string>();
  const unexplained: string[] = [];
  for (const { cron, theirs } of of) {
    for (const difference of differences(await ours(place, cron, count), theirs)) {
      const found = Object.entries(EXPLAINED[by]).find(([, explains]) =>
        explains(difference.side, changeBefore(place.zone, difference.at), cron)
      );
      if (found === undefined) {
        unexplained.push(
          `${cron} in ${place.zone}: only ${difference.side} ${new Date(difference.at).toISOString()}`,
        );
      } else used.add(found[0]);
    }
  }
  assertEquals(unexplained, []);
  return used;
}

function cronParserTimes({ zone, from }: Place, cron: string, count: number): number[] {
  const times = CronExpressionParser.parse(cron, { tz: zone, currentDate: new Date(from) });
  return Array.from({ length: count }, () => times.next().getTime());
}

const ALL = expressions(200);

Deno.test("calendar: cron-parser finds the same 500 times of 200 patterns", async () => {
  const theirs = ALL.map((expression) => ({
    ...expression,
    theirs: cronParserTimes(UTC, expression.cron, 500),
  }));
  assertEquals(await compare("cron-parser", UTC, theirs, 500), new Set());
});

Deno.test("calendar: cron-parser finds the same times around a change of clocks, but for what is explained", async () => {
  const used = new Set<string>();
  // It finds no end in zones that change by less than an hour, and takes 0.1 ms for each time in others.
  for (const place of PLACES.filter(({ zone }) => /Prague|New_York/.test(zone))) {
    const theirs = ALL.map((expression) => ({
      ...expression,
      theirs: cronParserTimes(place, expression.cron, 50),
    }));
    for (const why of await compare("cron-parser", place, theirs, 50)) used.add(why);
  }
  assertEquals([...used].sort(), Object.keys(EXPLAINED["cron-parser"]).sort());
});

const SYSTEMD = ALL.filter(({ systemd }) => systemd !== null);
const installed = await hasSystemd();

async function bySystemd(
  { zone, from }: Place,
  count: number,
): Promise<(Expression & { readonly theirs: readonly number[] })[]> {
  const times = await systemdTimes(SYSTEMD.map(({ systemd }) => systemd!), zone, Date.parse(from), count);
  return SYSTEMD.map((expression, index) => ({ ...expression, theirs: times[index]! }));
}

Deno.test({
  name: "calendar: systemd finds the same 500 times of all patterns that it can say",
  ignore: !installed,
  fn: async () => {
    assertEquals(await compare("systemd", UTC, await bySystemd(UTC, 500), 500), new Set());
  },
});

Deno.test({
  name: "calendar: systemd finds the same times around a change of clocks, but for what is explained",
  ignore: !installed,
  fn: async () => {
    const used = new Set<string>();
    for (const place of PLACES) {
      for (const why of await compare("systemd", place, await bySystemd(place, 100), 100)) used.add(why);
    }
    assertEquals([...used].sort(), Object.keys(EXPLAINED.systemd).sort());
  },
});
