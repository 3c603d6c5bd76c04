/** Points in time that were typed. */

import { type ResolvedTime, resolveTime } from "../../calendar/when.ts";
import { withinLater } from "../../core/within.ts";
import type { MomentReading } from "../../library/schedules/moment.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";

/**
 * What an option says; `undefined` when it was not given.
 *
 * @throws {UsageError} Naming the option and its value
 */
export async function momentOption(
  input: Input,
  name: string,
  reading: MomentReading,
): Promise<ResolvedTime | undefined> {
  const text = input.string(name);
  if (text === undefined) return undefined;
  return await withinLater(`--${name}`, () => resolveTime(text, { ...reading, allowPast: true }));
}

/** Tells how points in time were understood, a line for each that was given: `From Wed 2026-11-25 09:00 …`. */
export function tellMoments(
  moments: Readonly<Record<string, ResolvedTime | undefined>>,
  io: Pick<Io, "err">,
): void {
  for (const [name, moment] of Object.entries(moments)) {
    if (moment !== undefined) io.err(`${name} ${moment.text}\n`);
  }
}
