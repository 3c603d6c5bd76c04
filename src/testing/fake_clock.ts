/** A clock that stands still until a test turns it. */

import type { Clock } from "../core/ports.ts";
import { settle } from "./settle.ts";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock for tests: {@linkcode FakeClock.advance} moves the time and wakes who sleeps, in order.
 *
 * @example
 * ```ts
 * import { FakeClock } from "./src/testing/mod.ts";
 *
 * const clock = new FakeClock(0);
 * const woken = clock.sleep(60_000).then(() => clock.now());
 * await clock.advance(3_600_000);
 * console.log(await woken, clock.now()); // 60000 3600000
 * ```
 */
export class FakeClock implements Clock {
  #now: number;
  /** By time, then in the order they fell asleep. */
  #sleepers: Sleeper[] = [];
  #watchers = new Set<() => void>();

  /** @param startMs Milliseconds since the epoch; default 2026-01-01 */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { at: this.#now + Math.max(ms, 0), wake };
      const index = this.#sleepers.findIndex((other) => other.at > sleeper.at);
      this.#sleepers.splice(index < 0 ? this.#sleepers.length : index, 0, sleeper);
      signal?.addEventListener("abort", wake, { once: true });
      for (const notice of this.#watchers) notice();
    });
  }

  /** When the next sleeper wakes; `null` when nobody sleeps. */
  get nextWake(): number | null {
    return this.#sleepers[0]?.at ?? null;
  }

  /** How many sleep now. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Resolves once at least so many sleep: what to wait for before turning the clock. */
  async whenSleeping(count = 1): Promise<void> {
    while (this.#sleepers.length < count) {
      await new Promise<void>((resolve) => {
        const notice = (): void => {
          this.#watchers.delete(notice);
          resolve();
        };
        this.#watchers.add(notice);
      });
    }
  }

  /**
   * Moves the time forward by `ms`. Whoever has to wake on the way wakes at its own time, and what it does then,
   * falling asleep again included, happens before the next one wakes.
   */
  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.#now + ms);
  }

  /** Moves the time forward to a point in time. */
  async advanceTo(atMs: number): Promise<void> {
    if (atMs < this.#now) {
      throw new RangeError(`The clock stands at ${this.#now} and does not go back to ${atMs}`);
    }
    await settle();
    for (let next = this.#sleepers[0]; next !== undefined && next.at <= atMs; next = this.#sleepers[0]) {
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await settle();
    }
    this.#now = atMs;
  }
}
