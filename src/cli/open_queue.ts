/** How one-shot commands open the queue. */

import { UsageError } from "../core/errors.ts";
import { JobQueue } from "../library/queue.ts";
import type { Io } from "./io.ts";

/**
 * Opens the queue to look at it or change what is there: never creates a file, and uses the built-in driver, which
 * starts at once.
 */
export function openExisting(io: Pick<Io, "db">): Promise<JobQueue> {
  return JobQueue.open(io.db, { create: false, driver: "builtin" });
}

/**
 * Opens the queue, or makes it, to put jobs there that another program will run.
 *
 * @throws {UsageError} For a queue in memory: it would end with this command, and the jobs with it
 */
export function openToStore(io: Pick<Io, "db" | "jobs">): Promise<JobQueue> {
  if (io.db === ":memory:") {
    throw new UsageError("A queue in memory ends with this command, and its jobs with it", {
      hint: "Name a file with --db",
    });
  }
  return JobQueue.open(io.db, { driver: "builtin", ...io.jobs?.defaults });
}
