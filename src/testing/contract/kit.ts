/** What the cases of the contract are written with. */

import assert from "node:assert/strict";
import type { Job, JobError, JobId, NewDependency, NewJob, Policy, Rule, Status } from "../../core/job.ts";
import type { Json } from "../../core/json.ts";
import type {
  Change,
  Claim,
  ClaimedJob,
  ClaimRequest,
  Finished,
  Outcome,
  Store,
  Usage,
  WorkerInfo,
} from "../../core/ports.ts";

/** One requirement: a sentence, and what shows that a store meets it. */
export type Cases = Readonly<Record<string, (kit: Kit) => Promise<void>>>;

/** The present at the start of every case. Cases name all times from here, and nobody waits. */
export const T = 1_700_000_000_000;
/** The lease of {@linkcode Kit.claim}. */
export const LEASE = 30_000;

export const RELEASED: Outcome = { type: "released" };
export const CANCELLED: Outcome = { type: "cancelled", error: null };
export const FAILED: Outcome = failed(null);

export function completed(result: Json = null): Outcome {
  return { type: "completed", result };
}

/** An attempt that failed; tried again at `retryAt`. */
export function failed(retryAt: number | null, message = "it broke"): Outcome {
  return { type: "failed", reason: "error", error: { class: "Error", message }, retryAt };
}

/** The outcome that ends a job of one attempt with this status. */
export function outcomeOf(status: "completed" | "failed" | "cancelled"): Outcome {
  return { completed: completed(), failed: FAILED, cancelled: CANCELLED }[status];
}

export const NO_USAGE: Usage = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

export const POLICY: Policy = {
  maxAttempts: 3,
  backoff: { kind: "fixed", baseMs: 1_000, capMs: 1_000, jitter: "none" },
  timeoutMs: null,
  graceMs: 5_000,
};

/** A job with nothing special about it, but for `parts`. */
export function newJob(parts: Partial<NewJob> = {}): NewJob {
  return {
    kind: "command",
    payload: { argv: ["true"] },
    policy: POLICY,
    name: null,
    queue: "default",
    priority: 0,
    tags: [],
    runAt: null,
    expiresAt: null,
    unique: null,
    after: [],
    step: null,
    ...parts,
  };
}

export function workerInfo(id: string, host = "box"): WorkerInfo {
  return { id, host, boot: "boot-1", pid: 4242, pidStart: "77" };
}

export function on(rule: Rule, ...ids: readonly JobId[]): NewDependency[] {
  return ids.map((id) => ({ id, on: rule }));
}

/** An error of a cause. */
export function errorOf(fingerprint: string, message = "it broke"): JobError {
  return { class: "Error", message, fingerprint };
}

/** An attempt that failed of a cause, for good unless it is tried again at `retryAt`. */
export function failedOf(
  fingerprint: string,
  parts: Partial<Extract<Outcome, { type: "failed" }>> = {},
): Outcome {
  return { type: "failed", reason: "error", error: errorOf(fingerprint), retryAt: null, ...parts };
}

/** What becomes of an attempt whose worker is gone. */
export function lost(retryAt: number | null): Outcome {
  return { type: "failed", reason: "lost", error: null, retryAt };
}

/** A store, and the few moves that nearly every case makes; each can be taken out of its kit. */
export class Kit {
  /** Attempts that {@linkcode Kit.end} may finish. */
  readonly #held = new Map<JobId, number>();

  readonly #others: Store[] = [];

  /** @param open A new, empty store */
  constructor(readonly store: Store, private readonly open: () => Promise<Store>) {}

  /** A second store of the same kind, new and empty. It is closed with the kit. */
  readonly another = async (): Promise<Store> => {
    const store = await this.open();
    this.#others.push(store);
    return store;
  };

  /** Closes its stores. */
  async close(): Promise<void> {
    for (const store of [this.store, ...this.#others]) await store.close();
  }

  /** Stores jobs at {@linkcode T} and returns their ids. */
  readonly add = async (...jobs: readonly Partial<NewJob>[]): Promise<JobId[]> => {
    return await this.addAt(T, ...jobs);
  };

  readonly addAt = async (now: number, ...jobs: readonly Partial<NewJob>[]): Promise<JobId[]> => {
    const stored = await this.store.enqueue({ jobs: jobs.map(newJob) }, now);
    return stored.jobs.map((job) => job.id);
  };

  /** Stores one job. */
  readonly one = async (parts: Partial<NewJob> = {}, now = T): Promise<JobId> => {
    return (await this.addAt(now, parts))[0]!;
  };

  readonly request = async (now: number, request: Partial<ClaimRequest> = {}): Promise<Claim> => {
    const claim = await this.store.claim(
      { worker: workerInfo("w1"), limit: 100, leaseMs: LEASE, routes: ["command"], ...request },
      now,
    );
    for (const { id, attempt } of claim.jobs) this.#held.set(id, attempt);
    return claim;
  };

  readonly claim = async (
    now: number,
    request: Partial<ClaimRequest> = {},
  ): Promise<readonly ClaimedJob[]> => {
    return (await this.request(now, request)).jobs;
  };

  /** Ids of the jobs handed out. */
  readonly claimIds = async (now: number, request: Partial<ClaimRequest> = {}): Promise<JobId[]> => {
    return (await this.claim(now, request)).map((job) => job.id);
  };

  /** Finishes one attempt. */
  readonly finish = async (id: JobId, attempt: number, outcome: Outcome, now = T): Promise<Finished> => {
    const [finished] = await this.store.finish([{ id, attempt, outcome, usage: NO_USAGE }], now);
    return finished!;
  };

  /** Runs a job that is ready (whatever else is ready is claimed too and stays running) and ends its attempt. */
  readonly end = async (id: JobId, outcome: Outcome, now = T): Promise<void> => {
    if (!this.#held.has(id)) await this.claim(now);
    const attempt = this.#held.get(id);
    assert.ok(attempt !== undefined, `job ${id} was not handed out`);
    this.#held.delete(id);
    const finished = await this.finish(id, attempt, outcome, now);
    assert.ok(finished.accepted, `job ${id} could not be finished`);
  };

  /** Brings a ready job to a final status. */
  readonly endAs = async (
    id: JobId,
    status: "completed" | "failed" | "cancelled",
    now = T,
  ): Promise<void> => {
    await this.end(id, outcomeOf(status), now);
  };

  readonly get = async (id: JobId): Promise<Job> => {
    const [job] = await this.store.list({ ids: [id] });
    assert.ok(job, `job ${id} is gone`);
    return job;
  };

  readonly status = async (id: JobId): Promise<Status> => {
    return (await this.get(id)).status;
  };

  readonly statuses = async (...ids: readonly JobId[]): Promise<Status[]> => {
    return await Promise.all(ids.map((id) => this.status(id)));
  };

  readonly cancel = async (id: JobId, now = T): Promise<Change["result"]> => {
    return (await this.store.cancel([id], now))[0]!.result;
  };

  readonly requeue = async (id: JobId, now = T): Promise<Change["result"]> => {
    return (await this.store.requeue([id], now))[0]!.result;
  };

  readonly remove = async (id: JobId): Promise<Change["result"]> => {
    return (await this.store.remove([id]))[0]!.result;
  };
}
