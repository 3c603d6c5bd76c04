/**
 * `deno run -A --no-lock --import-map=npm/import_map.json bench/schedules.ts [--quick] [--rounds=N] [--json]`: how many
 * times of a cron pattern are found in a second in a zone with daylight saving, beside croner and cron-parser on their
 * own, in one process, in turns. The first is a year of minutes.
 */

import { Cron } from "croner";
import { CronExpressionParser } from "cron-parser";
import { timetable } from "../src/calendar/timetable.ts";
import { median } from "./timing.ts";

const ZONE = "Europe/Prague";
const START = Date.UTC(2026, 0, 1);

/** A pattern, and how many of its times are looked for. */
const WORK: readonly (readonly [pattern: string, count: number])[] = [
  ["* * * * *", 525_600],
  ["*/15 8-18 * * MON-FRI", 20_000],
  ["30 2 * * *", 4_000],
  ["0 9 * * MON#1", 1_000],
];

/** The others take as long for each time however many there are. */
const MOST_OF_OTHERS = 5_000;

/** Finds so many times, and returns the last. */
type Finder = (pattern: string, count: number) => Promise<number> | number;

async function ours(pattern: string, count: number): Promise<number> {
  const rule = { cron: [pattern], on: [], everyMs: null, anchor: 0, between: [], except: [], only: [] };
  const times = await timetable.times({ ...rule, zone: ZONE, from: null, until: null });
  return times.within(START, Infinity, count).at(-1)!;
}

function croner(pattern: string, count: number): number {
  return new Cron(pattern, { timezone: ZONE, paused: true }).nextRuns(count, new Date(START)).at(-1)!
    .getTime();
}

function cronParser(pattern: string, count: number): number {
  const times = CronExpressionParser.parse(pattern, { tz: ZONE, currentDate: new Date(START) });
  for (let found = 1; found < count; found++) times.next();
  return times.next().getTime();
}

const FINDERS: Readonly<Record<string, Finder>> = { gigq: ours, croner, "cron-parser": cronParser };

/** Times a second by finder, for one pattern. */
export interface SlotRates {
  readonly pattern: string;
  readonly rates: Readonly<Record<string, number>>;
}

/** @param scale What part of the work is done, from 0 to 1 */
export async function slotRates(rounds: number, scale: number): Promise<SlotRates[]> {
  const found: SlotRates[] = [];
  for (const [pattern, full] of WORK) {
    const rates = new Map<string, number[]>(Object.keys(FINDERS).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, find] of Object.entries(FINDERS)) {
        const count = Math.ceil((name === "gigq" ? full : Math.min(full, MOST_OF_OTHERS)) * scale);
        const start = performance.now();
        await find(pattern, count);
        rates.get(name)!.push(count / ((performance.now() - start) / 1_000));
      }
    }
    const medians = [...rates].map(([name, values]) => [name, median(values)]);
    found.push({ pattern, rates: Object.fromEntries(medians) });
  }
  return found;
}

if (import.meta.main) {
  const quick = Deno.args.includes("--quick");
  const rounds = Number(Deno.args.find((arg) => arg.startsWith("--rounds="))?.slice(9) ?? (quick ? 3 : 5));
  const found = await slotRates(rounds, quick ? 0.2 : 1);
  if (Deno.args.includes("--json")) console.log(JSON.stringify(found));
  else {
    const { os, arch } = Deno.build;
    console.log(`${os} ${arch}, Deno ${Deno.version.deno}, ${ZONE}, times a second, ${rounds} rounds\n`);
    for (const { pattern, rates: { gigq, ...others } } of found) {
      const beside = Object.entries(others).map(([name, rate]) =>
        `${name} ${Math.round(rate).toLocaleString("en")} (${(gigq! / rate).toFixed(1)} ×)`
      );
      console.log(
        `${pattern.padEnd(24)}${Math.round(gigq!).toLocaleString("en").padStart(12)}   ${beside.join(", ")}`,
      );
    }
  }
}
