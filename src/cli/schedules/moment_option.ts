/** Points in time that were typed. */

import { resolveTime } from "../../calendar/when.ts";
import { UsageError } from "../../core/errors.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";

/** How a point in time is read. */
interface Reading {
  /** The zone whose clocks count. */
  readonly zone: string;
  /** Where durations count from. */
  readonly now: number;
  /** Which end of the day a date alone means. */
  readonly edge: "first" | "last";
  /** Where `monday` is looked for; default `future`. */
  readonly toward?: "past" | "future";
}

/** A point in time, and how it was understood: `Wed 2026-11-25 09:00 Europe/Prague, in 18h`. */
export interface Moment {
  readonly at: number;
  readonly text: string;
}

/**
 * What an option says; `undefined` when it was not given.
 *
 * @throws {UsageError} Naming the option and its value
 */
export async function momentOption(
  input: Input,
  name: string,
  reading: Reading,
): Promise<Moment | undefined> {
  const text = input.string(name);
  if (text === undefined) return undefined;
  try {
    return await resolveTime(text, { ...reading, allowPast: true });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`--${name}: ${error.message}`, { hint: error.hint, cause: error });
  }
}

/** Tells how points in time were understood, a line for each that was given: `From Wed 2026-11-25 09:00 …`. */
export function tellMoments(
  moments: Readonly<Record<string, Moment | undefined>>,
  io: Pick<Io, "err">,
): void {
  for (const [name, moment] of Object.entries(moments)) {
    if (moment !== undefined) io.err(`${name} ${moment.text}\n`);
  }
}
