/** From a claimed job to how its run ended: parents, payload, limits, run. */

import type { JobId } from "../core/job.ts";
import type { Clock, Parent, Runner, RunResult, Store } from "../core/ports.ts";
import { resolveTemplates, scopeOf } from "../core/template.ts";
import type { Attempt } from "./attempt.ts";
import { NOT_STOPPED, toJobError } from "./outcome.ts";
import { Patience } from "./patience.ts";

/**
 * How long a body may go on after it was killed before it is left behind, which ends its job for good: on a busy
 * machine, even a killed process takes seconds to be gone.
 */
const ABANDON_MS = 10_000;

export interface ExecutorOptions {
  readonly store: Store;
  readonly runners: readonly Runner[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly leaseMs: number;
  /** Takes every attempt once, when its body has ended. */
  readonly settled: (attempt: Attempt, result: RunResult) => void;
  /** A store that is gone for good. */
  readonly broken: (error: unknown) => void;
  readonly warn: (message: string) => void;
}

export class Executor {
  readonly #runners: ReadonlyMap<string, Runner>;

  constructor(private readonly options: ExecutorOptions) {
    this.#runners = new Map(options.runners.map((runner) => [runner.kind, runner]));
  }

  /** Starts attempts. Those without parents start before this returns. */
  start(attempts: readonly Attempt[]): void {
    const waiting: Attempt[] = [];
    for (const attempt of attempts) {
      if (attempt.job.hasParents) waiting.push(attempt);
      else this.#run(attempt);
    }
    if (waiting.length > 0) this.#startChildren(waiting).catch(this.options.broken);
  }

  /**
   * Ends the body now, and leaves it behind if it cannot be ended: a function that ignores its signal. Since it may
   * go on for as long as this process lives, its job ends for good.
   */
  async kill(attempt: Attempt): Promise<void> {
    if (attempt.settled || attempt.killed) return;
    attempt.killNow();
    await this.options.clock.sleep(ABANDON_MS, timersOf(attempt));
    if (attempt.settled) return;
    this.options.warn(`Job ${attempt.job.id} did not stop when it was killed; it is left behind`);
    this.#settle(attempt, { type: "failed", reason: "error", error: NOT_STOPPED, notStopped: true });
  }

  /** Kills the body of an attempt that was told to stop once its grace is over. */
  async killAfterGrace(attempt: Attempt): Promise<void> {
    await this.options.clock.sleep(attempt.job.policy.graceMs, timersOf(attempt));
    await this.kill(attempt);
  }

  async #startChildren(attempts: readonly Attempt[]): Promise<void> {
    const parents = await this.#parents(attempts.map(({ job }) => job.id));
    for (const attempt of attempts) {
      attempt.parents = parents.get(attempt.job.id) ?? [];
      try {
        if (attempt.job.kind !== "function") attempt.job = resolve(attempt);
        this.#run(attempt);
      } catch (error) {
        this.#settle(attempt, failure(error, true));
      }
    }
  }

  async #parents(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, readonly Parent[]>> {
    const { store, clock, random, leaseMs } = this.options;
    const patience = new Patience(clock, random, leaseMs);
    for (;;) {
      try {
        return await store.parents(ids);
      } catch (error) {
        patience.note(error);
        await patience.wait();
      }
    }
  }

  #run(attempt: Attempt): void {
    const { job, stopReason } = attempt;
    if (stopReason !== null) return this.#settle(attempt, failure(new Error("Stopped before it started")));
    const runner = this.#runners.get(job.kind);
    if (runner === undefined) {
      return this.#settle(attempt, failure(new Error(`No runner for kind "${job.kind}"`), true));
    }
    if (job.policy.timeoutMs !== null) this.#limit(attempt, job.policy.timeoutMs);
    try {
      runner.run(job, attempt).then(
        (result) => this.#settle(attempt, result),
        (error) => this.#settle(attempt, failure(error)),
      );
    } catch (error) {
      this.#settle(attempt, failure(error));
    }
  }

  async #limit(attempt: Attempt, timeoutMs: number): Promise<void> {
    await this.options.clock.sleep(timeoutMs, timersOf(attempt));
    attempt.stop("timeout");
  }

  #settle(attempt: Attempt, result: RunResult): void {
    if (attempt.settled) return;
    attempt.settled = true;
    attempt.timers?.abort();
    this.options.settled(attempt, result);
  }
}

function timersOf(attempt: Attempt): AbortSignal {
  attempt.timers ??= new AbortController();
  return attempt.timers.signal;
}

/** The job with its parents' results in the places of its templates. */
function resolve({ job, parents }: Attempt): Attempt["job"] {
  const payload = resolveTemplates(job.payload, scopeOf(parents));
  return payload === job.payload ? job : { ...job, payload };
}

function failure(error: unknown, permanent = false): RunResult {
  return { type: "failed", reason: "error", error: toJobError(error), permanent };
}
