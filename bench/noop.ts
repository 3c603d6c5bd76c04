/** The smallest job there is, and the queue that measures run it in. */

import { JobQueue, task, type TaskCall } from "../mod.ts";
import type { Backend, BackendName } from "./backend.ts";

export const noop = task("bench", (_params: { n: number }): null => null);

/** So many calls of {@linkcode noop}. */
export function noops(count: number): TaskCall<null>[] {
  return Array.from({ length: count }, (_, n) => noop({ n }));
}

/** Jobs at once that suit a backend: one further away is best asked for more. */
export function atOnce(backend: BackendName): number {
  return backend === "sqlite" ? 512 : 2_048;
}

/** Runs `work` with an empty queue. */
export function withQueue<T>(backend: Backend, work: (queue: JobQueue) => Promise<T>): Promise<T> {
  return backend.withPlace(async (location) => {
    await using queue = await JobQueue.open(location);
    return await work(queue);
  });
}
