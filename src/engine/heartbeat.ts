/** Signs of life for everything this worker holds, and what comes back: cancel requests and lost leases. */

import type { JobId } from "../core/job.ts";
import type { Beat, BeatReply, Store } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";
import type { Attempt } from "./attempt.ts";
import { Patience, type PatienceOptions, tryingAgain } from "./patience.ts";

export interface HeartbeatOptions extends PatienceOptions {
  readonly store: Store;
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
    const { held, warn } = this.options;
    const patience = new Patience(this.options, true);
    while (!signal.aborted && held.size > 0) {
      try {
        for (const attempt of held.values()) attempt.look();
        await this.#beatWatched(signal);
        return patience.forget();
      } catch (error) {
        if (patience.note(error)) warn(tryingAgain("The heartbeat did not get through", error), error);
        this.#freeze();
      }
      this.#dropEnded();
      await patience.wait(signal);
    }
  }

  /** A beat for all. It may wait in the store for longer than the leases last: a lock that others pass on. */
  async #beatWatched(signal: AbortSignal): Promise<void> {
    const heard = new AbortController();
    void this.#watchLeases(AbortSignal.any([signal, heard.signal]));
    try {
      await this.beat([...this.options.held.values()]);
    } finally {
      heard.abort();
    }
  }

  async #watchLeases(signal: AbortSignal): Promise<void> {
    const { clock, leaseMs } = this.options;
    while (!signal.aborted) {
      const ends = this.#owned().map((attempt) => attempt.leaseUntil - steadyNow(clock));
      await clock.sleep(Math.max(0, Math.ceil(Math.min(leaseMs, ...ends))), signal);
      if (!signal.aborted) this.#dropEnded();
    }
  }

  /** Nobody takes a job from a store that is down; those whose lease was over before may be somebody else's. */
  #freeze(): void {
    const { clock, outage } = this.options;
    const { frozenMs } = outage;
    if (frozenMs === 0) return;
    const steady = steadyNow(clock);
    for (const attempt of this.#owned()) {
      if (attempt.leaseUntil > steady) attempt.leaseUntil = Math.max(attempt.leaseUntil, steady + frozenMs);
    }
  }

  /** What has lost its lease may be somebody else's by now. */
  #dropEnded(): void {
    const steady = steadyNow(this.options.clock);
    for (const attempt of this.#owned()) if (attempt.leaseUntil <= steady) attempt.stop("lost");
  }

  #owned(): readonly Attempt[] {
    return [...this.options.held.values()].filter((attempt) =>
      !attempt.settled && attempt.stopReason !== "lost"
    );
  }

  /**
   * One beat for these attempts. The call to the store is made before this returns.
   *
   * @throws What the store throws; news that was not heard is sent again with the next beat
   */
  async beat(attempts: readonly Attempt[]): Promise<void> {
    const { store, clock, leaseMs } = this.options;
    const leaseUntil = steadyNow(clock) + leaseMs;
    const beats = attempts.map((attempt) => attempt.beat());
    try {
      const replies = await store.heartbeat(beats, leaseMs, clock.now());
      this.#hear(replies, leaseUntil);
      this.#hearSaved(attempts, beats, replies);
    } catch (error) {
      for (const [index, attempt] of attempts.entries()) attempt.unheard(beats[index]!);
      throw error;
    }
  }

  /** Tells attempts what became of what they saved: those that have ended, too. */
  #hearSaved(attempts: readonly Attempt[], beats: readonly Beat[], replies: readonly BeatReply[]): void {
    for (const [index, beat] of beats.entries()) {
      if (beat.checkpoint === undefined && beat.steps === undefined) continue;
      const reply = replies[index]?.id === beat.id
        ? replies[index]
        : replies.find(({ id }) => id === beat.id);
      attempts[index]!.heard(beat, reply?.state ?? "lost");
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
