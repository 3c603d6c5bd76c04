/** Schedules by the names that were typed. */

import type { JobQueue } from "../../library/queue.ts";
import { noSchedule } from "../../library/schedules/change.ts";
import type { ScheduleOverview } from "../../library/schedules/types.ts";

/**
 * The schedules of these names, in their order; each once.
 *
 * @throws {NotFoundError} For the first that does not exist
 */
export async function overviewsOf(
  names: readonly string[],
  queue: JobQueue,
): Promise<readonly ScheduleOverview[]> {
  const all = await queue.schedules.list();
  return [...new Set(names)].map((name) => {
    const found = all.find(({ schedule }) => schedule.name === name);
    if (found !== undefined) return found;
    throw noSchedule(name, all.map(({ schedule }) => schedule.name));
  });
}
