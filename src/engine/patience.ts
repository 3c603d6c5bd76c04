/** What to do when the store does not answer: which errors pass by themselves, and how long to wait. */

import { BusyError, ClosedError, DiskFullError, UnavailableError } from "../core/errors.ts";
import type { Clock, Random } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";
import type { Outage } from "./outage.ts";

const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 1_000;
/** Everybody who waits for a server comes back when it does: those who only want work come a little later. */
const LONGEST_OUTAGE_WAIT_MS = 4_000;

/** Locks are released and disks are tidied, sooner or later; a store out of reach may be gone for good. */
const PASSING = [BusyError, DiskFullError, UnavailableError] as const;

/** Whether waiting may cure an error. */
export function isPassing(error: unknown): boolean {
  return PASSING.some((kind) => error instanceof kind) && !(error instanceof ClosedError);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A warning: `The store did not answer: gigq.db is locked by another process; trying again`. */
export function tryingAgain(what: string, error: unknown): string {
  return `${what}: ${messageOf(error)}; trying again`;
}

/** What all parts of a worker share when they wait. */
export interface PatienceOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** For how long a store may be out of reach before that is an error for good. */
  readonly limitMs: number;
  /** Hears of calls that failed and of calls that were answered. */
  readonly outage: Outage;
}

/** Counts failures in a row; one success makes it forget. */
export class Patience {
  #failures = 0;
  #since: number | null = null;
  #isAway = false;

  /** @param hurries Waits a second at most, even for a server: others wait for what is to be said */
  constructor(private readonly options: PatienceOptions, private readonly hurries = false) {}

  /** Time since the first failure of the row. */
  get waitedMs(): number {
    return this.#since === null ? 0 : steadyNow(this.options.clock) - this.#since;
  }

  /**
   * Notes a failure.
   *
   * @returns Whether to warn of it: the first of a row, unless the {@linkcode Outage} tells of it
   * @throws The error, when waiting cannot cure it
   */
  note(error: unknown): boolean {
    const { clock, limitMs, outage } = this.options;
    if (!isPassing(error)) throw error;
    this.#since ??= steadyNow(clock);
    this.#isAway = error instanceof UnavailableError;
    if (error instanceof UnavailableError) {
      if (this.waitedMs >= limitMs) throw error;
      outage.begin(error);
    }
    return this.#failures++ === 0 && !this.#isAway;
  }

  /** The store has answered. */
  forget(): void {
    this.#failures = 0;
    this.#since = null;
    this.options.outage.end();
  }

  /** Waits before the next try: longer after each failure, at random within it, so that workers spread. */
  async wait(signal?: AbortSignal): Promise<void> {
    const { clock, random } = this.options;
    const most = this.#isAway && !this.hurries ? LONGEST_OUTAGE_WAIT_MS : LONGEST_WAIT_MS;
    const longest = Math.min(FIRST_WAIT_MS * 2 ** Math.min(this.#failures, 10), most);
    await clock.sleep(Math.ceil(longest * (0.5 + random() / 2)), signal);
  }
}
