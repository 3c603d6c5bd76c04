/** Takes over jobs whose worker is gone: looks for them, ends what is left of them, hands them back. */

import { decide } from "../core/decide.ts";
import { fingerprintOf } from "../core/fingerprint.ts";
import type { JobId } from "../core/job.ts";
import type { Lease, Rescue, Store, WorkerInfo } from "../core/ports.ts";
import type { Attempt } from "./attempt.ts";
import { LeaseWatch } from "./lease_watch.ts";
import type { LostClaims } from "./lost_claims.ts";
import type { ProcessTable } from "./options.ts";
import { Patience, type PatienceOptions, tryingAgain } from "./patience.ts";
import { nextTurn, Wakeup } from "./wakeup.ts";

/** Longest polite wait for an orphan before it is killed. */
const ORPHAN_GRACE_MS = 5_000;

/** How long one look waits for orphans: killed ones are gone by then, unless they wait inside the kernel. */
const LONGEST_END_MS = 2 * ORPHAN_GRACE_MS;

export interface MaintenanceOptions extends PatienceOptions {
  readonly store: Store;
  readonly worker: WorkerInfo;
  readonly location: string | null;
  readonly leaseMs: number;
  readonly processes: ProcessTable | null;
  readonly held: ReadonlyMap<JobId, Attempt>;
  /** Of this worker; absent where it claims nothing. */
  readonly claims?: LostClaims;
  /**
   * Leaves jobs to workers of this host whose processes live. For who looks once: only who goes on looking sees that
   * one of them stands still. Default `false`.
   */
  readonly sparesLiving?: boolean;
  readonly rescued: (ids: readonly JobId[]) => void;
  /** Jobs became ready again that nobody lost anything of, or it is certain now that there are none. */
  readonly released?: () => void;
  readonly warn: (message: string, error: unknown) => void;
}

export class Maintenance {
  /** Attempts that are being ended, by job and number. */
  readonly #ending = new Set<string>();
  readonly #watch: LeaseWatch;
  readonly #bell = new Wakeup();
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
    const patience = new Patience(this.options);
    signal.addEventListener("abort", () => this.soon(), { once: true });
    while (!signal.aborted) {
      try {
        await this.sweep(signal);
        patience.forget();
        if (this.#suspectMs === Infinity) swept();
      } catch (error) {
        this.forget();
        this.#suspectMs = Infinity;
        if (patience.note(error)) warn(tryingAgain("Looking for abandoned jobs failed", error), error);
      }
      // Jitter keeps workers that started together from looking together.
      const interval = (leaseMs / 3) * (0.75 + random() / 2);
      await this.#bell.wait(clock, Math.ceil(Math.min(interval, this.#suspectMs)));
    }
  }

  /** Looks as soon as it can. */
  soon(): void {
    this.#bell.ring();
  }

  /** The store was out of reach: see {@linkcode LeaseWatch.forget}. */
  forget(): void {
    this.#watch.forget();
  }

  /** One look: rescues every attempt whose lease has ended or whose worker on this host is gone. */
  async sweep(signal: AbortSignal): Promise<void> {
    const { store, clock, claims, released } = this.options;
    // All of them, and not what is over by the wall: a clock that was set back must keep nothing from ending.
    const failed = claims?.failed ?? 0;
    const all = await store.leases({ expiredBy: Number.MAX_SAFE_INTEGER });
    const isDoubtful = claims?.doubtful ?? false;
    const handedBack = new Set(await claims?.handBack(all, failed));
    if (handedBack.size > 0 || isDoubtful) released?.();
    const leases = all.filter((lease) =>
      !this.#isOwn(lease) && !handedBack.has(lease.id) && !this.#ending.has(`${lease.id} ${lease.attempt}`)
    );
    this.#watch.look(leases);
    const now = clock.now();
    const orphans: Lease[] = [];
    const gone = this.#ownersGone(leases);
    this.#suspectMs = Infinity;
    for (const lease of leases) {
      if (this.#isOrphan(lease, gone, now)) orphans.push(lease);
      else if (lease.leaseUntil <= now) {
        this.#suspectMs = Math.min(this.#suspectMs, this.#watch.leftMs(lease));
      }
    }
    if (orphans.length === 0) return;
    const enough = new AbortController();
    const patience = clock.sleep(LONGEST_END_MS, AbortSignal.any([signal, enough.signal]));
    try {
      await Promise.race([this.#takeOver(orphans, signal), patience]);
    } finally {
      enough.abort();
    }
  }

  /**
   * Takes each job over once nothing of its old attempt runs any more, those that are ready in one turn together.
   * One that does not end holds up no other, and is waited for beside the next looks.
   */
  async #takeOver(orphans: readonly Lease[], signal: AbortSignal): Promise<void> {
    let ended: Lease[] = [];
    await Promise.all(orphans.map(async (lease) => {
      const key = `${lease.id} ${lease.attempt}`;
      this.#ending.add(key);
      try {
        await this.#end(lease, signal);
        ended.push(lease);
        await nextTurn();
        if (signal.aborted || ended.length === 0) return;
        const batch = ended;
        ended = [];
        await this.#rescue(batch);
      } finally {
        this.#ending.delete(key);
      }
    }));
  }

  async #rescue(leases: readonly Lease[]): Promise<void> {
    const { store, clock, rescued } = this.options;
    const now = clock.now();
    const ids = await store.rescue(leases.map((lease) => this.#plan(lease, now)), now);
    if (ids.length > 0) rescued(ids);
  }

  /** What runs here is not abandoned, even when its lease has ended: the heartbeat sees to it. */
  #isOwn({ id, attempt }: Lease): boolean {
    return this.options.held.get(id)?.job.attempt === attempt;
  }

  #isOrphan(lease: Lease, gone: ReadonlySet<WorkerInfo["id"]>, now: number): boolean {
    const { worker } = lease;
    if (worker !== null && gone.has(worker.id)) return true;
    if (this.options.sparesLiving && worker !== null && this.#isLocal(worker)) return false;
    // Nothing lives on from an earlier start of this machine: its clock needs no second look.
    return this.#watch.leftMs(lease) === 0 || (lease.leaseUntil <= now && this.#isOfEarlierBoot(worker));
  }

  /**
   * Workers that are provably gone: they ran under this very boot of this host, and their processes are no more. Each
   * is looked at once, however many jobs it holds.
   */
  #ownersGone(leases: readonly Lease[]): ReadonlySet<WorkerInfo["id"]> {
    const { worker, processes } = this.options;
    if (processes === null) return new Set();
    const owners = new Map(
      leases.flatMap((lease) => lease.worker === null ? [] : [[lease.worker.id, lease.worker] as const]),
    );
    owners.delete(worker.id);
    const gone = [...owners.values()].filter((owner) => this.#isLocal(owner) && processes.isGone(owner));
    return new Set(gone.map(({ id }) => id));
  }

  #isLocal(owner: WorkerInfo): boolean {
    const { worker } = this.options;
    return owner.host === worker.host && owner.boot !== null && owner.boot === worker.boot;
  }

  /** On a server, machines and containers that share a name are told apart by their boots: none of them is known to be gone. */
  #isOfEarlierBoot(owner: WorkerInfo | null): boolean {
    const { worker, store } = this.options;
    return !store.capabilities.remote && owner !== null && owner.host === worker.host &&
      owner.boot !== null && worker.boot !== null &&
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

  #plan(lease: Lease, now: number): Rescue {
    const { id, attempt, leaseUntil, policy, failures, firstStartedAt } = lease;
    const error = { class: "Lost", message: `Worker ${lease.worker?.id ?? "of unknown name"} is gone` };
    const traits = { reason: "lost", exitCode: null, signal: null } as const;
    const outcome = decide(
      { ...traits, error: { ...error, fingerprint: fingerprintOf({ ...error, ...traits }) } },
      { policy, failures, firstStartedAt, now, random: this.options.random, job: lease },
    );
    return { id, attempt, leaseUntil, outcome };
  }
}

/** The start of the machine, without the space of process ids: see `createWorkerInfo`. */
function bootOf(boot: string): string {
  return boot.split("/", 1)[0]!;
}
