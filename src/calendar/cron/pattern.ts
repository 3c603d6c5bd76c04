/** Cron patterns on the wall clock, by the library croner. Imported late: see `parts.ts`. */

import { Cron } from "croner";
import { UsageError } from "../../core/errors.ts";
import type { CronPattern } from "../modules.ts";
import { checkCron } from "./check.ts";

/** A time from which on every date with every day of the week comes within 40 years. */
const ANY_TIME = Date.UTC(2000, 0, 1);

/** Beyond so many, those read first are forgotten. */
const MOST = 1_000;
/** Patterns by what they say: the library takes 80 KB and a millisecond for each, and many schedules share a few. */
const known = new Map<string, CronPattern>();

/**
 * Reads a pattern. When the day of the month and the day of the week are both given, days that match either count, as
 * cron has always done it; with `+` before the day of the week, days that match both.
 *
 * @throws {UsageError} Naming the pattern, the field and the value, or when no day ever matches
 */
export function readCron(pattern: string): CronPattern {
  const { text, everyHour } = checkCron(pattern);
  const earlier = known.get(text);
  if (earlier !== undefined) return earlier;
  const cron = toCron(pattern, text);
  const wall = (date: Date | null | undefined): number | null => date?.getTime() ?? null;
  const read: CronPattern = {
    everyHour,
    next: (after) => wall(cron.nextRun(new Date(after))),
    // Whole seconds before: the one asked for counts.
    last: (until) => wall(cron.previousRuns(1, new Date(Math.floor(until / 1_000) * 1_000 + 1_000))[0]),
  };
  if (read.next(ANY_TIME) === null) {
    throw new UsageError(`Cron pattern "${pattern}" is never due: there is no such day`, {
      hint: "Look at its day of the month and its month",
    });
  }
  if (known.size >= MOST) known.delete(known.keys().next().value!);
  known.set(text, read);
  return read;
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
