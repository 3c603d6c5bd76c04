/** How commands open the queue. */

import { UsageError } from "../core/errors.ts";
import { serverOf } from "../core/location.ts";
import { JobQueue, type QueueOptions } from "../library/queue.ts";
import type { Io } from "./io.ts";

const IN_MEMORY = ":memory:";
const NAME_A_FILE = "Name a file with --db";

type Place = Pick<Io, "db" | "keepTime">;

/**
 * Opens the queue to look at it or change what is there: never creates a file, and uses the built-in driver, which
 * starts at once.
 *
 * @throws {UsageError} For a queue in memory, which can hold nothing yet
 */
export async function openExisting(io: Place & Partial<Pick<Io, "jobs">>): Promise<JobQueue> {
  if (io.db === IN_MEMORY) {
    throw new UsageError("A queue in memory begins with this command, and holds nothing", {
      hint: NAME_A_FILE,
    });
  }
  return await open(io, { create: false, driver: "builtin", ...io.jobs?.defaults });
}

/**
 * Opens the queue, or makes it, to put jobs there that another program will run.
 *
 * @throws {UsageError} For a queue in memory: it would end with this command, and the jobs with it
 */
export async function openToStore(io: Place & Pick<Io, "jobs">): Promise<JobQueue> {
  if (io.db === IN_MEMORY) {
    throw new UsageError("A queue in memory ends with this command, and its jobs with it", {
      hint: NAME_A_FILE,
    });
  }
  return await open(io, { driver: "builtin", ...io.jobs?.defaults });
}

/** Opens the queue, or makes it, to run jobs. */
export async function openToWork(io: Place & Pick<Io, "jobs">): Promise<JobQueue> {
  return await open(io, io.jobs?.defaults);
}

/**
 * Opens a queue on a server before there is anything to do with it: its clock is the one from which delays count. A
 * file is made last, when all else is right.
 *
 * @returns `null` for a file
 */
export async function openServer(
  io: Place & Pick<Io, "jobs">,
  open: (io: Place & Pick<Io, "jobs">) => Promise<JobQueue>,
): Promise<JobQueue | null> {
  return serverOf(io.db) === null ? null : await open(io);
}

async function open(io: Place, options?: QueueOptions): Promise<JobQueue> {
  const queue = await JobQueue.open(io.db, options);
  if (queue.store.capabilities.remote) io.keepTime?.(() => queue.now());
  return queue;
}
