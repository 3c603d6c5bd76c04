/** Changing a schedule that others may change at the same time. */

import { BusyError, NotFoundError, UsageError } from "../../core/errors.ts";
import type { Advanced, ScheduleStep } from "../../core/ports.ts";
import type { Schedule } from "../../core/schedule.ts";
import { didYouMean } from "../../core/suggest.ts";
import { show } from "../match_input.ts";
import type { JobQueue } from "../queue.ts";

/** What these operations need of a queue. */
export type ScheduleQueue = Pick<JobQueue, "store" | "defaults" | "now" | "clock">;

/** A change, without what says from which version it was made. */
export type Step = Omit<ScheduleStep, "id" | "version">;

/** What became of a change. */
export type Changed = Extract<Advanced, { readonly accepted: true }>;

/** Who decided, in histories, where a command or a script did. */
export const BY = "gigq";

/** More than so many others in a row are no coincidence. */
const TRIES = 50;

/**
 * One schedule.
 *
 * @throws {NotFoundError} Naming one that was perhaps meant
 */
export async function find({ store }: Pick<ScheduleQueue, "store">, name: string): Promise<Schedule> {
  const [found] = typeof name === "string" ? await store.schedules.list({ names: [name] }) : [];
  if (found !== undefined) return found;
  throw noSchedule(name, (await store.schedules.list()).map((schedule) => schedule.name));
}

/** Says that there is no such schedule. */
export function noSchedule(name: string, known: readonly string[]): NotFoundError | UsageError {
  if (typeof name !== "string") return new UsageError(`The name of a schedule is text, not ${show(name)}`);
  return new NotFoundError(`There is no schedule "${name}"`, {
    hint: didYouMean(name, known) ?? "gigq schedule list shows what there is",
  });
}

/**
 * Changes a schedule. When somebody else was first, the change is made anew from what is stored then.
 *
 * @param make What to change; `null` for nothing. It may be called more than once
 * @throws {NotFoundError} When there is no such schedule
 * @throws {BusyError} When others were first every time
 */
export async function change(
  queue: ScheduleQueue,
  name: string,
  make: (schedule: Schedule, now: number) => Promise<Step | null> | Step | null,
): Promise<Changed> {
  for (let tries = 0; tries < TRIES; tries++) {
    const schedule = await find(queue, name);
    const now = queue.now();
    const step = await make(schedule, now);
    if (step === null) return { accepted: true, schedule, jobs: [], workflow: null };
    const { id, version } = schedule;
    const advanced = await queue.store.schedules.advance({ ...step, id, version }, now);
    if (advanced.accepted) return advanced;
  }
  throw new BusyError(`Schedule "${name}" was changed by others ${TRIES} times while it was to be changed`, {
    hint: "Try again",
  });
}

/** A change of how it stands, and of nothing else. */
export function stateOnly(state: Schedule["state"]): Step {
  return { state, firings: [], fire: null };
}
