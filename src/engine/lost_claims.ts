/** Jobs that a claim gave to this worker without telling it: the answer was lost on its way. */

import type { JobId } from "../core/job.ts";
import type { ClaimedJob, Clock, Lease, Store, WorkerInfo } from "../core/ports.ts";
import type { Attempt } from "./attempt.ts";

export interface LostClaimsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly worker: WorkerInfo;
  readonly held: ReadonlyMap<JobId, Attempt>;
}

/**
 * Finds them among the leases and hands them back, at no cost of a failure: nothing of them has begun. Otherwise they
 * would stand until their leases end, and then count as lost with a worker.
 */
export class LostClaims {
  /** Each resolves once the jobs of a claim under way are held, or it has failed. */
  readonly #underWay = new Set<Promise<void>>();
  /** Attempts that began here and were given up, which may still bear this worker's name: those do count as lost. */
  #given = new Set<string>();
  /** Claims that failed. */
  #failed = 0;
  /** How many of them had failed when a look began. */
  #lookedInto = 0;

  constructor(private readonly options: LostClaimsOptions) {}

  /** Whether there may be some: a claim has failed, and nobody has looked since. */
  get doubtful(): boolean {
    return this.#failed > this.#lookedInto;
  }

  /** Claims that failed so far: to be asked before the leases are. */
  get failed(): number {
    return this.#failed;
  }

  /** A claim is about to be made. Call what this returns once its jobs are held, or it has failed. */
  begin(): (failed: boolean) => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#underWay.add(promise);
    return (failed) => {
      if (failed) this.#failed++;
      this.#underWay.delete(promise);
      resolve();
    };
  }

  /** An attempt that ran here ends without a word to the store. */
  giveUp({ id, attempt }: ClaimedJob): void {
    this.#given.add(keyOf({ id, attempt }));
  }

  /**
   * Looks through all leases as they were a moment ago.
   *
   * @param failed The {@linkcode failed} claims before that moment: of one that failed since, they need not tell
   * @returns The jobs handed back
   */
  async handBack(leases: readonly Lease[], failed: number): Promise<readonly JobId[]> {
    const { store, clock } = this.options;
    const unknown = leases.filter((lease) => this.#isUnknown(lease));
    const seen = new Set(leases.map(keyOf));
    this.#given = new Set([...this.#given].filter((key) => seen.has(key)));
    // What these very claims give is held as soon as their answers are here.
    if (unknown.length > 0) await Promise.all(this.#underWay);
    const lost = unknown.filter((lease) => this.#isUnknown(lease));
    const released = { outcome: { type: "released" } } as const;
    const rescues = lost.map(({ id, attempt, leaseUntil }) => ({ id, attempt, leaseUntil, ...released }));
    const ids = rescues.length === 0 ? [] : await store.rescue(rescues, clock.now());
    this.#lookedInto = failed;
    return ids;
  }

  /** One more look at the end, if a claim may have given something; it takes so long at most, and never rejects. */
  async lastLook(longestMs: number): Promise<void> {
    if (!this.doubtful) return;
    const { failed, options: { store, clock, worker } } = this;
    const enough = new AbortController();
    const look = store.leases({ host: worker.host }).then((leases) => this.handBack(leases, failed));
    await Promise.race([look.catch(() => {}), clock.sleep(longestMs, enough.signal)]);
    enough.abort();
  }

  #isUnknown(lease: Lease): boolean {
    const { worker, held } = this.options;
    return lease.worker?.id === worker.id && held.get(lease.id)?.job.attempt !== lease.attempt &&
      !this.#given.has(keyOf(lease));
  }
}

function keyOf({ id, attempt }: Pick<Lease, "id" | "attempt">): string {
  return `${id} ${attempt}`;
}
