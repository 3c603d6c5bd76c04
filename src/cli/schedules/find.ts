/** Schedules by the names that were typed. */

import type { JobQueue } from "../../library/queue.ts";
import type { ScheduleOverview } from "../../library/schedules/types.ts";

/**
 * The schedules of these names, in their order; each once.
 *
 * @throws {NotFoundError} For the first that does not exist
 */
export async function overviewsOf(
  names: readonly string[],
  { schedules }: JobQueue,
): Promise<readonly ScheduleOverview[]> {
  const wanted = [...new Set(names)];
  const found = new Map(
    (await schedules.list({ names: wanted })).map((overview) => [overview.schedule.name, overview]),
  );
  const missing = wanted.find((name) => !found.has(name));
  // Says so, and which one may be meant.
  if (missing !== undefined) await schedules.get(missing);
  return wanted.flatMap((name) => found.get(name) ?? []);
}
