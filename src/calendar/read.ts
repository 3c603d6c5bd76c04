/** Reads rules. Imported late: see `parts.ts`. */

import { UsageError } from "../core/errors.ts";
import type { Times } from "../core/ports/timetable.ts";
import type { TimeRule } from "../core/schedule.ts";
import { betweenFilter, readWindow } from "./between.ts";
import type { Filter } from "./filter.ts";
import { importLate } from "./late.ts";
import type { CronModule, CronPattern, EventsModule } from "./modules.ts";
import type * as PhraseModule from "./phrase.ts";
import { slotsOf } from "./slots.ts";
import { cronSource, everySource, merged, type Source } from "./source.ts";
import { Zone } from "./zone.ts";
import { checkZone } from "./zone_name.ts";

/** @throws {UsageError} For what is not understood */
export async function readRule(rule: TimeRule): Promise<Times> {
  const zone = new Zone(checkZone(rule.zone));
  const [source, filters] = [await sourceOf(rule, zone), await filtersOf(rule, zone)];
  return slotsOf({ source, filters, from: rule.from, until: rule.until });
}

export async function sourceOf(rule: TimeRule, zone: Zone): Promise<Source> {
  const sources = (await patternsOf(rule)).map((pattern) => cronSource(pattern, zone));
  if (rule.everyMs !== null) {
    // Nobody can say so, but a store may hold what somebody else wrote; and who looks for slots must come to an end.
    if (!(Number.isSafeInteger(rule.everyMs) && rule.everyMs > 0)) {
      throw new UsageError(`Every ${rule.everyMs} ms is no time from one slot to the next`);
    }
    sources.push(everySource(rule.everyMs, rule.anchor, rule.from === null ? 1 : 0));
  }
  return merged(sources);
}

/** Its cron patterns and those that its phrases come to. */
export async function patternsOf(rule: TimeRule): Promise<CronPattern[]> {
  const patterns = [...rule.cron];
  if (rule.on.length > 0) {
    const { parsePhrase } = await importLate<typeof PhraseModule>("./phrase.ts");
    for (const phrase of rule.on) patterns.push(...parsePhrase(phrase).crons);
  }
  if (patterns.length === 0) return [];
  const { readCron } = await importLate<CronModule>("./cron/pattern.ts");
  return patterns.map(readCron);
}

export async function filtersOf(rule: TimeRule, zone: Zone): Promise<Filter[]> {
  const filters: Filter[] = [];
  if (rule.between.length > 0) filters.push(betweenFilter(rule.between.map(readWindow), zone));
  if (rule.except.length > 0 || rule.only.length > 0) {
    const { exceptEvents, onlyEvents } = await importLate<EventsModule>("./ical/events.ts");
    if (rule.except.length > 0) filters.push(exceptEvents(rule.except, zone));
    if (rule.only.length > 0) filters.push(onlyEvents(rule.only, zone));
  }
  return filters;
}
