/** What a worker tells about the slots of schedules, for people. Pure. */

import { slotText } from "../../core/schedule/slot_text.ts";
import type { EngineEvent } from "../../engine/options.ts";
import { escapeLine } from "../../output/escape.ts";

type ScheduleEvent = Extract<EngineEvent, { type: "fired" | "skipped" }>;

/**
 * One line, such as `nightly fired for 02:00: job 12` or `nightly missed 3 slots up to 2026-11-23 02:00: nobody was there
 * in time; catch-up is none`.
 *
 * @param zone The zone of whoever reads it: a slot is told by the clock of its schedule, which is named where it differs
 */
export function scheduleLine(event: ScheduleEvent, nowMs: number, zone: string): string {
  const name = escapeLine(event.schedule);
  const at = shortSlot(event, nowMs, zone);
  if (event.type === "fired") {
    const how = event.trigger === "time" ? "" : ` (${event.trigger})`;
    const what = event.run === null ? `job ${event.job}` : `run ${event.run}`;
    return `${name} fired for ${at}${how}: ${what}`;
  }
  const why = event.reason === null ? "" : `: ${escapeLine(event.reason)}`;
  switch (event.status) {
    case "skipped":
      return `${name} skipped ${at}${why}`;
    case "missed":
      return `${name} missed ${event.slots === 1 ? at : `${event.slots} slots up to ${at}`}${why}`;
    case "failed":
      return `${name} failed for ${at}${why}`;
  }
}

/** Without the day where that is today's. */
function shortSlot({ slot, zone }: ScheduleEvent, nowMs: number, ownZone: string): string {
  const [day, time] = slotText(slot, zone).split(" ") as [string, string];
  const isToday = slotText(nowMs, zone).startsWith(`${day} `);
  return `${isToday ? time : `${day} ${time}`}${zone === ownZone ? "" : ` ${zone}`}`;
}
