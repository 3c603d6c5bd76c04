/** Slots that somebody asks for: a run at once, and slots of the past. */

import type { ScheduleStep } from "../ports.ts";
import type { Firing, Schedule } from "../schedule.ts";
import { newFiring } from "./firing.ts";
import { batchOf } from "./target.ts";

/**
 * Runs a schedule at once, whatever else runs, and whether or not it is paused.
 *
 * @param slot What the run is for: the present, moved so that no slot of the rule is hit
 * @param by See {@linkcode Firing.by}
 * @throws {DataError} When its jobs cannot be made
 * @throws {UsageError} When the parameters are not what the workflow takes
 */
export function runNow(schedule: Schedule, slot: number, now: number, by: string): ScheduleStep {
  // Jitter spreads what is due at one time; who asks for a run wants it now.
  const definition = { ...schedule.definition, jitterMs: 0 };
  const firing: Firing = {
    ...newFiring(schedule, slot, "manual", now, by),
    status: "started",
    startedAt: now,
  };
  return {
    id: schedule.id,
    version: schedule.version,
    state: schedule.state,
    firings: [firing],
    fire: { slot, ...batchOf({ ...schedule, definition }, slot, now) },
  };
}

/**
 * Queues slots of the past, which then start one after the other (or all at once, where runs may overlap).
 *
 * @param slots Those that have not been run
 */
export function backfill(
  schedule: Schedule,
  slots: readonly number[],
  now: number,
  by: string,
): ScheduleStep {
  return {
    id: schedule.id,
    version: schedule.version,
    state: schedule.state,
    firings: slots.map((slot) => ({ ...newFiring(schedule, slot, "backfill", now, by), status: "queued" })),
    fire: null,
  };
}
