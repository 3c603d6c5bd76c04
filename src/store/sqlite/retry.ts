/** Waiting for a lock that another process holds. */

import { isBusy } from "./errors.ts";

/** Bounds of the wait between two tries. */
const MIN_MS = 2;
const MAX_MS = 50;

/** How long to wait before the next try: jitter keeps processes from meeting again and again. */
export function retryWaitMs(): number {
  return MIN_MS + Math.random() * (MAX_MS - MIN_MS);
}

/** Waits outside of SQLite, so that the event loop goes on. */
export async function retryWhileBusy<T>(timeoutMs: number, act: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, retryWaitMs()));
  }
}
