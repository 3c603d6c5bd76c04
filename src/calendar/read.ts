/** Reads rules. Imported late: see `parts.ts`. */

import type { Times } from "../core/ports/timetable.ts";
import type { TimeRule } from "../core/schedule.ts";
import type * as CronModule from "./cron/pattern.ts";
import { importLate } from "./late.ts";
import { slotsOf } from "./slots.ts";
import { cronSource, everySource, merged, type Source } from "./source.ts";
import { Zone } from "./zone.ts";
import { checkZone } from "./zone_name.ts";

/** @throws {UsageError} For what is not understood */
export async function readRule(rule: TimeRule): Promise<Times> {
  const zone = new Zone(checkZone(rule.zone));
  const source = merged(await sourcesOf(rule, zone));
  return slotsOf({ source, filters: [], from: rule.from, until: rule.until });
}

async function sourcesOf(rule: TimeRule, zone: Zone): Promise<Source[]> {
  const sources: Source[] = [];
  if (rule.everyMs !== null) {
    sources.push(everySource(rule.everyMs, rule.anchor, rule.from === null ? 1 : 0));
  }
  if (rule.cron.length > 0) {
    const { readCron } = await importLate<typeof CronModule>("./cron/pattern.ts");
    for (const pattern of rule.cron) sources.push(cronSource(readCron(pattern), zone));
  }
  return sources;
}
