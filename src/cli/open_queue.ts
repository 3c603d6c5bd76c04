/** How one-shot commands open the queue. */

import { UsageError } from "../core/errors.ts";
import { JobQueue } from "../library/queue.ts";
import type { Io } from "./io.ts";

const IN_MEMORY = ":memory:";
const NAME_A_FILE = "Name a file with --db";

/**
 * Opens the queue to look at it or change what is there: never creates a file, and uses the built-in driver, which
 * starts at once.
 *
 * @throws {UsageError} For a queue in memory, which can hold nothing yet
 */
export async function openExisting(io: Pick<Io, "db">): Promise<JobQueue> {
  if (io.db === IN_MEMORY) {
    throw new UsageError("A queue in memory begins with this command, and holds nothing", {
      hint: NAME_A_FILE,
    });
  }
  return await JobQueue.open(io.db, { create: false, driver: "builtin" });
}

/**
 * Opens the queue, or makes it, to put jobs there that another program will run.
 *
 * @throws {UsageError} For a queue in memory: it would end with this command, and the jobs with it
 */
export async function openToStore(io: Pick<Io, "db" | "jobs">): Promise<JobQueue> {
  if (io.db === IN_MEMORY) {
    throw new UsageError("A queue in memory ends with this command, and its jobs with it", {
      hint: NAME_A_FILE,
    });
  }
  return await JobQueue.open(io.db, { driver: "builtin", ...io.jobs?.defaults });
}
