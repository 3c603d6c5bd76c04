/** Delays that a failed attempt names for the next one. */

import { BOUNDS } from "../core/bounds.ts";
import { formatDuration, parseDuration } from "../core/duration.ts";
import { UsageError } from "../core/errors.ts";

/** What `ctx.retryAfter` makes: thrown, it fails the attempt and says when the next one may start. */
export class RetryAfterError extends Error {
  override readonly name = "RetryAfter";

  constructor(readonly retryAfterMs: number, message: string) {
    super(message);
  }
}

/**
 * An error that names a delay.
 *
 * @param delay Milliseconds, or text such as `5m`
 * @throws {UsageError} For a delay that is not understood or out of range
 */
export function retryAfter(delay: number | string, message?: string): RetryAfterError {
  const ms = typeof delay === "string" ? parseDuration(delay) : delay;
  if (!(ms >= 0 && ms <= BOUNDS.durationMs)) throw new UsageError(`The delay ${delay} is out of range`);
  return new RetryAfterError(Math.round(ms), message ?? `Try again after ${formatDuration(ms)}`);
}

/** The delay that a thrown value carries, whatever its class. */
export function delayOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("retryAfterMs" in error)) return undefined;
  const { retryAfterMs } = error;
  if (typeof retryAfterMs !== "number" || !(retryAfterMs >= 0)) return undefined;
  return Math.min(Math.round(retryAfterMs), BOUNDS.durationMs);
}

const SECONDS = /^\d{1,15}$/;
/** Begins with the day of the week. */
const DATE = /^[A-Za-z]{3}/;

/**
 * The header of a response: seconds, or a date. At most {@linkcode BOUNDS.retryAfterMs}, since it is not ours.
 *
 * @param date The response's own `Date`, against which its dates count
 */
export function headerDelay(value: string | null, date: string | null, nowMs: number): number | undefined {
  const text = value?.trim() ?? "";
  const sent = Date.parse(date ?? "");
  const ms = SECONDS.test(text)
    ? Number(text) * 1_000
    : Date.parse(DATE.test(text) ? text : "") - (Number.isFinite(sent) ? sent : nowMs);
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), BOUNDS.retryAfterMs) : undefined;
}

/** The delay in the last line of `Retry-After: 120` or `Retry-After: 2m`, where there is one. */
export function printedDelay(lines: readonly string[]): number | undefined {
  for (const line of lines.toReversed()) {
    const [, text] = /^\s*Retry-After:\s*(\S+)\s*$/i.exec(line) ?? [];
    if (text === undefined) continue;
    try {
      return parseDuration(text);
    } catch {
      // Not a delay after all.
    }
  }
  return undefined;
}
