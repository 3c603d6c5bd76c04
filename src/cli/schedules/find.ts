/** Schedules by the names that were typed. */

import { NotFoundError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { JobQueue } from "../../library/queue.ts";
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
    throw new NotFoundError(`There is no schedule "${name}"`, {
      hint: didYouMean(name, all.map(({ schedule }) => schedule.name)) ??
        "gigq schedule list shows what there is",
    });
  });
}

/** One of them. */
export async function overviewOf(name: string, queue: JobQueue): Promise<ScheduleOverview> {
  return (await overviewsOf([name], queue))[0]!;
}
