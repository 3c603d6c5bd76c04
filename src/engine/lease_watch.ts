/** Tells when a lease has ended, though somebody may have set the clock meanwhile. */

import type { JobId } from "../core/job.ts";
import type { Clock, Lease } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";

/** A lease as it was first seen; a heartbeat makes it another one. */
interface Sighting {
  readonly attempt: number;
  readonly leaseUntil: number;
  /** By the steady clock of this worker. */
  readonly endsAt: number;
}

/**
 * Leases are times of the clock on the wall. When that is set forward by an hour (or the machine wakes from sleep),
 * every lease looks ended until its owner's next heartbeat; when it is set back, none ends for an hour. So a worker
 * does not believe the wall: a lease has ended when this worker has seen it unrenewed for as long as it had left at
 * first sight, and for no less than a whole lease, by the steady clock. A living owner has renewed it by then.
 */
export class LeaseWatch {
  #seen: ReadonlyMap<JobId, Sighting> = new Map();
  #lookedAt = -Infinity;

  /** @param leaseMs The least time to watch a lease before it is believed to have ended */
  constructor(private readonly clock: Clock, private readonly leaseMs: number) {}

  /** Takes note of all leases as they stand now, and forgets those that do not stand any more. */
  look(leases: readonly Lease[]): void {
    const now = this.clock.now();
    const steady = steadyNow(this.clock);
    // Who has not looked for a whole lease was held up, perhaps together with the owners: a paused machine.
    if (steady - this.#lookedAt > this.leaseMs) this.#seen = new Map();
    this.#lookedAt = steady;
    const seen = new Map<JobId, Sighting>();
    for (const { id, attempt, leaseUntil } of leases) {
      const before = this.#seen.get(id);
      const same = before?.attempt === attempt && before.leaseUntil === leaseUntil;
      const endsAt = steady + Math.max(leaseUntil - now, this.leaseMs);
      seen.set(id, same ? before : { attempt, leaseUntil, endsAt });
    }
    this.#seen = seen;
  }

  /**
   * Forgets all that was seen: a look has failed, so owners could perhaps not extend a lease either. Each gets a whole
   * one from the next look on.
   */
  forget(): void {
    this.#seen = new Map();
  }

  /** For how long a lease that was looked at has to stand unrenewed yet; 0 when it has ended. */
  leftMs({ id }: Lease): number {
    const endsAt = this.#seen.get(id)?.endsAt ?? Infinity;
    return Math.max(0, endsAt - steadyNow(this.clock));
  }
}
