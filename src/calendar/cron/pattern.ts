/** Cron patterns on the wall clock. Days are found by the library croner. Imported late: see `parts.ts`. */

import { Cron } from "croner";
import { UsageError } from "../../core/errors.ts";
import type { CronPattern } from "../modules.ts";
import { checkCron } from "./check.ts";
import { TimesOfDay } from "./time_of_day.ts";

const DAY_MS = 86_400_000;

/** A day from which on every date with every day of the week comes within 40 years. */
const ANY_DAY = Date.UTC(2000, 0, 1) / DAY_MS;

/**
 * Reads a pattern. When the day of the month and the day of the week are both given, days that match either count, as
 * cron has always done it; with `+` before the day of the week, days that match both.
 *
 * @throws {UsageError} Naming the pattern, the field and the value, or when no day ever matches
 */
export function readCron(pattern: string): CronPattern {
  const { text, hours, minutes, seconds } = checkCron(pattern);
  const days = daysOf(pattern, text);
  if (days.from(ANY_DAY) === null) {
    throw new UsageError(`Cron pattern "${pattern}" is never due: there is no such day`, {
      hint: "Look at its day of the month and its month",
    });
  }
  return onDays(days, new TimesOfDay(hours, minutes, seconds), hours.size === 24);
}

/** Days since the epoch. */
interface Days {
  /** The first from a day on, itself included. */
  from(day: number): number | null;
  /** The last up to a day, itself included. */
  until(day: number): number | null;
}

/** The days of a pattern. Croner finds them as if in UTC: what clocks do is ours to deal with. */
function daysOf(pattern: string, text: string): Days {
  const days = text.split(" ").slice(3).join(" ");
  try {
    const cron = new Cron(`0 0 0 ${days}`, { utcOffset: 0, paused: true, mode: "6-part" });
    const day = (date: Date | null | undefined): number | null => date ? date.getTime() / DAY_MS : null;
    return {
      from: (from) => day(cron.nextRun(new Date(from * DAY_MS - 1))),
      until: (until) => day(cron.previousRuns(1, new Date(until * DAY_MS + 1))[0]),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
    throw new UsageError(`Cron pattern "${pattern}" is not understood: ${reason}`, { cause: error });
  }
}

function onDays(days: Days, times: TimesOfDay, everyHour: boolean): CronPattern {
  // Most questions are about the day of the one before.
  let known = NaN;
  const at = (day: number | null, second: number): number | null =>
    day === null ? null : day * DAY_MS + second * 1_000;

  return {
    everyHour,
    next(wall): number | null {
      const from = Math.floor(wall / 1_000) + 1;
      const day = Math.floor(from / 86_400);
      if (day !== known) {
        const found = days.from(day);
        if (found !== day) return at(found, times.first);
        known = day;
      }
      const second = times.from(from - day * 86_400);
      return second === null ? at(days.from(day + 1), times.first) : at(day, second);
    },
    last(wall): number | null {
      const until = Math.floor(wall / 1_000);
      const day = Math.floor(until / 86_400);
      const found = days.until(day);
      if (found !== day) return at(found, times.last);
      const second = times.until(until - day * 86_400);
      return second === null ? at(days.until(day - 1), times.last) : at(day, second);
    },
  };
}
