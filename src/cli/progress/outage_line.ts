/** What is told of a store that is out of reach. Pure. */

import { formatDuration } from "../../core/duration.ts";
import { shownLocation } from "../../core/location.ts";
import type { EngineEvent } from "../../engine/options.ts";
import { escapeLine } from "../../output/escape.ts";

type OutageEvent = Extract<EngineEvent, { type: "unreachable" | "reachable" }>;

/** One line, such as `gigq: postgres://db.example/jobs refuses connections; 3 jobs go on; trying again`. */
export function outageLine(event: OutageEvent, location: string): string {
  if (event.type === "reachable") {
    const place = escapeLine(shownLocation(location));
    return `gigq: ${place} answers again after ${formatDuration(event.awayMs)}\n`;
  }
  const { running } = event;
  const jobs = running === 0 ? "" : running === 1 ? "1 job goes on; " : `${running} jobs go on; `;
  return `gigq: ${escapeLine(event.error.message)}; ${jobs}trying again\n`;
}
