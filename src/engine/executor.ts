/** From a claimed job to how its run ended: parents, checkpoint, secrets, payload, limits, run. */

import type { JobId } from "../core/job.ts";
import { passwordsOf } from "../core/location.ts";
import type { ClaimedJob, Runner, RunResult, Store } from "../core/ports.ts";
import { SECRET_LEAST_CHARS, type Secrets, secretsOf } from "../core/secret.ts";
import { Redactor } from "../core/redact.ts";
import { steadyNow } from "../core/steady.ts";
import { resolveTemplates, scopeOf } from "../core/template.ts";
import type { Attempt } from "./attempt.ts";
import { MaskedContext } from "./masked_context.ts";
import { NOT_STOPPED, toJobError } from "./outcome.ts";
import { Patience, type PatienceOptions } from "./patience.ts";
import { resolveSecrets } from "./secrets.ts";

/**
 * How long a body may go on after it was killed before it is left behind, which ends its job for good: on a busy
 * machine, even a killed process takes seconds to be gone.
 */
const ABANDON_MS = 10_000;

const NOT_STARTED: RunResult = {
  type: "failed",
  reason: "error",
  error: { class: "Error", message: "Stopped before it started" },
};

export interface ExecutorOptions extends PatienceOptions {
  readonly store: Store;
  readonly runners: readonly Runner[];
  /** Location of the store, for `GIGQ_DB`; `null` when it cannot be shared. */
  readonly location: string | null;
  /** Takes every attempt once, when its body has ended. */
  readonly settled: (attempt: Attempt, result: RunResult) => void;
  /** A store that is gone for good. */
  readonly broken: (error: unknown) => void;
  readonly warn: (message: string) => void;
}

export class Executor {
  readonly #runners: ReadonlyMap<string, Runner>;
  /** Of the store itself: jobs get them, to submit others. */
  readonly #passwords: readonly string[];
  readonly #redactor: Redactor | null;

  constructor(private readonly options: ExecutorOptions) {
    this.#passwords = passwordsOf(options.location ?? "").filter(({ length }) =>
      length >= SECRET_LEAST_CHARS
    );
    this.#redactor = this.#passwords.length === 0 ? null : new Redactor(this.#passwords);
    this.#runners = new Map(options.runners.map((runner) => [runner.kind, runner]));
  }

  /** Starts attempts. Those that need nothing from elsewhere start before this returns. */
  start(attempts: readonly Attempt[]): void {
    const waiting: Attempt[] = [];
    for (const attempt of attempts) {
      const { hasParents, hasCheckpoint, payload } = attempt.job;
      if (hasParents || hasCheckpoint || payload.secrets !== undefined) waiting.push(attempt);
      else this.#run(attempt);
    }
    if (waiting.length > 0) this.#prepare(waiting).catch(this.options.broken);
  }

  /**
   * Ends the body now, and leaves it behind if it cannot be ended: a function that ignores its signal. Since it may
   * go on for as long as this process lives, its job ends for good.
   */
  async kill(attempt: Attempt): Promise<void> {
    if (attempt.settled || attempt.killed) return;
    attempt.killNow();
    if (!attempt.started) return this.#settle(attempt, NOT_STARTED);
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

  /** What an attempt needs before it can run. One slow secret does not hold up the others. */
  async #prepare(attempts: readonly Attempt[]): Promise<void> {
    const { store } = this.options;
    const idsOf = (has: (job: ClaimedJob) => boolean): readonly JobId[] =>
      attempts.filter(({ job }) => has(job)).map(({ job }) => job.id);
    const wanted = (): boolean => attempts.some((attempt) => !attempt.settled);
    const [parents, checkpoints] = await Promise.all([
      this.#ask(idsOf((job) => job.hasParents), (ids) => store.parents(ids), wanted),
      this.#ask(idsOf((job) => job.hasCheckpoint), (ids) => store.checkpoints(ids), wanted),
    ]);
    for (const attempt of attempts) {
      attempt.parents = parents.get(attempt.job.id) ?? [];
      attempt.checkpoint = checkpoints.get(attempt.job.id) ?? null;
      const secrets = secretsOf(attempt.job.payload);
      if (secrets === null) this.#runResolved(attempt);
      else void this.#runSecretly(attempt, secrets);
    }
  }

  /** Asks the store about jobs, again and again while it does not answer and somebody wants to know. */
  async #ask<T>(
    ids: readonly JobId[],
    question: (ids: readonly JobId[]) => Promise<ReadonlyMap<JobId, T>>,
    wanted: () => boolean,
  ): Promise<ReadonlyMap<JobId, T>> {
    const patience = new Patience(this.options, true);
    while (ids.length > 0 && wanted()) {
      try {
        const answer = await question(ids);
        patience.forget();
        return answer;
      } catch (error) {
        patience.note(error);
        await patience.wait();
      }
    }
    return new Map();
  }

  #runResolved(attempt: Attempt): void {
    try {
      attempt.job = resolve(attempt);
    } catch (error) {
      return this.#settle(attempt, failure(error, true));
    }
    this.#run(attempt);
  }

  /** Runs a job with secrets: their values are only in what its runner gets, and masked in all it says. */
  async #runSecretly(attempt: Attempt, secrets: Secrets): Promise<void> {
    const resolved = await resolveSecrets(secrets);
    if (!("values" in resolved)) return this.#settle(attempt, resolved);
    try {
      const redactor = new Redactor([...Object.values(resolved.values), ...this.#passwords]);
      const context = new MaskedContext(attempt, resolved.values, redactor);
      this.#run(attempt, resolve(attempt, resolved.values), context);
    } catch (error) {
      // Says what is wrong with the template: no value was put into it.
      this.#settle(attempt, failure(error, true));
    }
  }

  #run(
    attempt: Attempt,
    job: ClaimedJob = attempt.job,
    masked: MaskedContext | null = this.#redactor && new MaskedContext(attempt, {}, this.#redactor),
  ): void {
    if (attempt.settled) return;
    // This worker was stopped (or the store was locked) for so long that somebody else may own the job by now: it
    // goes back, which changes nothing if somebody does.
    if (attempt.leaseUntil <= steadyNow(this.options.clock)) attempt.stop("shutdown");
    if (attempt.stopReason !== null) return this.#settle(attempt, NOT_STARTED);
    const runner = this.#runners.get(job.kind);
    if (runner === undefined) {
      return this.#settle(attempt, failure(new Error(`No runner for kind "${job.kind}"`), true));
    }
    const { timeoutMs, signal } = job.policy;
    if (timeoutMs !== null) void this.#limit(attempt, timeoutMs);
    if (timeoutMs !== null && signal) void this.#warn(attempt, timeoutMs - signal.beforeMs);
    const end = (result: RunResult): void => this.#settle(attempt, masked?.end(result) ?? result);
    attempt.started = true;
    try {
      runner.run(job, masked ?? attempt).then(end, (error) => end(failure(error)));
    } catch (error) {
      end(failure(error));
    }
  }

  async #warn(attempt: Attempt, afterMs: number): Promise<void> {
    await this.options.clock.sleep(afterMs, timersOf(attempt));
    attempt.warn();
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

/** The job with its parents' results, and the secrets of a request, in the places of its templates. */
function resolve({ job, parents }: Attempt, values: Readonly<Record<string, string>> = {}): ClaimedJob {
  if (job.kind === "function") return job;
  // A request has no other place for them; all other kinds are handed the values beside their payload.
  const secrets = job.kind === "http" ? values : {};
  const payload = resolveTemplates(job.payload, { ...scopeOf(parents), secrets });
  return payload === job.payload ? job : { ...job, payload };
}

function failure(error: unknown, permanent = false): RunResult {
  return { type: "failed", reason: "error", error: toJobError(error), permanent };
}
