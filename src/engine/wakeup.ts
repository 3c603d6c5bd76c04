/** A bell that one loop waits for and anyone rings. */

import { setImmediate } from "node:timers";
import type { Clock } from "../core/ports.ts";

/** Rings are remembered until the next wait and never counted. */
export class Wakeup {
  #rung = false;
  #resolve: (() => void) | null = null;

  ring(): void {
    this.#rung = true;
    this.#resolve?.();
  }

  /** Resolves `true` at the next ring (at once after one that nobody waited for), `false` after `ms` without. */
  async wait(clock: Clock, ms: number | null): Promise<boolean> {
    if (!this.#rung) {
      const rung = new Promise<void>((resolve) => this.#resolve = resolve);
      if (ms === null) await rung;
      else {
        const timer = new AbortController();
        await Promise.race([rung, clock.sleep(ms, timer.signal)]);
        timer.abort();
      }
      this.#resolve = null;
    }
    const result = this.#rung;
    this.#rung = false;
    return result;
  }
}

/** Lets timers, I/O and every promise that is ready now go first. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
