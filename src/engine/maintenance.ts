/** Takes over jobs whose worker is gone: looks for them, ends what is left of them, hands them back. */

import type { JobId } from "../core/job.ts";
import type { Clock, Lease, Random, Rescue, Store, WorkerInfo } from "../core/ports.ts";
import { retryDelayMs } from "../core/retry.ts";
import type { Attempt } from "./attempt.ts";
import type { ProcessTable } from "./options.ts";
import { Patience } from "./patience.ts";

/** Longest polite wait for an orphan before it is killed. */
const ORPHAN_GRACE_MS = 5_000;

export interface MaintenanceOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly worker: WorkerInfo;
  readonly location: string | null;
  readonly leaseMs: number;
  readonly processes: ProcessTable | null;
  readonly held: ReadonlyMap<JobId, Attempt>;
  readonly rescued: (ids: readonly JobId[]) => void;
  readonly warn: (message: string, error: unknown) => void;
}

export class Maintenance {
  constructor(private readonly options: MaintenanceOptions) {}

  /** Looks at once and then about three times a lease, until `signal` aborts; `swept` is called after each look. */
  async run(signal: AbortSignal, swept: () => void): Promise<void> {
    const { clock, random, leaseMs, warn } = this.options;
    const patience = new Patience(clock, random, leaseMs);
    while (!signal.aborted) {
      try {
        await this.sweep(signal);
        patience.forget();
        swept();
      } catch (error) {
        const { isFresh } = patience;
        patience.note(error);
        if (isFresh) warn("Looking for abandoned jobs failed; trying again", error);
      }
      // Jitter keeps workers that started together from looking together.
      await clock.sleep(Math.ceil((leaseMs / 3) * (0.75 + random() / 2)), signal);
    }
  }

  /** One look: rescues every attempt whose lease has ended or whose worker on this host is gone. */
  async sweep(signal: AbortSignal): Promise<void> {
    const { store, clock, worker, rescued } = this.options;
    const now = clock.now();
    const leases = await store.leases({ expiredBy: now, host: worker.host });
    const orphans = leases.filter((lease) => this.#isOrphan(lease, now));
    if (orphans.length === 0) return;
    await Promise.all(orphans.map((lease) => this.#end(lease, signal)));
    if (signal.aborted) return;
    const later = clock.now();
    const ids = await store.rescue(orphans.map((lease) => this.#plan(lease, later)), later);
    if (ids.length > 0) rescued(ids);
  }

  #isOrphan(lease: Lease, now: number): boolean {
    // What runs here is not abandoned, even when its lease has ended: the heartbeat sees to it.
    if (this.options.held.get(lease.id)?.job.attempt === lease.attempt) return false;
    return lease.leaseUntil <= now || this.#ownerIsGone(lease.worker);
  }

  /** Whether the worker is provably gone: it ran under this very boot of this host, and its process is no more. */
  #ownerIsGone(owner: WorkerInfo | null): boolean {
    const { worker, processes } = this.options;
    if (owner === null || processes === null || owner.id === worker.id) return false;
    return this.#isLocal(owner) && processes.isGone(owner);
  }

  #isLocal(owner: WorkerInfo): boolean {
    const { worker } = this.options;
    return owner.host === worker.host && owner.boot !== null && owner.boot === worker.boot;
  }

  /** The old body must be gone before a new one starts. On another host nothing can be done but wait. */
  async #end(lease: Lease, signal: AbortSignal): Promise<void> {
    const { processes, location } = this.options;
    if (processes === null || lease.worker === null || !this.#isLocal(lease.worker)) return;
    const { id, attempt, process, policy } = lease;
    await processes.end(
      { id, attempt, process, location },
      Math.min(policy.graceMs, ORPHAN_GRACE_MS),
      signal,
    );
  }

  #plan({ id, attempt, leaseUntil, failures, policy }: Lease, now: number): Rescue {
    const lost = failures + 1;
    const retryAt = lost < policy.maxAttempts
      ? now + retryDelayMs(policy.backoff, lost, this.options.random())
      : null;
    return { id, attempt, leaseUntil, retryAt };
  }
}
