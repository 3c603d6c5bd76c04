/** Waits until nothing runs in a queue that gives out no more jobs. */

import { rescueAbandoned } from "../../compose.ts";
import { formatDuration } from "../../core/duration.ts";
import { BusyError } from "../../core/errors.ts";
import { shownLocation } from "../../core/location.ts";
import type { Lease } from "../../core/ports.ts";
import { steadyNow } from "../../core/steady.ts";
import { systemClock } from "../../engine/system_clock.ts";
import type { JobQueue } from "../queue.ts";

/** Time between two looks. */
const PAUSE_MS = 250;
/** Jobs that a message names. */
const NAMED = 10;

/** How long, and who hears of it. */
export interface DrainOptions {
  readonly waitMs: number;
  readonly signal: AbortSignal | undefined;
  /** Hears what runs, at each look. */
  readonly waiting: (running: readonly Lease[]) => void;
}

/**
 * Jobs of workers that are gone are taken back as any worker would do; those of living ones are waited for.
 *
 * @throws {BusyError} When jobs run after that time
 */
export async function drain(queue: JobQueue, { waitMs, signal, waiting }: DrainOptions): Promise<void> {
  const { store, clock = systemClock } = queue;
  const location = store.capabilities.shared ? queue.location : null;
  const deadline = steadyNow(clock) + waitMs;
  for (;;) {
    signal?.throwIfAborted();
    await rescueAbandoned({ store, location, clock });
    const running = await store.leases({ expiredBy: Number.MAX_SAFE_INTEGER });
    if (running.length === 0) return;
    const left = deadline - steadyNow(clock);
    if (left <= 0) throw stillRunning(queue.location, running, waitMs);
    waiting(running);
    await clock.sleep(Math.ceil(Math.min(PAUSE_MS, left)), signal);
  }
}

function stillRunning(location: string, running: readonly Lease[], waitMs: number): BusyError {
  const named = running.slice(0, NAMED).map(({ id, worker }) =>
    `${id} on ${worker?.id ?? "an unknown worker"}`
  );
  const more = running.length > NAMED ? ` and ${running.length - NAMED} more` : "";
  const [jobs, run] = running.length === 1 ? ["job", "runs"] : ["jobs", "run"];
  const after = waitMs === 0 ? "" : ` after ${formatDuration(waitMs)}`;
  return new BusyError(
    `${running.length} ${jobs} of ${shownLocation(location)} still ${run}${after}: ${
      named.join(", ")
    }${more}`,
    { hint: `Stop the workers, or give the jobs ${waitMs === 0 ? "time" : "longer"} to end with --wait 10m` },
  );
}
