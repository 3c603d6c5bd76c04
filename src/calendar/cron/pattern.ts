/** Cron patterns on the wall clock, by the library croner. Imported late: see `parts.ts`. */

import { Cron } from "croner";
import { UsageError } from "../../core/errors.ts";
import type { CronPattern } from "../modules.ts";
import { checkCron } from "./check.ts";

/** A time from which on every date with every day of the week comes within 40 years. */
const ANY_TIME = Date.UTC(2000, 0, 1);

/**
 * Reads a pattern. When the day of the month and the day of the week are both given, days that match either count, as
 * cron has always done it; with `+` before the day of the week, days that match both.
 *
 * @throws {UsageError} Naming the pattern, the field and the value, or when no day ever matches
 */
export function readCron(pattern: string): CronPattern {
  const { text, everyHour } = checkCron(pattern);
  const cron = toCron(pattern, text);
  const wall = (date: Date | null | undefined): number | null => date?.getTime() ?? null;
  const read: CronPattern = {
    everyHour,
    next: (after) => wall(cron.nextRun(new Date(after))),
    // Whole seconds before: the one asked for counts.
    last: (until) => wall(cron.previousRuns(1, new Date(Math.floor(until / 1_000) * 1_000 + 1_000))[0]),
  };
  if (read.next(ANY_TIME) !== null) return read;
  throw new UsageError(`Cron pattern "${pattern}" is never due: there is no such day`, {
    hint: "Look at its day of the month and its month",
  });
}

/** As if in UTC: what clocks do is ours to deal with. */
function toCron(pattern: string, text: string): Cron {
  try {
    return new Cron(text, { utcOffset: 0, paused: true, mode: "6-part" });
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
    throw new UsageError(`Cron pattern "${pattern}" is not understood: ${reason}`, { cause: error });
  }
}
