/** What to do when the store does not answer: which errors pass by themselves, and how long to wait. */

import { BusyError, DiskFullError, UnavailableError } from "../core/errors.ts";
import type { Clock, Random } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";

const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 1_000;

/** Locks are released and disks are tidied, sooner or later; a store out of reach may be gone for good. */
const PASSING = [BusyError, DiskFullError, UnavailableError] as const;

/** Counts failures in a row; one success makes it forget. */
export class Patience {
  #failures = 0;
  #since: number | null = null;

  /** @param limitMs For how long a store may be out of reach before that is an error for good */
  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly limitMs: number,
  ) {}

  get isFresh(): boolean {
    return this.#failures === 0;
  }

  /** Time since the first failure of the row. */
  get waitedMs(): number {
    return this.#since === null ? 0 : steadyNow(this.clock) - this.#since;
  }

  /** Notes a failure. Rethrows one that waiting cannot cure. */
  note(error: unknown): void {
    if (!PASSING.some((kind) => error instanceof kind)) throw error;
    this.#since ??= steadyNow(this.clock);
    if (error instanceof UnavailableError && this.waitedMs >= this.limitMs) throw error;
    this.#failures++;
  }

  forget(): void {
    this.#failures = 0;
    this.#since = null;
  }

  /** Waits before the next try: longer after each failure, at random within it, so that workers spread. */
  async wait(signal?: AbortSignal): Promise<void> {
    const longest = Math.min(FIRST_WAIT_MS * 2 ** Math.min(this.#failures, 10), LONGEST_WAIT_MS);
    await this.clock.sleep(Math.ceil(longest * (0.5 + this.random() / 2)), signal);
  }
}
