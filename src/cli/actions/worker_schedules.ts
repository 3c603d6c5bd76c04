/** What `gigq worker --schedules-only` does. */

import { UsageError } from "../../core/errors.ts";
import { createScheduler } from "../../compose.ts";
import { createWorkerInfo } from "../../engine/identity.ts";
import { systemClock } from "../../engine/system_clock.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openToWork } from "../open_queue.ts";
import { Teller } from "../progress/teller.ts";
import { Shutdown } from "../signals.ts";
import { giveUpAfter } from "../worker_options.ts";

/** Options that are about jobs, which it does not run. */
const COUNTS = ["concurrency", "max-jobs"] as const;
const DURATIONS = ["lease", "heartbeat", "shutdown-grace"] as const;

/** Fires schedules until a signal comes, or the time is over. */
export async function runSchedules(input: Input, io: Io, maxTime: number | undefined): Promise<number> {
  refuseJobs(input);
  await using queue = await openToWork(io);
  const end = new AbortController();
  const stop = (): void => end.abort();
  const teller = new Teller(io, input.flag("quiet"), stop, () => queue.now(), queue.location);
  const scheduler = createScheduler({
    store: queue.store,
    clock: { ...systemClock, now: () => queue.now() },
    by: createWorkerInfo(input.string("name")).id,
    giveUpMs: giveUpAfter(input, io),
    onEvent: (event) => teller.hear(event),
  });
  using shutdown = new Shutdown(stop);
  if (maxTime !== undefined) void systemClock.sleep(maxTime, end.signal).then(stop);
  await scheduler.serve(end.signal);
  await teller.end();
  return shutdown.exitCode ?? 0;
}

function refuseJobs(input: Input): void {
  if (input.flag("drain")) {
    throw new UsageError("--schedules-only runs no jobs, and has nothing to drain", {
      hint: "gigq schedule tick fires what is due and ends",
    });
  }
  const given = input.strings("queue").length > 0
    ? "queue"
    : COUNTS.find((name) => input.number(name) !== undefined) ??
      DURATIONS.find((name) => input.duration(name) !== undefined);
  if (given === undefined) return;
  throw new UsageError(`--schedules-only runs no jobs, and --${given} is about jobs`, {
    hint: "Leave one of them out",
  });
}
