/** Entries of a schedule's history. */

import type { Firing, Schedule, Trigger } from "../schedule.ts";

/**
 * An entry about one slot, with no jobs yet, that says nothing of why.
 *
 * @param by See {@linkcode Firing.by}
 */
export function newFiring(
  { id }: Pick<Schedule, "id">,
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
