/** A clock that stands still until a test turns it. */

import type { Clock } from "../core/ports.ts";
import { settle } from "./settle.ts";

interface Sleeper {
  /** By the steady time: sleep does not end sooner because somebody sets the clock. */
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
  /** Time that has passed. */
  #passed = 0;
  /** What the wall shows beyond that. */
  #offset: number;
  /** By time, then in the order they fell asleep. */
  #sleepers: Sleeper[] = [];
  #watchers = new Set<() => void>();

  /**
   * Makes a clock that stands still.
   *
   * @param startMs Milliseconds since the epoch; default the start of 2026, UTC
   */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#offset = startMs;
  }

  /** Where the clock stands: milliseconds since the epoch. */
  now(): number {
    return this.#offset + this.#passed;
  }

  /** How far it was turned in all, in milliseconds: {@linkcode FakeClock.jump} does not change it. */
  monotonic(): number {
    return this.#passed;
  }

  /**
   * Sets the clock forward, or back with a negative number, as an administrator, a time server or a machine that
   * wakes from sleep does: no time passes and nobody wakes.
   */
  jump(ms: number): void {
    this.#offset += ms;
  }

  /** Resolves once the clock was turned by `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { at: this.#passed + Math.max(ms, 0), wake };
      const index = this.#sleepers.findIndex((other) => other.at > sleeper.at);
      this.#sleepers.splice(index < 0 ? this.#sleepers.length : index, 0, sleeper);
      signal?.addEventListener("abort", wake, { once: true });
      for (const notice of this.#watchers) notice();
    });
  }

  /** What the clock will show when the next sleeper wakes; `null` when nobody sleeps. */
  get nextWake(): number | null {
    const next = this.#sleepers[0];
    return next === undefined ? null : this.#offset + next.at;
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
   * @throws {RangeError} When `ms` is negative, or no number
   */
  async advance(ms: number): Promise<void> {
    await this.advanceTo(this.now() + ms);
  }

  /**
   * Moves the time forward to a point in time.
   *
   * @throws {RangeError} When that has passed, or is no point in time
   */
  async advanceTo(atMs: number): Promise<void> {
    if (!(atMs >= this.now() && atMs < Infinity)) {
      throw new RangeError(`The clock stands at ${this.now()} and does not go to ${atMs}`);
    }
    const end = atMs - this.#offset;
    await settle();
    for (let next = this.#sleepers[0]; next !== undefined && next.at <= end; next = this.#sleepers[0]) {
      this.#passed = Math.max(this.#passed, next.at);
      next.wake();
      await settle();
    }
    this.#passed = Math.max(this.#passed, end);
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
      if (this.nextWake !== null) await this.advanceTo(Math.max(this.nextWake, this.now()));
    }
    return await promise;
  }
}
