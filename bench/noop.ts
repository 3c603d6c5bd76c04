/** The smallest job there is, and the queue that measures run it in. */

import { JobQueue, task, type TaskCall } from "../mod.ts";
import { withDatabase } from "./timing.ts";

export const noop = task("bench", (_params: { n: number }): null => null);

/** So many calls of {@linkcode noop}. */
export function noops(count: number): TaskCall<null>[] {
  return Array.from({ length: count }, (_, n) => noop({ n }));
}

/** Runs `work` with an empty queue in a file. */
export function withQueue<T>(work: (queue: JobQueue) => Promise<T>): Promise<T> {
  return withDatabase(async (path) => {
    await using queue = await JobQueue.open(path);
    return await work(queue);
  });
}
