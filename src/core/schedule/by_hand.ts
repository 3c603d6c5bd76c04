/** Slots that somebody asks for: a run at once, and slots of the past. */

import type { ScheduleStep } from "../ports.ts";
import type { Firing, Schedule, Trigger } from "../schedule.ts";
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
  const firing: Firing = { ...entry(schedule, slot, "manual", now, by), status: "started", startedAt: now };
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
    firings: slots.map((slot) => ({ ...entry(schedule, slot, "backfill", now, by), status: "queued" })),
    fire: null,
  };
}

function entry(
  { id }: Schedule,
  slot: number,
  trigger: Trigger,
  decidedAt: number,
  by: string,
): Omit<Firing, "status"> {
  return {
    schedule: id,
    slot,
    trigger,
    reason: null,
    slots: 1,
    decidedAt,
    startedAt: null,
    endedAt: null,
    job: null,
    run: null,
    by,
  };
}
