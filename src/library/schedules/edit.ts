/** Changing what people said of a schedule. */

import type { Schedule } from "../../core/schedule.ts";
import type { JobDefaults } from "../policy.ts";
import { checkKeys } from "./arguments.ts";
import { change, type ScheduleQueue, stateOnly } from "./change.ts";
import { define, type Defined } from "./define.ts";
import { equal } from "./differences.ts";
import { firstSlot, redefinedState } from "./state.ts";
import { retarget } from "./stored_job.ts";
import { toTarget } from "./target.ts";
import type { ScheduleEdit } from "./types.ts";

/** See `QueueSchedules.edit`. */
export async function edit(queue: ScheduleQueue, name: string, wanted: ScheduleEdit): Promise<Schedule> {
  checkEdit(wanted);
  return (await change(queue, name, async (schedule, now) => {
    const { definition, times } = await edited(schedule, wanted, queue.defaults, now);
    if (equal(definition, schedule.definition)) return null;
    return { ...stateOnly(redefinedState(schedule, definition, times, now)), definition };
  })).schedule;
}

function checkEdit(edit: ScheduleEdit): void {
  checkKeys("edit", edit);
  if (edit.options !== undefined) checkKeys("schedule", edit.options);
}

/**
 * What a change makes of a schedule.
 *
 * @throws {UsageError} When its new times never come
 */
export async function edited(
  { name, definition: before }: Pick<Schedule, "name" | "definition">,
  { target, options: { job, ...options } = {} }: ScheduleEdit,
  defaults: JobDefaults,
  now: number,
): Promise<Defined> {
  const wanted = target === undefined
    ? retarget(before.target, job ?? {}, defaults)
    : toTarget(target, job ?? {}, defaults);
  const defined = await define(name, wanted, options, before, now);
  const { definition, times } = defined;
  if (!equal(definition.when, before.when)) firstSlot(definition, times, now);
  return defined;
}
