/** How long a worker that was told to stop tries to tell how its last jobs ended. */

import type { Clock } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";
import type { StopLevel } from "./options.ts";
import { SERVER_AWAY_MS } from "./outage.ts";

/** How long the last writes may take once everything was killed. */
export const FAREWELL_MS = 10_000;

export class Farewell {
  /** When the last outcomes were first sent in vain. */
  #from: number | null = null;

  constructor(private readonly clock: Clock, private readonly isRemote: boolean) {}

  /**
   * Whether it was enough, now that a call has failed.
   *
   * @param waitedMs Time since the first failure of the row
   */
  isOver(level: StopLevel | null, running: number, waitedMs: number): boolean {
    if (level === "kill") return waitedMs > FAREWELL_MS;
    if (level === null || running > 0 || !this.isRemote) return false;
    this.#from ??= steadyNow(this.clock);
    return steadyNow(this.clock) - this.#from > SERVER_AWAY_MS;
  }
}
