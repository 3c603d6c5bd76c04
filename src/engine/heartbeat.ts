/** Signs of life for everything this worker holds, and what comes back: cancel requests and lost leases. */

import type { JobId } from "../core/job.ts";
import type { BeatReply, Clock, Store } from "../core/ports.ts";
import type { Attempt } from "./attempt.ts";
import { Patience } from "./patience.ts";

export interface HeartbeatOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  /** What this worker holds, by job. */
  readonly held: ReadonlyMap<JobId, Attempt>;
  readonly warn: (message: string, error: unknown) => void;
}

export class Heartbeat {
  constructor(private readonly options: HeartbeatOptions) {}

  /** Beats until `signal` aborts. Rejects when the store is gone for good. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, heartbeatMs, held } = this.options;
    while (!signal.aborted) {
      await clock.sleep(heartbeatMs, signal);
      if (!signal.aborted && held.size > 0) await this.#insist(signal);
    }
  }

  /** One beat for all, repeated until it is heard. Leases that end meanwhile are lost. */
  async #insist(signal: AbortSignal): Promise<void> {
    const { clock, random, leaseMs, held, warn } = this.options;
    const patience = new Patience(clock, random, leaseMs);
    while (!signal.aborted && held.size > 0) {
      try {
        return await this.beat([...held.values()]);
      } catch (error) {
        const { isFresh } = patience;
        patience.note(error);
        if (isFresh) warn("The heartbeat did not get through; trying again", error);
      }
      const now = clock.now();
      for (const attempt of held.values()) {
        if (attempt.leaseUntil <= now) attempt.stop("lost");
      }
      await patience.wait(signal);
    }
  }

  /**
   * One beat for these attempts. The call to the store is made before this returns.
   *
   * @throws What the store throws; news that was not heard is sent again with the next beat
   */
  async beat(attempts: readonly Attempt[]): Promise<void> {
    const { store, clock, leaseMs } = this.options;
    const now = clock.now();
    const beats = attempts.map((attempt) => attempt.beat());
    try {
      const replies = await store.heartbeat(beats, leaseMs, now);
      this.#hear(replies, now + leaseMs);
    } catch (error) {
      for (const attempt of attempts) attempt.unheard();
      throw error;
    }
  }

  #hear(replies: readonly BeatReply[], leaseUntil: number): void {
    for (const { id, state } of replies) {
      const attempt = this.options.held.get(id);
      // What has ended is on its way to the store, and its fence decides there.
      if (attempt === undefined || attempt.settled) continue;
      if (state === "lost") {
        attempt.stop("lost");
        continue;
      }
      attempt.leaseUntil = Math.max(attempt.leaseUntil, leaseUntil);
      if (state === "cancel") attempt.stop("cancel");
    }
  }
}
