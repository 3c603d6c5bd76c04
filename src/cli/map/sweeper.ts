/** Jobs of a map that end elsewhere: in another process, by a rescue, a cancel or an expiry. */

import { setTimeout as sleep } from "node:timers/promises";
import { FINAL } from "../../core/transitions.ts";
import type { JobQueue } from "../../library/queue.ts";
import type { Feed } from "./feed.ts";
import type { Window } from "./window.ts";

/** Least time between two looks, milliseconds: this process's own writes make the store change all the time. */
const PAUSE_MS = 500;

/** Looks once for ended jobs among those that the window waits for. */
export async function sweep(queue: JobQueue, window: Window, feed: Feed): Promise<void> {
  const ids = window.waiting;
  if (ids.length === 0) return;
  for (const job of await queue.list({ ids, statuses: FINAL })) {
    if (!await feed.reclaim(job)) window.settle(job.id, { status: job.status, attempt: job.attempt });
  }
}

/** Looks whenever the store has changed, until `signal` aborts. */
export async function keepSweeping(
  queue: JobQueue,
  window: Window,
  feed: Feed,
  signal: AbortSignal,
): Promise<void> {
  for await (const _ of queue.store.watch(signal)) {
    await sweep(queue, window, feed);
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}
