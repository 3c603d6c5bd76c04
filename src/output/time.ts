/** Points in time for people. */

import { formatDuration } from "../core/duration.ts";

/** Milliseconds since the epoch as ISO 8601 UTC, for JSON. */
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** `2026-01-31 22:00:05`, local. */
export function localTime(ms: number): string {
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `3s ago`, `in 10m`, `now`. */
export function relativeTime(ms: number, nowMs: number): string {
  const away = Math.abs(ms - nowMs);
  if (away < 1_000) return "now";
  const text = shortDuration(away);
  return ms < nowMs ? `${text} ago` : `in ${text}`;
}

/** Down to seconds is enough to tell how long ago something was, and `2h` says as much as `2h00m`. */
function shortDuration(ms: number): string {
  return ms < 60_000 ? `${Math.floor(ms / 1_000)}s` : formatDuration(ms).replace(/00[smh]$/, "");
}
