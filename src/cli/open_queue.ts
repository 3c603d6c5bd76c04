/** How one-shot commands open the queue. */

import { JobQueue } from "../library/queue.ts";
import type { Io } from "./io.ts";

/**
 * Opens the queue to look at it or change what is there: never creates a file, and uses the built-in driver, which
 * starts at once.
 */
export function openExisting(io: Pick<Io, "db">): Promise<JobQueue> {
  return JobQueue.open(io.db, { create: false, driver: "builtin" });
}
