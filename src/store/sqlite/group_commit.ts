/**
 * Group commit: all calls made in one turn of the event loop share one transaction, and each caller's promise
 * resolves after the commit.
 *
 * A group runs without savepoints first, since hardly any call fails. When one does, everything is rolled back and
 * the group runs again with a savepoint around each call, so that only those that fail are rejected. Operations
 * are functions of the database and their arguments alone, so running one twice is the same as running it once.
 */

import { ClosedError } from "../../core/errors.ts";
import type { Connection } from "./connection.ts";
import { isBusy, isOutside, toUserError } from "./errors.ts";
import { retryWaitMs } from "./retry.ts";

/** `full`: on the disk before the promise resolves · `normal`: may be lost to a power cut, never to a crash. */
export type Durability = "full" | "normal";

interface Call {
  readonly run: () => unknown;
  /** What the call still has to wait for before it can run. */
  loading: Promise<unknown> | undefined;
  readonly durability: Durability;
  readonly deadline: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** How a call came out, told after the commit. */
type Settle = () => void;

/**
 * The end of the turn is best met by `setImmediate`. Its first use costs 7 ms though, as does that of `setTimeout`,
 * which a program that makes a call or two is spared: its groups end with the microtasks queued before them.
 */
const FIRST_GROUPS = 8;

/** The queue of write calls of one connection. */
export class GroupCommit {
  readonly #db: Connection;
  readonly #path: string;
  readonly #busyTimeoutMs: number;
  readonly #changed: () => void;
  #calls: Call[] = [];
  #scheduled = false;
  #groups = 0;
  #synchronous: Durability = "full";
  #changes = 0;
  #idle: (() => void)[] = [];
  /** `PRAGMA data_version` at the last try that was in vain; and when it was last seen to change. */
  #version: number | undefined;
  #progressAt = -Infinity;

  /** @param changed Called after a commit that changed something */
  constructor(db: Connection, path: string, busyTimeoutMs: number, changed: () => void) {
    this.#db = db;
    this.#path = path;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#changed = changed;
  }

  /**
   * Queues a call for the transaction that ends this turn of the event loop.
   *
   * @param loading When given, the group waits for it: the code that `run` needs
   */
  call<T>(durability: Durability, run: () => T, loading?: Promise<unknown>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const deadline = performance.now() + this.#busyTimeoutMs;
      this.#calls.push({
        run,
        loading,
        durability,
        deadline,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      if (!this.#scheduled) this.#schedule();
    });
  }

  #schedule(): void {
    this.#scheduled = true;
    if (this.#groups++ < FIRST_GROUPS) queueMicrotask(() => queueMicrotask(() => this.#begin()));
    else setImmediate(() => this.#begin());
  }

  #begin(): void {
    const waiting = this.#calls.filter((call) => call.loading !== undefined);
    if (waiting.length === 0) return this.#flush();
    Promise.all(waiting.map((call) => call.loading)).then(() => {
      for (const call of waiting) call.loading = undefined;
      this.#begin();
    }, (error) => this.#fail(error));
  }

  /** Resolves when nothing is queued. */
  drained(): Promise<void> {
    if (!this.#scheduled) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #flush(): void {
    const calls = this.#calls;
    try {
      this.#setDurability(calls.some((call) => call.durability === "full") ? "full" : "normal");
      const settles = this.#transact(calls);
      this.#calls = [];
      for (const settle of settles) settle();
    } catch (error) {
      return isBusy(error) ? this.#retryLater(error) : this.#fail(error);
    }
    this.#done();
  }

  #fail(error: unknown): void {
    const shown = toUserError(error, this.#path);
    for (const call of this.#calls.splice(0)) call.reject(shown);
    this.#done();
  }

  #done(): void {
    this.#scheduled = false;
    this.#version = undefined;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Waiting in SQLite would stop the event loop, and with it the heartbeats: wait here instead. */
  #retryLater(error: unknown): void {
    const now = performance.now();
    this.#noteProgress(now);
    const deadline = (call: Call): number => Math.max(call.deadline, this.#progressAt + this.#busyTimeoutMs);
    const late = this.#calls.filter((call) => deadline(call) <= now);
    this.#calls = this.#calls.filter((call) => deadline(call) > now);
    const shown = late.length > 0 ? toUserError(error, this.#path) : undefined;
    for (const call of late) call.reject(shown);
    if (this.#calls.length === 0) return this.#done();
    const next = Math.min(...this.#calls.map(deadline)) - now;
    setTimeout(() => this.#begin(), Math.min(retryWaitMs(), next));
  }

  /** A lock that others pass on is no lock that somebody keeps: while they commit, it is a matter of luck and time. */
  #noteProgress(now: number): void {
    const version = this.#dataVersion();
    if (version === undefined) return;
    if (this.#version !== undefined && version !== this.#version) this.#progressAt = now;
    this.#version = version;
  }

  #dataVersion(): number | undefined {
    try {
      return this.#db.get<{ data_version: number }>("PRAGMA data_version")!.data_version;
    } catch {
      // Locked for reading, too: the next look will tell.
      return undefined;
    }
  }

  #transact(calls: readonly Call[]): Settle[] {
    try {
      return this.#transaction(() => calls.map(runPlain));
    } catch (error) {
      if (isOutside(error)) throw error;
      return this.#transaction(() => calls.map((call) => this.#runGuarded(call)));
    }
  }

  #transaction(body: () => Settle[]): Settle[] {
    this.#db.run("BEGIN IMMEDIATE");
    let settles: Settle[];
    try {
      settles = body();
      this.#db.run("COMMIT");
    } catch (error) {
      this.#rollBack();
      throw error;
    }
    const { changes } = this.#db.get<{ changes: number }>("SELECT total_changes() AS changes")!;
    if (changes !== this.#changes) this.#changed();
    this.#changes = changes;
    return settles;
  }

  #rollBack(): void {
    this.#db.rolledBack();
    try {
      this.#db.run("ROLLBACK");
    } catch {
      // SQLite ends some failed transactions by itself; the failure that brought us here is the one to tell.
    }
  }

  #runGuarded(call: Call): Settle {
    this.#db.run("SAVEPOINT call");
    try {
      const settle = runPlain(call);
      this.#db.run("RELEASE call");
      return settle;
    } catch (error) {
      if (isOutside(error)) throw error;
      this.#db.rolledBack();
      this.#db.run("ROLLBACK TO call");
      this.#db.run("RELEASE call");
      return () => call.reject(toUserError(error, this.#path));
    }
  }

  #setDurability(wanted: Durability): void {
    if (wanted === this.#synchronous) return;
    // This pragma acts while it is compiled, so a prepared one would act only once.
    this.#db.driver.exec(`PRAGMA synchronous = ${wanted.toUpperCase()}`);
    this.#synchronous = wanted;
  }
}

function runPlain(call: Call): Settle {
  const value = call.run();
  return () => call.resolve(value);
}

/** For calls made after `close`. */
export function closedError(path: string): ClosedError {
  return new ClosedError(`The store ${path} is closed`);
}
