/** Points in time as people type them, such as `tomorrow 9am`. Imported late, and chrono-node only for words. */

import { BOUNDS } from "../core/bounds.ts";
import { parseTime } from "../core/duration.ts";
import { UsageError } from "../core/errors.ts";
import { importLate } from "./late.ts";
import { writeMoment } from "./when/moment.ts";
import {
  clockNear,
  dayEdge,
  type Edge,
  instantOf,
  type Moment,
  type Present,
  type Toward,
} from "./when/wall.ts";
import type * as Typed from "./when/typed.ts";
import { Zone } from "./zone.ts";
import { systemZone } from "./zone_name.ts";

/** How a text is read. */
export interface TimeReading {
  /** The present, milliseconds since the epoch. */
  readonly now: number;
  /** IANA name of the zone in which clocks are read; default the machine's. */
  readonly zone?: string;
  /** Whether a time before the present is accepted; default no. */
  readonly allowPast?: boolean;
  /** Where `monday 9:00`, `24 dec 18:00` and `22:00` are looked for; default `future`. `past` allows the past. */
  readonly toward?: Toward;
  /** Which end of the day a day without a time of day means; not given: such a day is refused, but for `2026-12-24`. */
  readonly edge?: Edge;
}

/** A point in time, and how it was understood. */
export interface ResolvedTime {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** For people: `Wed 2026-11-25 09:00 Europe/Prague, in 18h`. */
  readonly text: string;
}

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const WALL = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;
const WITH_OFFSET = /^\d{4}-\d\d-\d\d[T ][\d:.]+(Z|[+-]\d\d:\d\d)$/i;
const DURATION = /^\+?\s*(\d+(\.\d+)?(ms|[smhdw]))+$/;

/**
 * Reads a point in time: what {@linkcode parseTime} knows, with clocks read in the zone, and `tomorrow 9am`,
 * `next friday at noon`, `in 2 hours`, `tonight` (22:00), `24 dec 18:00`, `+7d`. A time of day that clocks skip is the end
 * of the gap, and one that they show twice the first; the echo says so.
 *
 * @throws {UsageError} For words that are not understood, naming them; for a time without a day or a time of day, one that
 * can mean several, and one that has passed
 */
export async function resolveTime(text: string, reading: TimeReading): Promise<ResolvedTime> {
  const shown = text.trim().replaceAll(/\s+/g, " ");
  if (shown.length > BOUNDS.timeChars) {
    throw new UsageError(`A time has ${shown.length} characters; at most ${BOUNDS.timeChars} are read`);
  }
  const zone = new Zone(reading.zone ?? systemZone());
  const present: Present = { now: reading.now, zone };
  const toward = reading.toward ?? "future";
  const moment = plainMoment(shown, present, toward, reading.edge ?? "first") ??
    (await importLate<typeof Typed>("./when/typed.ts")).readTyped(shown, present, toward, reading.edge);
  const echo = writeMoment(moment, present);
  if (moment.at < reading.now && !reading.allowPast && toward === "future") {
    throw new UsageError(`Time "${shown}" has passed: ${echo}`, {
      hint: 'Write a time to come, such as "tomorrow 9:00" or "in 2 hours"',
    });
  }
  return { at: moment.at, text: echo };
}

/** How a point in time reads that is known already: `Wed 2026-11-25 09:00 Europe/Prague, in 18h`. */
export function timeText(at: number, { now, zone }: Pick<TimeReading, "now" | "zone">): string {
  return writeMoment({ at, note: null }, { now, zone: new Zone(zone ?? systemZone()) });
}

/** What needs no words; `null` for anything else. */
function plainMoment(text: string, present: Present, toward: Toward, edge: Edge): Moment | null {
  const { now, zone } = present;
  const clock = CLOCK.exec(text);
  if (clock) return clockNear((Number(clock[1]) * 60 + Number(clock[2])) * 60_000, present, toward);
  if (DURATION.test(text)) return { at: parseTime(text.replace(/^\+\s*/, ""), now), note: null };
  if (/^\+?\s*\d+(\.\d+)?$/.test(text)) throw bareNumber(text);
  if (WITH_OFFSET.test(text)) return { at: parseTime(text.toUpperCase(), now), note: null };
  if (!DAY.test(text) && !WALL.test(text)) return null;
  const wall = Date.parse(DAY.test(text) ? `${text}T00:00Z` : `${text.replace(" ", "T")}Z`);
  // `2026-02-30` is the second of March to some.
  if (!Number.isFinite(wall) || new Date(wall).toISOString().slice(0, 10) !== text.slice(0, 10)) {
    throw new UsageError(`Time "${text}" does not exist`, { hint: "Look at its month, day and time of day" });
  }
  return DAY.test(text) ? dayEdge(wall, zone, edge) : instantOf(wall, zone);
}

/** `9` and `0900` are times of the day to people, `90` may be seconds, and 1800000000 counts from 1970. */
function bareNumber(text: string): UsageError {
  const digits = text.replace(/^\+\s*/, "");
  const [, hour, minute] = /^([01]?\d|2[0-3])([0-5]\d)?$/.exec(digits) ?? [];
  const epoch = /^1\d{9}$/.test(digits) ? Number(digits) * 1_000 : null;
  const other = epoch !== null
    ? new Date(epoch).toISOString().replace(".000", "")
    : hour === undefined
    ? null
    : `"${hour.padStart(2, "0")}:${minute ?? "00"}"`;
  const span = `"${digits}s" for seconds from now`;
  return new UsageError(`Time "${text}" does not say what it counts`, {
    hint: `Write ${other === null ? span : epoch === null ? `${other}, or ${span}` : other}`,
  });
}
