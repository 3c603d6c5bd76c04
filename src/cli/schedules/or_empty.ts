/** The queue where there is one, for commands that can do without. */

import { UnavailableError } from "../../core/errors.ts";
import { serverOf } from "../../core/location.ts";
import { JobQueue } from "../../library/queue.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";

/** Opens the queue, or an empty one in memory where there is no file. Nothing is made. */
export async function orEmpty(io: Io): Promise<JobQueue> {
  try {
    if (io.db !== ":memory:") return await openExisting(io);
  } catch (error) {
    if (!(error instanceof UnavailableError) || serverOf(io.db) !== null) throw error;
  }
  return await JobQueue.open(":memory:", { driver: "builtin", ...io.jobs?.defaults });
}
