/** A store that is out of reach, as all parts of a worker see it together. */

import type { UnavailableError } from "../core/errors.ts";
import type { Clock } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";
import type { EngineOptions } from "./options.ts";

/** How long a server may be out of reach for who does not work without end, and for who was told to stop. */
export const SERVER_AWAY_MS = 60_000;

/** For how long a worker tries to reach its store. */
export function giveUpMs(
  { store, mode, leaseMs, giveUpMs }: Pick<EngineOptions, "store" | "mode" | "leaseMs" | "giveUpMs">,
): number {
  if (giveUpMs !== undefined) return giveUpMs;
  if (!store.capabilities.remote) return leaseMs;
  return mode === "run" ? Infinity : SERVER_AWAY_MS;
}

export interface OutageOptions {
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly began?: (error: UnavailableError) => void;
  /** @param awayMs For how long no call was answered */
  readonly ended?: (awayMs: number) => void;
}

/** Begins with the first call that fails and ends with the first that is answered. */
export class Outage {
  #since: number | null = null;
  #isDown = false;

  constructor(private readonly options: OutageOptions) {}

  /** A call did not reach the store. */
  begin(error: UnavailableError): void {
    this.#isDown = error.down;
    if (this.#since !== null) return;
    this.#since = steadyNow(this.options.clock);
    this.options.began?.(error);
  }

  /** A call was answered. */
  end(): void {
    if (this.#since === null) return;
    const awayMs = steadyNow(this.options.clock) - this.#since;
    this.#since = null;
    this.#isDown = false;
    this.options.ended?.(awayMs);
  }

  /**
   * For how long from now nobody takes a lease away though it is not extended; 0 unless the store said last that it is
   * down.
   *
   * Nobody can take anything then. When it is back, those who look for abandoned jobs watch every lease for its whole
   * length again (`lease_watch.ts`), unless it was away so shortly that they did not notice: so half of that is safe,
   * and long enough to try again.
   */
  get frozenMs(): number {
    return this.#isDown ? this.options.leaseMs / 2 : 0;
  }
}
