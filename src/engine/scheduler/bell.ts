/** When to look at schedules again: at a time, when somebody asks, and never more often than is asked for. */

import type { Clock } from "../../core/ports.ts";
import { steadyNow } from "../../core/steady.ts";
import { Wakeup } from "../wakeup.ts";

export class Bell {
  readonly #wakeup = new Wakeup();
  #lookedAt = -Infinity;
  /** How long the last look took. */
  #tookMs = 0;
  /** The least time between looks with which the next one was asked for; `null` when nobody asked. */
  #gapMs: number | null = null;
  /** Somebody does nothing else until the next look has ended. */
  #isAwaited = false;

  constructor(private readonly clock: Clock) {}

  /**
   * Asks for a look.
   *
   * @param gapMs Not sooner than so long after the last one began
   */
  ask(gapMs: number): void {
    this.#gapMs = Math.min(this.#gapMs ?? Infinity, gapMs);
    this.#wakeup.ring();
  }

  /** Asks for a look at once, however long the last one took: for who waits for it, and then asks no more. */
  insist(): void {
    this.#isAwaited = true;
    this.ask(0);
  }

  /** A look begins: it answers whatever was asked for before. */
  looking(): void {
    this.#lookedAt = steadyNow(this.clock);
    this.#gapMs = null;
    this.#isAwaited = false;
  }

  /** It has ended. However often one is asked for, looks take a quarter of the time at most. */
  looked(): void {
    this.#tookMs = steadyNow(this.clock) - this.#lookedAt;
  }

  /**
   * Waits until it is time to look, or `signal` aborts.
   *
   * @param ms At most so long; `null`: only an {@linkcode ask} ends it, and no time is waited for
   */
  async wait(ms: number | null, signal: AbortSignal): Promise<void> {
    const ring = (): void => this.#wakeup.ring();
    signal.addEventListener("abort", ring, { once: true });
    const since = steadyNow(this.clock);
    while (!signal.aborted && this.#askedInMs() > 0) {
      if (ms === null) await this.#wakeup.wait(this.clock, null);
      else {
        const left = Math.min(since + ms - steadyNow(this.clock), this.#askedInMs());
        if (left <= 0) break;
        await this.#wakeup.wait(this.clock, left);
      }
    }
    signal.removeEventListener("abort", ring);
  }

  /** How long until a look that was asked for may begin; endless when nobody asked. */
  #askedInMs(): number {
    if (this.#gapMs === null) return Infinity;
    if (this.#isAwaited) return 0;
    return this.#lookedAt + Math.max(this.#gapMs, 4 * this.#tookMs) - steadyNow(this.clock);
  }
}
