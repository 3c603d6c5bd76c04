/** From what a clock shows to points in time. A wall time is what {@linkcode Zone} takes for one. */

import type { Zone } from "../zone.ts";

export const DAY_MS = 86_400_000;

/** Against what a text is read. */
export interface Present {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly zone: Zone;
}

/** A point in time. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What became of the time that was asked for, for people; `null` when it is just that. */
  readonly note: string | null;
}

/** Where a time is looked for that comes again and again. */
export type Toward = "future" | "past";

/** An end of a day: its first millisecond, or its last. */
export type Edge = "first" | "last";

/** The instant of a wall time: the end of the gap when clocks skip it, the first when they show it twice. */
export function instantOf(wall: number, zone: Zone): Moment {
  const at = zone.instantOf(wall);
  const clock = new Date(wall).toISOString().slice(11, 16);
  if (zone.wallAt(at) !== wall) return { at, note: `${clock} is skipped that day` };
  const { end } = zone.spanAt(at);
  const twice = Number.isFinite(end) && wall - zone.spanAt(end).offset >= end;
  return { at, note: twice ? `the first of two ${clock} that day` : null };
}

/** The first or last millisecond of the day that begins with a wall time. */
export function dayEdge(wall: number, zone: Zone, edge: Edge): Moment {
  const day = edge === "first" ? wall : wall + DAY_MS;
  return { at: zone.instantOf(day) - (edge === "first" ? 0 : 1), note: null };
}

/** The wall time at which the present day began. */
export function today({ now, zone }: Present): number {
  return Math.floor(zone.wallAt(now) / DAY_MS) * DAY_MS;
}

/**
 * Of the moments of days that come again and again the nearest in one direction.
 *
 * @param dayOf The wall time at which the day begins that is so many steps from one around the present; `null` for none
 */
export function nearest(
  dayOf: (step: number) => number | null,
  momentOf: (day: number) => Moment,
  { now }: Present,
  toward: Toward,
): Moment {
  const sign = toward === "future" ? 1 : -1;
  // Until the next leap day it may be eight years.
  for (let step = -1; step <= 9; step++) {
    const day = dayOf(step * sign);
    if (day === null) continue;
    const moment = momentOf(day);
    if (toward === "future" ? moment.at > now : moment.at <= now) return moment;
  }
  throw new RangeError("No such day is near");
}

/** The next, or the last, moment at which clocks show a time of the day, in milliseconds. */
export function clockNear(clock: number, present: Present, toward: Toward): Moment {
  const day = (step: number): number => today(present) + step * DAY_MS;
  return nearest(day, (begin) => instantOf(begin + clock, present.zone), present, toward);
}
