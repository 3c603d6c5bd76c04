/** Points in time that were typed. */

import { toMoment } from "../../library/schedules/moment.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { slotTime } from "./slot_text.ts";

/** How a point in time is read. */
interface Reading {
  /** The zone whose clocks count. */
  readonly zone: string;
  readonly io: Pick<Io, "now">;
  /** Which end of the day a date alone means. */
  readonly edge: "first" | "last";
}

/**
 * What an option says, in milliseconds since the epoch; `undefined` when it was not given.
 *
 * @throws {UsageError} Naming the option and its value
 */
export function momentOption(input: Input, name: string, { zone, io, edge }: Reading): number | undefined {
  const text = input.string(name);
  return text === undefined ? undefined : toMoment(`--${name}`, text, { zone, now: io.now(), edge });
}

/** How it was understood, for stderr: `from Mon 2026-11-30 00:00 +01:00`. */
export function momentText(name: string, ms: number, zone: string): string {
  return `${name} ${slotTime(ms, zone)}`;
}

/** Tells how a range was understood; ends that are open are left out. */
export function tellRange(
  ends: { readonly from: number | undefined; readonly to: number | undefined },
  zone: string,
  io: Pick<Io, "err">,
): void {
  const texts = Object.entries(ends).flatMap(([name, ms]) =>
    ms === undefined ? [] : [momentText(name, ms, zone)]
  );
  if (texts.length > 0) io.err(`${texts.join(", ").replace(/^[a-z]/, (first) => first.toUpperCase())}\n`);
}
