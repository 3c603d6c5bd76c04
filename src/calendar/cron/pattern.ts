/** Cron patterns on the wall clock, by the library croner. Imported late: see `parts.ts`. */

import { Cron } from "croner";
import { UsageError } from "../../core/errors.ts";
import { checkCron, type CheckedCron } from "./check.ts";

/** The wall times of a pattern. */
export interface CronPattern extends CheckedCron {
  /** The first after a wall time; `null` for none. */
  next(wall: number): number | null;
  /** The last up to a wall time, which counts; `null` for none. */
  last(wall: number): number | null;
}

/** A time from which on every date with every day of the week comes within 40 years. */
const ANY_TIME = Date.UTC(2000, 0, 1);

/**
 * Reads a pattern. When the day of the month and the day of the week are both given, days that match either count, as
 * cron has always done it; with `+` before the day of the week, days that match both.
 *
 * @throws {UsageError} Naming the pattern, the field and the value, or when no day ever matches
 */
export function readCron(pattern: string): CronPattern {
  const checked = checkCron(pattern);
  const read: CronPattern = { ...checked, ...evaluate(pattern, checked.text) };
  if (read.next(ANY_TIME) === null) {
    throw new UsageError(`Cron pattern "${pattern}" is never due: there is no such day`, {
      hint: "Look at its day of the month and its month",
    });
  }
  return read;
}

function evaluate(pattern: string, text: string): Pick<CronPattern, "next" | "last"> {
  try {
    // As if in UTC: the wall clock is ours to deal with, and croner is ten times as fast without a zone.
    const cron = new Cron(text, { utcOffset: 0, paused: true, mode: "6-part" });
    return {
      next: (wall) => cron.nextRun(new Date(wall))?.getTime() ?? null,
      last: (wall) => cron.previousRuns(1, new Date(wall + 1))[0]?.getTime() ?? null,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
    throw new UsageError(`Cron pattern "${pattern}" is not understood: ${reason}`, { cause: error });
  }
}
