/** What `gigq worker` does. */

import { UsageError } from "../../core/errors.ts";
import { Worker } from "../../library/worker.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openToWork } from "../open_queue.ts";
import { Teller } from "../progress/teller.ts";
import { Shutdown } from "../signals.ts";
import { giveUpAfter, workerOptions } from "../worker_options.ts";
import { runSchedules } from "./worker_schedules.ts";

/** Runs jobs until the queue is drained, a limit is reached or a signal comes. */
export async function runWorker(input: Input, io: Io): Promise<number> {
  const maxTime = input.duration("max-time");
  if (maxTime === 0) throw new UsageError("--max-time must be longer than nothing");
  if (input.flag("schedules-only")) return await runSchedules(input, io, maxTime);
  const settings = workerOptions(input, io);
  const queues = input.strings("queue");
  await using queue = await openToWork(io);
  const teller = new Teller(
    io,
    input.flag("quiet"),
    () => worker.stop("cancel"),
    () => queue.now(),
    queue.location,
  );
  const worker = new Worker(queue, {
    ...settings,
    giveUpAfter: giveUpAfter(input, io),
    queues: queues.length > 0 ? queues : undefined,
    maxJobs: input.number("max-jobs"),
    maxTime,
    shutdownGrace: input.duration("shutdown-grace"),
    name: input.string("name"),
    onEvent: (event) => teller.hear(event),
  });
  using shutdown = new Shutdown((level) => worker.stop(level));
  const report = input.flag("drain") ? await worker.drain() : await worker.run();
  await teller.end(report);
  return shutdown.exitCode ?? 0;
}
