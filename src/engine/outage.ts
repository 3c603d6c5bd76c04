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
  #downSince: number | null = null;

  constructor(private readonly options: OutageOptions) {}

  /** A call did not reach the store. */
  begin(error: UnavailableError): void {
    const now = steadyNow(this.options.clock);
    if (!error.down) this.#downSince = null;
    else this.#downSince ??= now;
    if (this.#since !== null) return;
    this.#since = now;
    this.options.began?.(error);
  }

  /** A call was answered. */
  end(): void {
    if (this.#since === null) return;
    const awayMs = steadyNow(this.options.clock) - this.#since;
    this.#since = null;
    this.#downSince = null;
    this.options.ended?.(awayMs);
  }

  /**
   * For how long from now nobody takes a lease away though it is not extended; 0 unless the store said last that it is
   * down.
   *
   * While it is down nobody can take anything, so a lease lasts until the next try at least. Workers look at leases
   * three times in the length of one: when the store has been down for half of that, each of them has noticed and
   * watches every lease for its whole length again once the store is back (`lease_watch.ts`).
   */
  get frozenMs(): number {
    const { clock, leaseMs } = this.options;
    if (this.#downSince === null) return 0;
    const noticed = steadyNow(clock) - this.#downSince >= leaseMs / 2;
    return noticed ? leaseMs : leaseMs / 6;
  }
}
