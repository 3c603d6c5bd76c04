/** How long a worker that was told to stop tries to tell how its last jobs ended. */

import type { Clock } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";
import type { LogWriter } from "./log_writer.ts";
import type { StopLevel } from "./options.ts";
import { SERVER_AWAY_MS } from "./outage.ts";
import type { Patience } from "./patience.ts";

/** How long the last writes may take once everything was killed. */
export const FAREWELL_MS = 10_000;

const LEVELS: readonly (StopLevel | null)[] = [null, "drain", "cancel", "kill"];

/** Levels only rise. */
export function isFirmer(level: StopLevel, than: StopLevel | null): boolean {
  return LEVELS.indexOf(level) > LEVELS.indexOf(than);
}

export class Farewell {
  /** When the last outcomes were first sent in vain. */
  #from: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly isRemote: boolean,
    private readonly warn: (message: string, error: unknown) => void,
  ) {}

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

  /**
   * Stores the end of the jobs' output, or warns.
   *
   * @param isVain Whether there is no use in trying again
   */
  async send(logs: LogWriter, patience: Patience, isVain: () => boolean): Promise<void> {
    const deadline = steadyNow(this.clock) + FAREWELL_MS;
    const error = await logs.flushAll(() => isVain() || steadyNow(this.clock) >= deadline, patience);
    if (error !== null) this.warn("The end of the jobs' output was not stored", error);
  }
}
