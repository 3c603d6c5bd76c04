/** Numbers and durations that people give, checked. */

import { BOUNDS } from "../core/bounds.ts";
import { parseDuration } from "../core/duration.ts";
import { UsageError } from "../core/errors.ts";
import { show } from "./match_input.ts";

/** A duration: milliseconds, or text such as `90s`, `5m`, `2h30m`. */
export type Duration = number | string;

/** Milliseconds, from a number or text. */
export function toMs(what: string, duration: Duration): number {
  if (typeof duration !== "string" && typeof duration !== "number") {
    throw new UsageError(`The ${what} is a number of milliseconds, or text, not ${show(duration)}`, {
      hint: "Write it like 500ms, 10s, 5m, 2h30m or 1d",
    });
  }
  const ms = typeof duration === "string" ? parseDuration(duration) : duration;
  if (!(ms >= 0 && ms <= BOUNDS.durationMs)) throw new UsageError(`The ${what} ${duration} is out of range`);
  return ms;
}

/** The same, and not nothing. */
export function positive(what: string, duration: Duration): number {
  const ms = toMs(what, duration);
  if (ms === 0) throw new UsageError(`The ${what} must be longer than nothing`);
  return ms;
}

/** A whole number within bounds. */
export function integer(what: string, value: number, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new UsageError(`The ${what} must be a whole number from ${min} to ${max}, not ${show(value)}`);
  }
  return value;
}
