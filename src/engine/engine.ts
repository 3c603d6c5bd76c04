/** The worker loop: claim up to the free slots, run, finish and claim again. */

import type { UnavailableError } from "../core/errors.ts";
import type { JobId } from "../core/job.ts";
import type { Claim, ClaimedJob, ClaimRequest, Finish, Finished, Outcome, RunResult } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";
import { Attempt } from "./attempt.ts";
import { CancelWatch } from "./cancel_watch.ts";
import { claimRequest } from "./claim_request.ts";
import { Executor } from "./executor.ts";
import { Farewell, FAREWELL_MS, isFirmer } from "./farewell.ts";
import { Heartbeat } from "./heartbeat.ts";
import { LogWriter } from "./log_writer.ts";
import { Maintenance } from "./maintenance.ts";
import { News } from "./news.ts";
import type { EngineEvent, EngineOptions, EngineReport, StopLevel } from "./options.ts";
import { LostClaims } from "./lost_claims.ts";
import { giveUpMs, Outage } from "./outage.ts";
import { judge, toUsage } from "./outcome.ts";
import { Patience, tryingAgain } from "./patience.ts";
import { Pipeline } from "./pipeline.ts";
import { areClear, matchReplies } from "./replies.ts";
import { type Look, type Scheduler, schedulerOf } from "./scheduler.ts";
import { Tally } from "./tally.ts";
import { nextTurn, Wakeup } from "./wakeup.ts";

export type { EngineEvent, EngineOptions, EngineReport, ProcessTable, StopLevel } from "./options.ts";

/** Longest time without looking for jobs: watching is a hint, never a promise. */
const POLL_MS = 5_000;

/**
 * Runs jobs until it is told to stop, or until `mode` and the limits say that it is done.
 *
 * Everything it holds is in `#held`, from the claim until the store has taken the outcome. When `run` ends,
 * nothing is left there: each job was finished, released, or belongs to somebody else.
 */
export class Engine {
  readonly #options: EngineOptions;
  readonly #held = new Map<JobId, Attempt>();
  readonly #tally = new Tally();
  readonly #wakeup = new Wakeup();
  readonly #end = new AbortController();
  readonly #request: Omit<ClaimRequest, "limit">;
  readonly #executor: Executor;
  readonly #heartbeat: Heartbeat;
  readonly #maintenance: Maintenance;
  readonly #cancels: CancelWatch;
  readonly #logs: LogWriter;
  readonly #news: News;
  readonly #claims: LostClaims;
  readonly #outage: Outage;
  readonly #patience: Patience;
  readonly #pipeline: Pipeline;
  readonly #farewell: Farewell;
  readonly #scheduler: Scheduler | null;
  readonly #stopping = new AbortController();
  /** Ended attempts whose outcome the store has not been given. */
  #outbox: Attempt[] = [];
  /** Attempts whose body runs (or waits for its parents' results). */
  #running = 0;
  #level: StopLevel | null = null;
  /** Whether a claim might give something: the last one was full, or something has changed since. */
  #hungry = true;
  #nextAt: number | null = null;
  #nextRetryAt: number | null = null;
  /** The first look for abandoned jobs is over. */
  #swept = false;
  #fatal: { readonly error: unknown } | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { store, clock, random, runners, leaseMs } = options;
    const held = this.#held;
    const warn = (message: string, error?: unknown): void => this.#emit({ type: "warning", message, error });
    this.#request = claimRequest(options);
    this.#outage = new Outage({
      clock,
      leaseMs,
      began: (error) => this.#lostTouch(error),
      ended: (awayMs) => this.#emit({ type: "reachable", awayMs }),
    });
    const waits = { clock, random, limitMs: giveUpMs(options), outage: this.#outage };
    this.#patience = new Patience(waits);
    this.#pipeline = new Pipeline(store.capabilities.remote, options.concurrency, () => this.#wakeup.ring());
    this.#farewell = new Farewell(clock, store.capabilities.remote, warn);
    this.#logs = new LogWriter(store);
    this.#claims = new LostClaims({ ...options, held });
    this.#executor = new Executor({
      ...{ ...waits, store, runners, location: options.location },
      settled: (attempt, result) => this.#settled(attempt, result),
      ...{ broken: (error: unknown) => this.#break(error), warn },
    });
    // What is wrong with the whole store is told by the error that ends all of this.
    this.#scheduler = schedulerOf(options, waits, (...said) => void (this.#fatal ?? warn(...said)));
    this.#heartbeat = new Heartbeat({ ...options, ...waits, held, warn });
    this.#maintenance = new Maintenance({
      ...options,
      ...waits,
      processes: options.processes ?? null,
      held,
      claims: this.#claims,
      rescued: (ids) => this.#rescued(ids),
      released: () => this.#look(),
      warn,
    });
    this.#cancels = new CancelWatch(store, clock, held);
    this.#news = new News({
      clock,
      held,
      location: options.location,
      signal: this.#end.signal,
      logs: this.#logs,
      heartbeat: this.#heartbeat,
      stopped: (attempt) => void this.#executor.killAfterGrace(attempt),
      emit: options.onEvent,
    });
  }

  /**
   * Works until done; call it once.
   *
   * @throws Whatever the store throws when it is gone for good; by then every body was told to stop
   */
  async run(): Promise<EngineReport> {
    const background = this.#background();
    try {
      await this.#loop();
    } catch (error) {
      this.#break(error);
    }
    if (this.#fatal !== null) await this.#abandonAll();
    else await this.#claims.lastLook(FAREWELL_MS);
    this.#end.abort();
    await Promise.all([background, ...this.#options.runners.map((runner) => runner.close?.())]);
    await this.#farewell.send(this.#logs, this.#patience, () => this.#fatal !== null);
    if (this.#fatal !== null) throw this.#fatal.error;
    return this.#tally.report();
  }

  /**
   * Stops: `drain` claims nothing more and lets jobs end within the grace period, `cancel` asks them to stop and
   * gives them back, `kill` ends them now. A later call can only raise the level.
   */
  stop(level: StopLevel = "drain"): void {
    if (!isFirmer(level, this.#level)) return;
    this.#level = level;
    this.#stopping.abort();
    this.#emit({ type: "draining", level, running: this.#running, unsaved: this.#held.size - this.#running });
    if (level === "drain") void this.#stopAfter(this.#options.shutdownGraceMs, "cancel");
    if (level !== "drain") {
      for (const attempt of this.#held.values()) {
        attempt.stop("shutdown");
        if (level === "kill") void this.#executor.kill(attempt);
      }
    }
    this.#wakeup.ring();
  }

  async #loop(): Promise<void> {
    while (this.#fatal === null) {
      if (this.#isDue()) {
        await this.#pipeline.begin(() => this.#exchange().catch((error) => this.#break(error)));
      } else if (this.#isOver()) {
        return;
      } else {
        await this.#wait();
      }
      // Bodies that end in the same turn go together; timers and signals get their chance.
      await nextTurn();
    }
    await this.#pipeline.ended();
  }

  #isDue(): boolean {
    return this.#pipeline.takes(Math.max(this.#outbox.length, this.#hungry ? this.#room() : 0));
  }

  /**
   * Gives outcomes to the store and claims again. All calls are made in one turn of the event loop, so that a
   * store with group commit makes them one transaction, and the claim sees what the finishes set free.
   */
  async #exchange(): Promise<void> {
    const { store, clock } = this.#options;
    // Whoever hears that a job has ended finds all of its output.
    if (this.#outbox.length > 0) await this.#logs.quiet();
    const now = clock.now();
    const since = steadyNow(clock);
    const batch = this.#outbox.splice(0, this.#pipeline.part);
    const room = this.#hungry || batch.length > 0 ? this.#room() : 0;
    const limit = Math.min(room, this.#pipeline.part);
    this.#hungry = limit < room;
    this.#pipeline.ask(limit);
    const answered = this.#claims.begin();
    const noted = this.#news.flush(batch);
    const finished = batch.length === 0
      ? null
      : store.finish(batch.map((attempt) => attempt.finish as Finish), now);
    const claim = limit === 0 ? null : store.claim({ ...this.#request, limit }, now);
    const [ended, claimed] = await Promise.allSettled([finished, claim, noted]);
    if (ended.status === "fulfilled") await this.#recorded(batch, ended.value ?? []);
    else this.#sendAgain(batch);
    const given = claimed.status === "fulfilled" ? claimed.value?.jobs.length ?? 0 : 0;
    if (this.#pipeline.answered(limit, given)) this.#hungry = true;
    if (claimed.status === "fulfilled") this.#claimed(claimed.value, limit, since);
    else this.#hungry = true;
    answered(claimed.status === "rejected");
    await this.#recover([ended, claimed]);
    await this.#askDone();
  }

  /** Waits after a failure that passes; anything else is thrown. */
  async #recover(results: readonly PromiseSettledResult<unknown>[]): Promise<void> {
    const failures = results.filter((result) => result.status === "rejected");
    if (failures.length === 0) {
      this.#patience.forget();
      if (this.#claims.doubtful) this.#maintenance.soon();
      return;
    }
    for (const { reason: error } of failures) {
      if (!this.#patience.note(error)) continue;
      this.#emit({ type: "warning", message: tryingAgain("The store did not answer", error), error });
    }
    if (this.#farewell.isOver(this.#level, this.#running, this.#patience.waitedMs)) throw failures[0]!.reason;
    await this.#patience.wait(this.#level === null ? this.#stopping.signal : undefined);
  }

  /** No answer came: the store may have taken these or not, and tells the next time. */
  #sendAgain(batch: readonly Attempt[]): void {
    for (const attempt of batch) attempt.isInDoubt = true;
    this.#outbox = [...batch, ...this.#outbox];
  }

  /** Nobody could extend a lease, perhaps. */
  #lostTouch(error: UnavailableError): void {
    this.#maintenance.forget();
    this.#emit({ type: "unreachable", error, running: this.#running });
  }

  async #recorded(batch: readonly Attempt[], told: readonly Finished[]): Promise<void> {
    const { onEvent, store, worker } = this.#options;
    const replies = areClear(batch, told) ? told : await matchReplies(batch, told, store, worker);
    for (let i = 0; i < batch.length; i++) {
      const attempt = batch[i]!;
      const { id, outcome, usage } = attempt.finish!;
      const { accepted, status } = replies[i]!;
      if (this.#held.get(id) === attempt) this.#held.delete(id);
      this.#tally.finished(outcome, accepted);
      this.#scheduler?.ended(attempt.job);
      onEvent?.({ type: "finished", job: attempt.job, outcome, accepted, status, usage });
    }
  }

  #claimed(claim: Claim | null, limit: number, since: number): void {
    if (claim === null) return;
    this.#nextAt = claim.nextAt;
    this.#nextRetryAt = claim.nextRetryAt;
    if (claim.jobs.length >= limit) this.#hungry = true;
    const attempts = claim.jobs.map((job) => this.#hold(job, since));
    this.#running += attempts.length;
    this.#tally.started += attempts.length;
    if (this.#level === null) {
      for (const { job } of attempts) this.#options.onEvent?.({ type: "started", job });
    } else {
      // The stop came while the claim was under way: these go back untouched.
      for (const attempt of attempts) attempt.stop("shutdown");
    }
    this.#executor.start(attempts);
  }

  #hold(job: ClaimedJob, since: number): Attempt {
    const attempt = new Attempt(job, this.#news, since, this.#options.leaseMs);
    this.#held.set(job.id, attempt);
    return attempt;
  }

  #settled(attempt: Attempt, result: RunResult): void {
    const { clock, random } = this.#options;
    const { job } = attempt;
    const now = clock.now();
    this.#running--;
    this.#logs.end(attempt, now);
    const outcome: Outcome | null = judge(result, { job, stopReason: attempt.stopReason, now, random });
    if (outcome === null) {
      if (this.#held.get(job.id) === attempt) this.#held.delete(job.id);
      this.#claims.giveUp(job);
      this.#tally.lost++;
      const why = this.#fatal === null ? "taken over by another worker" : "stopped: its end cannot be stored";
      this.#emit({ type: "warning", message: `Job ${job.id} was ${why}` });
    } else {
      const usage = toUsage(result.usage, steadyNow(clock) - attempt.since);
      attempt.finish = { id: job.id, attempt: job.attempt, outcome, usage };
      this.#outbox.push(attempt);
    }
    this.#wakeup.ring();
  }

  #rescued(ids: readonly JobId[]): void {
    this.#tally.rescued += ids.length;
    this.#emit({ type: "rescued", ids });
    this.#look();
  }

  /** Something may have changed in the store. */
  #look(): void {
    this.#hungry = true;
    this.#wakeup.ring();
  }

  /** How many jobs may be claimed now. */
  #room(): number {
    if (this.#level !== null || this.#fatal !== null) return 0;
    const { concurrency, maxJobs = Infinity } = this.#options;
    const free = Math.min(concurrency - this.#running, maxJobs - this.#tally.started);
    return Math.max(0, free - this.#pipeline.asked);
  }

  #isOver(): boolean {
    const { mode, maxJobs = Infinity } = this.#options;
    if (this.#held.size > 0 || !this.#pipeline.isEmpty) return false;
    if (this.#level !== null || this.#tally.started >= maxJobs) return true;
    if (mode === "run" || !this.#swept || this.#claims.doubtful || this.#nextRetryAt !== null) return false;
    return this.#scheduler?.settled() ?? true;
  }

  async #wait(): Promise<void> {
    const { clock } = this.#options;
    let ms: number | null = null;
    if (this.#pipeline.isEmpty && this.#room() > 0) {
      ms = Math.max(0, Math.min(POLL_MS, (this.#nextAt ?? Infinity) - clock.now()));
      if (this.#held.size === 0) this.#emit({ type: "idle", nextAt: this.#nextAt });
    }
    const rung = await this.#wakeup.wait(clock, ms);
    if (!rung) {
      this.#hungry = true;
      this.#scheduler?.hint();
    } else if (this.#outbox.length === 0) await this.#askDone();
  }

  async #askDone(): Promise<void> {
    if (this.#level === null && await this.#options.isDone?.()) this.stop("drain");
  }

  /** Everything that goes on beside the loop, until the end. */
  async #background(): Promise<void> {
    const { signal } = this.#end;
    const { maxTimeMs } = this.#options;
    const parts = [this.#heartbeat.run(signal), this.#sweep(signal), this.#watch(signal), this.#fire(signal)];
    if (maxTimeMs !== undefined) void this.#stopAfter(maxTimeMs, "drain");
    await Promise.all(parts.map((part) => part.catch((error: unknown) => this.#break(error))));
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    await this.#maintenance.run(signal, () => {
      // While it has no room for jobs it does not poll for them.
      if (this.#room() === 0) this.#scheduler?.hint();
      if (this.#swept) return;
      this.#swept = true;
      this.#wakeup.ring();
    });
  }

  /** Nothing is fired after the first stop. */
  async #fire(signal: AbortSignal): Promise<void> {
    const looked = (look: Look | null): void => {
      if (look !== null && look.fired > 0) this.#look();
      else if (this.#options.mode === "drain") this.#wakeup.ring();
    };
    await this.#scheduler?.run(AbortSignal.any([signal, this.#stopping.signal]), looked);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    for await (const _ of this.#options.store.watch(signal)) {
      if (signal.aborted) return;
      if (this.#room() > 0) this.#look();
      this.#scheduler?.hint();
      void this.#cancels.changed(signal);
    }
  }

  async #stopAfter(ms: number, level: StopLevel): Promise<void> {
    await this.#options.clock.sleep(ms, this.#end.signal);
    if (!this.#end.signal.aborted) this.stop(level);
  }

  /** The store is gone for good: nothing can be recorded any more, whatever still runs is not ours. */
  #break(error: unknown): void {
    this.#fatal ??= { error };
    this.#wakeup.ring();
  }

  async #abandonAll(): Promise<void> {
    for (const attempt of this.#held.values()) attempt.stop("lost");
    while (this.#running > 0) await this.#wakeup.wait(this.#options.clock, null);
  }

  #emit(event: EngineEvent): void {
    this.#options.onEvent?.(event);
  }
}
