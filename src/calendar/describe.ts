/** Saying what was understood of a rule, for people. */

import { counted } from "../core/counted.ts";
import type { Calendar, TimeRule } from "../core/schedule.ts";
import { writeDuration } from "../core/duration.ts";
import { readWindow } from "./between.ts";
import type * as CheckModule from "./cron/check.ts";
import { importLate } from "./late.ts";
import type { ReduceModule } from "./modules.ts";
import type * as PhraseModule from "./phrase.ts";
import { timeOfDay, Zone } from "./zone.ts";
import { checkZone } from "./zone_name.ts";

/**
 * One line for each part of a rule: `cron 0 9 * * MON-FRI`, `every 15m from 2026-01-01 09:00:00`, `between 08:00-18:00`,
 * `except holidays.ics (12 events)`, and at last the zone in which its times are.
 *
 * @throws {UsageError} For what is not understood
 */
export async function describeRule(rule: TimeRule): Promise<readonly string[]> {
  const zone = new Zone(checkZone(rule.zone));
  const at = (instant: number): string => writeTime(zone.wallAt(instant));
  return [
    ...await cronLines(rule.cron),
    ...await phraseLines(rule.on),
    ...rule.everyMs === null ? [] : [`every ${writeDuration(rule.everyMs)} from ${at(rule.anchor)}`],
    ...rule.between.map((window) => `between ${writeWindow(window)}`),
    ...await calendarLines("except", rule.except),
    ...await calendarLines("only", rule.only),
    ...rule.from === null ? [] : [`from ${at(rule.from)}`],
    ...rule.until === null ? [] : [`until ${at(rule.until)}`],
    `in ${zone.name}`,
  ];
}

async function cronLines(patterns: readonly string[]): Promise<string[]> {
  if (patterns.length === 0) return [];
  const { checkCron } = await importLate<typeof CheckModule>("./cron/check.ts");
  return patterns.map((pattern) => {
    const [second, ...five] = checkCron(pattern).text.split(" ");
    return `cron ${second === "0" ? five.join(" ") : [second, ...five].join(" ")}`;
  });
}

async function phraseLines(phrases: readonly string[]): Promise<string[]> {
  if (phrases.length === 0) return [];
  const { parsePhrase } = await importLate<typeof PhraseModule>("./phrase.ts");
  return phrases.map((phrase) => {
    const { text, crons } = parsePhrase(phrase);
    return `on ${text} (cron ${crons.join(", ")})`;
  });
}

async function calendarLines(word: string, calendars: readonly Calendar[]): Promise<string[]> {
  if (calendars.length === 0) return [];
  const { reduceCalendar } = await importLate<ReduceModule>("./ical/reduce.ts");
  return calendars.map((calendar) => {
    const { events } = reduceCalendar(calendar);
    return `${word} ${calendar.name} (${counted(events, "event")})`;
  });
}

/** The window with hours of two digits; what lies over midnight is said. */
function writeWindow(text: string): string {
  const { start, end } = readWindow(text);
  const over = end <= start && end > 0 ? " (over midnight)" : "";
  return `${writeTimeOfDay(start)}-${writeTimeOfDay(end)}${over}`;
}

function writeTimeOfDay(ms: number): string {
  return ms === 86_400_000 ? "24:00" : timeOfDay(ms);
}

function writeTime(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replace("T", " ");
}
