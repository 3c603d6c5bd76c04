/** Saying of single slots why they are as they are, for people. */

import type { TimeRule } from "../core/schedule.ts";
import type { Filter } from "./filter.ts";
import { importLate } from "./late.ts";
import type { CronPattern, EventsModule } from "./modules.ts";
import { filtersOf, patternsOf, sourceOf } from "./read.ts";
import { slotsOf } from "./slots.ts";
import { timeOfDay, Zone } from "./zone.ts";
import { checkZone } from "./zone_name.ts";

/** A time that a filter left out. */
export interface LeftOut {
  /** Milliseconds since the epoch. */
  readonly slot: number;
  /** What left it out: `holidays.ics: Christmas Day`, `outside of 08:00-18:00`. */
  readonly reason: string;
}

/** What there is to say of a rule's slots. */
export interface Explained {
  /** The times after `after` up to and including `until` that are no slots because of a filter, at most `limit`. */
  leftOut(after: number, until: number, limit: number): readonly LeftOut[];
  /** What a change of clocks did to a slot: `02:30 does not exist that day: right after the gap`; `null` for nothing. */
  shift(slot: number): string | null;
}

/**
 * Reads a rule as `timetable` does.
 *
 * @throws {UsageError} For what is not understood
 */
export async function explainRule(rule: TimeRule): Promise<Explained> {
  const zone = new Zone(checkZone(rule.zone));
  const unfiltered = slotsOf({
    source: await sourceOf(rule, zone),
    filters: [],
    from: rule.from,
    until: rule.until,
  });
  const reasons = await reasonsOf(rule, zone);
  const patterns = await patternsOf(rule);

  return {
    leftOut(after, until, limit): readonly LeftOut[] {
      const found: LeftOut[] = [];
      for (let at = after; found.length < limit;) {
        const slot = unfiltered.next(at);
        if (slot === null || slot > until) break;
        const reason = reasons.map((reason) => reason(slot)).find((reason) => reason !== null);
        if (reason !== undefined) found.push({ slot, reason: reason! });
        at = slot;
      }
      return found;
    },
    shift: (slot) => shiftOf(slot, zone, patterns),
  };
}

type Reason = (slot: number) => string | null;

async function reasonsOf(rule: TimeRule, zone: Zone): Promise<Reason[]> {
  const reasons: Reason[] = [];
  const [between] = await filtersOf({ ...rule, except: [], only: [] }, zone);
  if (between !== undefined) {
    reasons.push((slot) => isOpen(between, slot) ? null : `outside of ${rule.between.join(", ")}`);
  }
  if (rule.except.length === 0 && rule.only.length === 0) return reasons;
  const { exceptEvents, onlyEvents } = await importLate<EventsModule>("./ical/events.ts");
  for (const calendar of rule.except) {
    const events = exceptEvents([calendar], zone);
    reasons.push((slot) => {
      const [name] = events.namesAt(slot);
      return name === undefined ? null : `${calendar.name}: ${name}`;
    });
  }
  if (rule.only.length > 0) {
    const events = onlyEvents(rule.only, zone);
    const names = rule.only.map(({ name }) => name).join(", ");
    reasons.push((slot) => !isOpen(events, slot) ? `within no event of ${names}` : null);
  }
  return reasons;
}

function isOpen(filter: Filter, instant: number): boolean {
  return filter.openFrom(instant) === instant;
}

function shiftOf(slot: number, zone: Zone, patterns: readonly CronPattern[]): string | null {
  const onTheClock = patterns.filter(({ everyHour }) => !everyHour);
  return gapAt(slot, zone, onTheClock) ?? twiceAt(slot, zone, onTheClock);
}

/** Times shown at most, of those that fell into one gap. */
const TIMES_SHOWN = 3;

function gapAt(slot: number, zone: Zone, patterns: readonly CronPattern[]): string | null {
  const { start, offset } = zone.spanAt(slot);
  if (slot !== start) return null;
  const before = zone.spanAt(slot - 1).offset;
  const skipped = new Set<number>();
  for (const pattern of patterns) {
    for (
      let wall = pattern.next(slot + before - 1);
      wall !== null && wall < slot + offset;
      wall = pattern.next(wall)
    ) {
      skipped.add(wall);
      if (skipped.size > TIMES_SHOWN) break;
    }
  }
  if (skipped.size === 0) return null;
  const times = [...skipped].sort((a, b) => a - b).slice(0, TIMES_SHOWN).map(timeOfDay).join(", ");
  const more = skipped.size > TIMES_SHOWN ? ", …" : "";
  const verb = skipped.size === 1 ? "does" : "do";
  // A whole day, where a country went over to the other side of the date line.
  return offset - before >= 86_400_000
    ? "that day does not exist: right after the gap"
    : `${times}${more} ${verb} not exist that day: right after the gap`;
}

function twiceAt(slot: number, zone: Zone, patterns: readonly CronPattern[]): string | null {
  const { end, offset } = zone.spanAt(slot);
  const wall = slot + offset;
  if (end === Infinity || wall < end + zone.spanAt(end).offset) return null;
  return patterns.some((pattern) => pattern.last(wall) === wall) ? "the first of two" : null;
}
