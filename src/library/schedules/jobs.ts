/** Which jobs a schedule made. */

import type { JobId } from "../../core/job.ts";
import { find, type ScheduleQueue } from "./change.ts";

/** Runs that are looked at together. */
const RUNS = 50;

/** See `QueueSchedules.jobs`. */
export async function jobs({ store }: ScheduleQueue, name: string): Promise<readonly JobId[]> {
  const { id } = await find({ store }, name);
  const entries = await store.schedules.firings({ schedules: [id] });
  const ids = new Set(entries.flatMap(({ job }) => job ?? []));
  const runs = entries.flatMap(({ run }) => run ?? []);
  for (let first = 0; first < runs.length; first += RUNS) {
    const some = runs.slice(first, first + RUNS);
    const lists = await Promise.all(some.map((workflow) => store.list({ workflow })));
    for (const job of lists.flat()) ids.add(job.id);
  }
  return [...ids].sort((a, b) => a - b);
}
