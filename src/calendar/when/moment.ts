/** Says a point in time to people. */

import { formatDuration } from "../../core/duration.ts";
import { DAY_MS, type Moment, type Present } from "./wall.ts";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** `Wed 2026-11-25 09:00 Europe/Prague, in 18h`; seconds where there are any. */
export function writeMoment({ at, note }: Moment, { now, zone }: Present): string {
  const wall = new Date(zone.wallAt(at));
  const seconds = wall.getUTCSeconds() === 0 ? 16 : 19;
  const clock = wall.toISOString().replace("T", " ").slice(0, seconds);
  const told = note === null ? "" : ` (${note})`;
  return `${WEEKDAYS[wall.getUTCDay()]} ${clock} ${zone.name}, ${distance(at - now)}${told}`;
}

/** `in 18h`, `3h05m ago`, `now`. */
function distance(ms: number): string {
  const length = Math.abs(ms);
  if (length < 1_000) return "now";
  // To what is shown of it, so that 17:59:59.9 is 18 h.
  const unit = length >= DAY_MS ? 3_600_000 : length >= 3_600_000 ? 60_000 : 1_000;
  const text = formatDuration(Math.round(length / unit) * unit).replace(/([mhd])00?[smh]$/, "$1");
  return ms > 0 ? `in ${text}` : `${text} ago`;
}
