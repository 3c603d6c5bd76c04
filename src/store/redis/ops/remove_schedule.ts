/** Deletes a schedule with its history. */

import { requestId } from "../request.ts";
import type { Redis } from "../script.ts";
import { REMOVE_SCHEDULE_SCRIPT } from "../scripts/remove_schedule.ts";

/** Whether there was one. */
export async function removeSchedule(redis: Redis, id: number): Promise<boolean> {
  const control = JSON.stringify({ request: requestId(), id: String(id) });
  return await redis.script<number>(REMOVE_SCHEDULE_SCRIPT, control) === 1;
}
