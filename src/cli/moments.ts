/** When jobs start and expire, as it was typed: resolved, and said back. Imported late, for the few that say it. */

import type * as When from "../calendar/when.ts";
import { parseDuration, parseTime } from "../core/duration.ts";
import { UsageError } from "../core/errors.ts";
import type { JobOptions } from "../library/job_input.ts";
import type { Io } from "./io.ts";
import { importLate } from "./tree.ts";

/** What jobs get that are submitted at one time. */
export interface Placed {
  /** They win over what was typed. */
  readonly options: Pick<JobOptions, "delay" | "runAt" | "expires">;
  /** For JSON: ISO 8601 in UTC; only what was typed. */
  readonly json: { readonly runAt?: string; readonly expiresAt?: string };
}

/** How the options were understood. */
export interface Moments {
  /** Lines for people: `Not before Wed 2026-11-25 09:00 Europe/Prague, in 18h`. */
  readonly echo: string;
  /** For jobs submitted at a time, from which durations count. */
  place(now: number): Placed;
}

/** One point in time: itself, or how long after the submit. */
type Moment = { readonly at: number } | { readonly afterMs: number };

/** @throws {UsageError} For a time that is not understood, can mean several, or has passed */
export async function readMoments(options: JobOptions, io: Pick<Io, "now">): Promise<Moments> {
  const now = io.now();
  const when = await importLate<typeof When>("../calendar/when.ts");
  const echo: string[] = [];
  const read = async (label: string, time: JobOptions["runAt"], delay?: number): Promise<Moment | null> => {
    if (time === undefined && delay === undefined) return null;
    const text = delay === undefined ? String(time) : `${delay}ms`;
    // What scripts have written so far may lie in the past.
    const resolved = await when.resolveTime(text, { now, allowPast: isPlain(text, now) });
    echo.push(`${label} ${resolved.text}\n`);
    return isDuration(text) ? { afterMs: resolved.at - now } : { at: resolved.at };
  };
  const start = await read("Not before", options.runAt, options.delay as number | undefined);
  const expiry = await read("Expires", options.expires);
  return { echo: echo.join(""), place: (at) => place(start, expiry, at) };
}

function place(start: Moment | null, expiry: Moment | null, now: number): Placed {
  const at = (moment: Moment): number => "at" in moment ? moment.at : now + moment.afterMs;
  const iso = (moment: Moment): string => new Date(at(moment)).toISOString();
  return {
    options: {
      ...start === null ? {} : { delay: undefined, runAt: at(start) },
      ...expiry === null ? {} : { expires: at(expiry) },
    },
    json: {
      ...start === null ? {} : { runAt: iso(start) },
      ...expiry === null ? {} : { expiresAt: iso(expiry) },
    },
  };
}

function isPlain(text: string, now: number): boolean {
  return understood(() => parseTime(text, now));
}

function isDuration(text: string): boolean {
  return understood(() => parseDuration(text));
}

function understood(read: () => number): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}
