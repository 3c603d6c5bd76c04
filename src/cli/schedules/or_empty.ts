/** The queue where there is one, for commands that can do without. */

import { UnavailableError } from "../../core/errors.ts";
import { serverOf } from "../../core/location.ts";
import { JobQueue } from "../../library/queue.ts";
import { escapeLine } from "../../output/escape.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";

/**
 * Opens the queue, or an empty one in memory where there is no file. Nothing is made.
 *
 * @param away What becomes of a server that cannot be reached: an error, or a line about it
 * @throws {UnavailableError} For such a server
 */
export async function orEmpty(io: Io, away: "fails" | "is told"): Promise<JobQueue> {
  try {
    if (io.db !== ":memory:") return await openExisting(io);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    if (serverOf(io.db) !== null) {
      if (away === "fails") throw error;
      io.err(`${escapeLine(error.message)}: nothing is known of earlier runs\n`);
    }
  }
  return await JobQueue.open(":memory:", { driver: "builtin", ...io.jobs?.defaults });
}
