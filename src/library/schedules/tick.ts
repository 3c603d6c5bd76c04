/** One look at what is due. Imported late: it brings the engine. */

import { createScheduler } from "../../compose.ts";
import { systemClock } from "../../engine/system_clock.ts";
import { checkKeys } from "./arguments.ts";
import { BY, type ScheduleQueue } from "./change.ts";
import type { Fired, TickOptions } from "./types.ts";

/** See `QueueSchedules.tick`. */
export async function tick(
  queue: ScheduleQueue,
  options: TickOptions = {},
): Promise<readonly Fired[]> {
  checkKeys("tick", options);
  const { onWarning, signal } = options;
  const decided: Fired[] = [];
  const clock = queue.clock ?? systemClock;
  const scheduler = createScheduler({
    store: queue.store,
    clock: { now: () => queue.now(), sleep: (ms, signal) => clock.sleep(ms, signal) },
    by: BY,
    onDecided: ({ name }, firing, jobs) => decided.push({ name, firing, jobs }),
    onEvent: (event) => {
      if (event.type === "warning") onWarning?.(event.message, event.error);
    },
  });
  await scheduler.look(signal);
  return decided;
}
