/** Durations and points in time as people type them. */

import { BOUNDS } from "./bounds.ts";
import { UsageError } from "./errors.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Reads `250ms`, `10s`, `1.5h`, `2h30m`, `1d`; a bare number counts seconds.
 *
 * @returns Milliseconds
 * @throws {UsageError} Naming the text
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  const bare = /^\d+(\.\d+)?$/.test(trimmed);
  const whole = bare ? `${trimmed}s` : trimmed;
  let ms = NaN;
  if (/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(whole)) {
    ms = 0;
    for (const [, amount, unit] of whole.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)) {
      ms += Number(amount) * UNIT_MS[unit!]!;
    }
  }
  if (!(ms <= BOUNDS.durationMs)) {
    throw new UsageError(`Duration "${text}" is not understood`, {
      hint: "Write it like 500ms, 10s, 5m, 2h30m or 1d",
    });
  }
  return Math.round(ms);
}

/**
 * Writes a duration for people: `340ms`, `2.5s`, `4m10s`, `2h05m`, `3d04h`.
 */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0).replace(/\.0$/, "")}s`;
  const pair = (large: number, small: number, units: readonly [string, string]): string => {
    const total = Math.floor(ms / small);
    const per = large / small;
    return `${Math.floor(total / per)}${units[0]}${String(total % per).padStart(2, "0")}${units[1]}`;
  };
  if (ms < 3_600_000) return pair(60_000, 1_000, ["m", "s"]);
  if (ms < 86_400_000) return pair(3_600_000, 60_000, ["h", "m"]);
  return pair(86_400_000, 3_600_000, ["d", "h"]);
}

/** Writes a duration exactly, so that {@linkcode parseDuration} reads the same: `250ms`, `1.5s`, `2h30m`, `1d`. */
export function writeDuration(ms: number): string {
  if (ms < UNIT_MS.s!) return `${ms}ms`;
  let rest = ms;
  let text = "";
  for (const unit of ["d", "h", "m"]) {
    const count = Math.floor(rest / UNIT_MS[unit]!);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * UNIT_MS[unit]!;
  }
  return rest > 0 ? `${text}${rest / UNIT_MS.s!}s` : text;
}

/**
 * Reads a point in time: a duration from now (`10m`), the next time of day (`22:00`, local), or RFC 3339.
 *
 * @param nowMs The present, milliseconds since the epoch
 * @returns Milliseconds since the epoch
 * @throws {UsageError} Naming the text
 */
export function parseTime(text: string, nowMs: number): number {
  const trimmed = text.trim();
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(trimmed);
  if (clock) return nextTimeOfDay(Number(clock[1]), Number(clock[2]), nowMs);
  const date = /^\d{4}-\d\d-\d\d([T ](\d\d):(\d\d)(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(trimmed);
  if (date !== null) {
    const ms = Date.parse(trimmed.length === 10 ? `${trimmed}T00:00` : trimmed.replace(" ", "T"));
    const local = date[6] === undefined;
    if (Number.isFinite(ms)) return local ? afterGap(ms, Number(date[2] ?? 0), Number(date[3] ?? 0)) : ms;
  } else if (/^\d/.test(trimmed) && !trimmed.includes(":") && !trimmed.includes("-")) {
    return nowMs + parseDuration(trimmed);
  }
  throw new UsageError(`Time "${text}" is not understood`, {
    hint: "Write it like 10m (from now), 22:00 or 2026-01-31T22:00:00Z",
  });
}

/**
 * Where clocks are set forward, a time of day that is left out that day is the end of the gap (02:30 becomes 03:00); where
 * they are set back, one that comes twice means the first.
 */
function nextTimeOfDay(hours: number, minutes: number, nowMs: number): number {
  const today = new Date(nowMs);
  const on = (day: number): number => {
    const at = new Date(today.getFullYear(), today.getMonth(), today.getDate() + day, hours, minutes);
    return afterGap(at.getTime(), hours, minutes);
  };
  // Each day is counted on its own: today's answer may be an hour off what is asked for tomorrow.
  return on(0) > nowMs ? on(0) : on(1);
}

/** The end of the gap, when clocks do not show what was asked for: a `Date` is later by the length of the gap. */
function afterGap(ms: number, hours: number, minutes: number): number {
  const shown = new Date(ms);
  if (shown.getHours() === hours && shown.getMinutes() === minutes) return ms;
  const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  // One later, because the gap may end at this very instant.
  return local.add({ milliseconds: 1 }).getTimeZoneTransition("previous")?.epochMilliseconds ?? ms;
}
