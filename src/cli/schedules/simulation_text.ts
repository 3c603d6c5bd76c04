/** What would happen, as text. */

import { counted } from "../../core/counted.ts";
import { formatDuration } from "../../core/duration.ts";
import type { OverlapForecast, Simulation } from "../../library/schedules/types.ts";
import { escapeLine } from "../../output/escape.ts";
import { slotTime } from "./slot_text.ts";

/** Other names told of those that are due at the same time. */
const NAMED = 3;

/** All slots, each with the names of the other schedules that are due then. */
export function* dueTogether(
  { firings, collisions }: Simulation,
): Generator<{ readonly at: number; readonly name: string; readonly others: readonly string[] }> {
  const together = new Map(collisions.map(({ at, names }) => [at, names]));
  for (const { at, name } of firings) {
    yield { at, name, others: (together.get(at) ?? []).filter((other) => other !== name) };
  }
}

/** The lines of all slots: the time, the name, and what else is due then. */
export function* firingLines(simulation: Simulation, zone: string): Generator<string> {
  const width = Math.min(24, Math.max(0, ...new Set(simulation.firings.map(({ name }) => name.length))));
  for (const { at, name, others } of dueTogether(simulation)) {
    const note = others.length === 0 ? "" : `  at once with ${namesText(others)}`;
    yield `${slotTime(at, zone)}  ${
      note === "" ? escapeLine(name) : escapeLine(name).padEnd(width) + note
    }\n`;
  }
}

function namesText(names: readonly string[]): string {
  const rest = names.length - NAMED;
  return names.slice(0, NAMED).map(escapeLine).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** `poll: 12 of 96 times come while a run is open (about 20m): 12 skipped`; `null` when none does. */
export function forecastLine(forecast: OverlapForecast): string | null {
  const { name, typicalMs, slots, during, skipped, queued, cancelled, longestWaitMs } = forecast;
  if (typicalMs === null || during === 0) return null;
  const ends = [
    skipped > 0 ? `${skipped} skipped` : "",
    queued > 0 ? `${queued} wait, up to ${formatDuration(longestWaitMs)}` : "",
    cancelled > 0 ? `${cancelled} cancelled` : "",
  ].filter((text) => text !== "");
  const become = ends.length === 0 ? "they run beside each other" : ends.join(", ");
  return `${escapeLine(name)}: ${during} of ${counted(slots, "time")} come while a run is open (about ${
    formatDuration(typicalMs)
  }): ${become}`;
}

/** What it came to: `312 times of 4 schedules from … to …`, and what is to be said of them together. */
export function summaryText(
  { firings, collisions, overlaps, from, until }: Simulation,
  zone: string,
): string {
  const unknown = overlaps.filter(({ typicalMs, slots }) => typicalMs === null && slots > 0).length;
  return [
    `${counted(firings.length, "time")} of ${counted(overlaps.length, "schedule")}`,
    `From ${slotTime(from, zone)} to ${slotTime(until, zone)}`,
    collisions.length === 0
      ? "Never two at once"
      : `${counted(collisions.length, "instant")} with several at once`,
    ...unknown === 0 ? [] : [`Of ${counted(unknown, "schedule")} no run has ended: overlaps are not known`],
  ].map((line) => `${line}\n`).join("");
}
