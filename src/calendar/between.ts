/** Times of the day within which slots are. */

import { UsageError } from "../core/errors.ts";
import type { Filter } from "./filter.ts";
import type { Zone } from "./zone.ts";

const DAY_MS = 86_400_000;

/** A part of the day, in milliseconds since midnight; its end is left out. */
export interface Window {
  readonly start: number;
  /** At most a day; before {@linkcode Window.start} for one over midnight. */
  readonly end: number;
}

/**
 * Reads `08:00-18:00`, `22:00-06:00`, `18:00-24:00`; seconds may be given.
 *
 * @throws {UsageError} Naming the text
 */
export function readWindow(text: string): Window {
  const match = /^\s*([\d:]+)\s*-\s*([\d:]+)\s*$/.exec(text);
  if (match === null) throw notUnderstood(text);
  const [start, end] = [timeOfDay(text, match[1]!), timeOfDay(text, match[2]!)];
  if (start === DAY_MS) throw new UsageError(`Window "${text}" begins at 24:00`, { hint: "Write 00:00" });
  if (start === end) {
    throw new UsageError(`Window "${text}" ends where it begins`, {
      hint: "Its end is left out; leave the window out for the whole day",
    });
  }
  return { start, end };
}

function timeOfDay(window: string, text: string): number {
  const match = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(text);
  if (match === null) throw notUnderstood(window);
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  const ms = ((hour * 60 + minute) * 60 + second) * 1_000;
  if (minute > 59 || second > 59 || ms > DAY_MS) {
    throw new UsageError(`Window "${window}": there is no time ${text}`, {
      hint: "Times run from 00:00 to 24:00",
    });
  }
  return ms;
}

function notUnderstood(text: string): UsageError {
  return new UsageError(`Window "${text}" is not understood`, { hint: "Write it like 08:00-18:00" });
}

/**
 * Lets through what clocks show within one of the windows, at the instant itself: a time that was moved to the end of a
 * gap is judged by where it came to be, and a repeated hour is let through twice.
 */
export function betweenFilter(windows: readonly Window[], zone: Zone): Filter {
  const parts = joined(windows);
  return {
    openFrom(instant): number | null {
      for (let at = instant;;) {
        const span = zone.spanAt(at);
        const wall = at + span.offset;
        const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
        const part = parts.find(({ end }) => wall - midnight < end);
        const open = part === undefined
          ? midnight + DAY_MS + parts[0]!.start
          : Math.max(wall, midnight + part.start);
        if (open - span.offset < span.end) return open - span.offset;
        at = span.end;
      }
    },
    openUntil(instant): number | null {
      for (let at = instant;;) {
        const span = zone.spanAt(at);
        const wall = at + span.offset;
        const midnight = Math.floor(wall / DAY_MS) * DAY_MS;
        const part = parts.findLast(({ start }) => wall - midnight >= start);
        const open = part === undefined
          ? midnight - DAY_MS + parts.at(-1)!.end - 1
          : Math.min(wall, midnight + part.end - 1);
        if (open - span.offset >= span.start) return open - span.offset;
        at = span.start - 1;
      }
    },
  };
}

/** In order, each within one day, those that touch as one. */
function joined(windows: readonly Window[]): readonly Window[] {
  const parts = windows.flatMap(({ start, end }) =>
    start < end ? [{ start, end }] : [{ start, end: DAY_MS }, { start: 0, end }]
  ).filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  const out: { start: number; end: number }[] = [];
  for (const part of parts) {
    const before = out.at(-1);
    if (before !== undefined && part.start <= before.end) before.end = Math.max(before.end, part.end);
    else out.push({ ...part });
  }
  return out;
}
