/** Hears of cancel requests sooner than the next heartbeat: looks whenever the store may have changed. */

import type { JobId } from "../core/job.ts";
import type { Clock, Store } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";
import type { Attempt } from "./attempt.ts";

/** Least time between two looks, and per running job: many jobs are looked at less often. */
const INTERVAL_MS = 250;
const INTERVAL_PER_JOB_MS = 5;
/** So many running jobs are looked at whatever their age. */
const FEW = 16;

/**
 * Reads and never writes: a heartbeat here would wake the watchers of other workers, whose heartbeats would wake
 * this one, for ever.
 */
export class CancelWatch {
  #lastLook = -Infinity;
  #planned = false;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly held: ReadonlyMap<JobId, Attempt>,
  ) {}

  /** Something may have changed: looks soon, at most once an interval. Never rejects. */
  async changed(signal: AbortSignal): Promise<void> {
    if (this.#planned || this.held.size === 0) return;
    this.#planned = true;
    const interval = Math.max(INTERVAL_MS, this.held.size * INTERVAL_PER_JOB_MS);
    const due = this.held.size > FEW ? interval : this.#lastLook + interval - steadyNow(this.clock);
    if (due > 0) await this.clock.sleep(due, signal);
    this.#planned = false;
    if (signal.aborted) return;
    this.#lastLook = steadyNow(this.clock);
    try {
      await this.#look(interval);
    } catch {
      // The next heartbeat asks the same question, and reports what is wrong with the store.
    }
  }

  async #look(interval: number): Promise<void> {
    const few = this.held.size <= FEW;
    const startedBy = steadyNow(this.clock) - interval;
    const running = [...this.held.values()].filter((attempt) =>
      !attempt.settled && attempt.stopReason === null && (few || attempt.since <= startedBy)
    );
    if (running.length === 0) return;
    const jobs = await this.store.list({ ids: running.map(({ job }) => job.id), statuses: ["running"] });
    for (const { id, attempt, cancelRequested } of jobs) {
      const own = this.held.get(id);
      if (cancelRequested && own?.job.attempt === attempt) own.stop("cancel");
    }
  }
}
