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
 * import { FakeClock } from "@gigq/gigq/testing";
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

  /**
   * Makes a clock that stands still.
   *
   * @param startMs Milliseconds since the epoch; default the start of 2026, UTC
   */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  /** Where the clock stands: milliseconds since the epoch. */
  now(): number {
    return this.#now;
  }

  /** Resolves once the clock was turned by `ms`, or at once when `signal` aborts. */
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
   *
   * @throws {RangeError} When `ms` is negative
   */
  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.#now + ms);
  }

  /**
   * Moves the time forward to a point in time.
   *
   * @throws {RangeError} When that has passed
   */
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

  /**
   * Turns the clock from sleeper to sleeper until a promise settles, so that hours of retries pass at once. While
   * something real is waited for (a process, the network), the clock runs on.
   *
   * @example
   * ```ts
   * import { JobQueue, task, Worker } from "@gigq/gigq";
   * import { FakeClock } from "@gigq/gigq/testing";
   *
   * let tries = 0;
   * const flaky = task("flaky", () => {
   *   if (++tries < 3) throw new Error("not yet");
   *   return tries;
   * }, { retries: 5, backoff: "fixed:6h" });
   *
   * const clock = new FakeClock();
   * await using queue = await JobQueue.open(":memory:", { clock });
   * const id = await queue.submit(flaky());
   * await clock.runUntil(new Worker(queue, { tasks: [flaky] }).drain());
   * console.log((await queue.get(id)).result); // 3
   * ```
   */
  async runUntil<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const note = (): void => {
      isSettled = true;
    };
    promise.then(note, note);
    for (await settle(); !isSettled; await settle()) {
      if (this.nextWake !== null) await this.advanceTo(Math.max(this.nextWake, this.#now));
    }
    return await promise;
  }
}
