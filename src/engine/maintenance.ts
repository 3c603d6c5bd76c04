/** Takes over jobs whose worker is gone: looks for them, ends what is left of them, hands them back. */

import type { JobId } from "../core/job.ts";
import type { Clock, Lease, Random, Rescue, Store, WorkerInfo } from "../core/ports.ts";
import { retryDelayMs } from "../core/retry.ts";
import type { Attempt } from "./attempt.ts";
import { LeaseWatch } from "./lease_watch.ts";
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
  readonly #watch: LeaseWatch;
  /** How soon the next look may be of use: a lease that is over by the clock on the wall may end then. */
  #suspectMs = Infinity;

  constructor(private readonly options: MaintenanceOptions) {
    this.#watch = new LeaseWatch(options.clock, options.leaseMs);
  }

  /**
   * Looks at once and then about three times a lease, until `signal` aborts. `swept` is called after each look that
   * left no doubt: nothing stands whose lease is over by the clock on the wall.
   */
  async run(signal: AbortSignal, swept: () => void): Promise<void> {
    const { clock, random, leaseMs, warn } = this.options;
    const patience = new Patience(clock, random, leaseMs);
    while (!signal.aborted) {
      try {
        await this.sweep(signal);
        patience.forget();
        if (this.#suspectMs === Infinity) swept();
      } catch (error) {
        if (patience.isFresh) warn("Looking for abandoned jobs failed; trying again", error);
        patience.note(error);
      }
      // Jitter keeps workers that started together from looking together.
      const interval = (leaseMs / 3) * (0.75 + random() / 2);
      await clock.sleep(Math.ceil(Math.min(interval, this.#suspectMs)), signal);
    }
  }

  /** One look: rescues every attempt whose lease has ended or whose worker on this host is gone. */
  async sweep(signal: AbortSignal): Promise<void> {
    const { store, clock, rescued } = this.options;
    // All of them, and not what is over by the wall: a clock that was set back must keep nothing from ending.
    const leases = (await store.leases({ expiredBy: Number.MAX_SAFE_INTEGER })).filter((lease) =>
      !this.#isOwn(lease)
    );
    this.#watch.look(leases);
    const now = clock.now();
    const orphans: Lease[] = [];
    this.#suspectMs = Infinity;
    for (const lease of leases) {
      if (this.#isOrphan(lease, now)) orphans.push(lease);
      else if (lease.leaseUntil <= now) {
        this.#suspectMs = Math.min(this.#suspectMs, this.#watch.leftMs(lease));
      }
    }
    if (orphans.length === 0) return;
    await Promise.all(orphans.map((lease) => this.#end(lease, signal)));
    if (signal.aborted) return;
    const later = clock.now();
    const ids = await store.rescue(orphans.map((lease) => this.#plan(lease, later)), later);
    if (ids.length > 0) rescued(ids);
  }

  /** What runs here is not abandoned, even when its lease has ended: the heartbeat sees to it. */
  #isOwn({ id, attempt }: Lease): boolean {
    return this.options.held.get(id)?.job.attempt === attempt;
  }

  #isOrphan(lease: Lease, now: number): boolean {
    if (this.#watch.leftMs(lease) === 0 || this.#ownerIsGone(lease.worker)) return true;
    // Nothing lives on from an earlier start of this machine: its clock needs no second look.
    return lease.leaseUntil <= now && this.#isOfEarlierBoot(lease.worker);
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

  #isOfEarlierBoot(owner: WorkerInfo | null): boolean {
    const { worker } = this.options;
    return owner !== null && owner.host === worker.host && owner.boot !== null && worker.boot !== null &&
      bootOf(owner.boot) !== bootOf(worker.boot);
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

/** The start of the machine, without the space of process ids: see `createWorkerInfo`. */
function bootOf(boot: string): string {
  return boot.split("/", 1)[0]!;
}
