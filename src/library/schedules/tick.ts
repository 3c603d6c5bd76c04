/** One look at what is due. */

import type { ScheduleQueue } from "./change.ts";
import type { Fired } from "./types.ts";

/** See `QueueSchedules.tick`. */
export function tick(queue: ScheduleQueue): Promise<readonly Fired[]> {
  throw new Error(`Not there yet: ${queue}`);
}
