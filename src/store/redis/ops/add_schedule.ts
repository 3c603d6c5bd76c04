/** Stores a schedule. */

import type { NewSchedule, Schedule } from "../../../core/schedule.ts";
import { requestId } from "../request.ts";
import type { Redis } from "../script.ts";
import { ADD_SCHEDULE_SCRIPT } from "../scripts/add_schedule.ts";
import { ms, nextAtOf, safeJson, wellFormed } from "./text.ts";

/** The schedule, or `null` when there is one of this name already. */
export async function addSchedule(
  redis: Redis,
  { name, definition, state }: NewSchedule,
  now: number,
): Promise<Schedule | null> {
  const control = { now: ms(now), request: requestId(), name: wellFormed(name), ...nextAtOf(state) };
  const texts = [JSON.stringify(definition), JSON.stringify(state)];
  const id = await redis.script<string | null>(ADD_SCHEDULE_SCRIPT, safeJson(control), ...texts);
  if (id === null) return null;
  return {
    id: Number(id),
    name: control.name,
    version: 1,
    createdAt: Number(control.now),
    ...{ definition, state },
  };
}
