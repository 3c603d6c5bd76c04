/** Jobs in one SQLite file. */

import type { Attempt, Job, JobId } from "../../core/job.ts";
import type {
  Beat,
  BeatReply,
  Capabilities,
  Change,
  Claim,
  ClaimRequest,
  Enqueued,
  Finish,
  Finished,
  Lease,
  LogChunk,
  LogQuery,
  Parent,
  Rescue,
  Selector,
  Stats,
  Store,
  WorkflowRun,
} from "../../core/ports.ts";
import type { Connection } from "./connection.ts";
import type { DriverName } from "./driver.ts";
import { isBusy, toUserError } from "./errors.ts";
import { closedError, GroupCommit } from "./group_commit.ts";
import { cancel } from "./ops/cancel.ts";
import { claim } from "./ops/claim.ts";
import { type Batch, enqueue } from "./ops/enqueue.ts";
import { children, parents } from "./ops/family.ts";
import { finish } from "./ops/finish.ts";
import { heartbeat } from "./ops/heartbeat.ts";
import { attempts } from "./ops/history.ts";
import { count, list } from "./ops/list.ts";
import { appendLog, readLog } from "./ops/log.ts";
import { pause, stats, type WorkflowFilter, workflows } from "./ops/overview.ts";
import { remove } from "./ops/remove.ts";
import { requeue } from "./ops/requeue.ts";
import { leases, rescue } from "./ops/rescue.ts";
import { retryWhileBusy } from "./retry.ts";
import { Watcher } from "./watcher.ts";

/**
 * A store in one SQLite file, shared by any number of processes. Made by `openSqlite`.
 *
 * What people ask for (enqueue, cancel, requeue, remove, pause) is on the disk before its promise resolves. A
 * worker's bookkeeping survives the end of any process, and may be lost to a power cut, after which the job runs
 * again.
 */
export class SqliteStore implements Store {
  readonly capabilities: Capabilities;
  /** The database file, or `:memory:`. */
  readonly path: string;
  readonly #db: Connection;
  readonly #group: GroupCommit;
  readonly #watcher: Watcher;
  readonly #busyTimeoutMs: number;
  readonly #release: () => void;
  #closing: Promise<void> | undefined;

  /** @param release Called once the connection is closed */
  constructor(db: Connection, path: string, busyTimeoutMs: number, release: () => void) {
    const durable = path !== ":memory:";
    this.capabilities = { durable, shared: durable };
    this.path = path;
    this.#db = db;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#release = release;
    this.#watcher = new Watcher(() => db.get<{ data_version: number }>("PRAGMA data_version")!.data_version);
    this.#group = new GroupCommit(db, path, busyTimeoutMs, () => this.#watcher.wake());
  }

  /** The driver that serves the file. */
  get driver(): { readonly name: DriverName; readonly version: string } {
    return { name: this.#db.driver.name, version: this.#db.driver.version };
  }

  enqueue(
    batch: Batch,
    now: number,
  ): Promise<{ readonly jobs: readonly Enqueued[]; readonly workflow: number | null }> {
    return this.#write("full", (db) => enqueue(db, batch, now));
  }

  claim(request: ClaimRequest, now: number): Promise<Claim> {
    return this.#write("normal", (db) => claim(db, request, now));
  }

  finish(finishes: readonly Finish[], now: number): Promise<readonly Finished[]> {
    return this.#write("normal", (db) => finish(db, finishes, now));
  }

  heartbeat(beats: readonly Beat[], leaseMs: number, now: number): Promise<readonly BeatReply[]> {
    return this.#write("normal", (db) => heartbeat(db, beats, leaseMs, now));
  }

  leases(filter: { readonly expiredBy?: number; readonly host?: string }): Promise<readonly Lease[]> {
    return this.#read((db) => leases(db, filter));
  }

  rescue(rescues: readonly Rescue[], now: number): Promise<readonly JobId[]> {
    return this.#write("normal", (db) => rescue(db, rescues, now));
  }

  cancel(ids: readonly JobId[], now: number): Promise<readonly Change[]> {
    return this.#write("full", (db) => cancel(db, ids, now));
  }

  requeue(ids: readonly JobId[], now: number): Promise<readonly Change[]> {
    return this.#write("full", (db) => requeue(db, ids, now));
  }

  remove(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#write("full", (db) => remove(db, ids));
  }

  list(selector: Selector): Promise<readonly Job[]> {
    return this.#read((db) => list(db, selector));
  }

  count(selector: Selector): Promise<number> {
    return this.#read((db) => count(db, selector));
  }

  attempts(id: JobId): Promise<readonly Attempt[]> {
    return this.#read((db) => attempts(db, id));
  }

  parents(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, readonly Parent[]>> {
    return this.#read((db) => parents(db, ids));
  }

  children(ids: readonly JobId[]): Promise<readonly JobId[]> {
    return this.#read((db) => children(db, ids));
  }

  appendLog(chunks: readonly LogChunk[]): Promise<void> {
    return this.#write("normal", (db) => appendLog(db, chunks));
  }

  readLog(id: JobId, query: LogQuery = {}): Promise<readonly LogChunk[]> {
    return this.#read((db) => readLog(db, id, query));
  }

  stats(): Promise<Stats> {
    return this.#read(stats);
  }

  pause(queue: string, paused: boolean): Promise<void> {
    return this.#write("full", (db) => pause(db, queue, paused));
  }

  workflows(filter: WorkflowFilter): Promise<readonly WorkflowRun[]> {
    return this.#read((db) => workflows(db, filter));
  }

  watch(signal: AbortSignal): AsyncIterable<void> {
    return this.#watcher.watch(signal);
  }

  /** Commits what is queued, then closes the file. Calls made from now on fail. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#watcher.close();
    await this.#group.drained();
    try {
      this.#db.close();
    } finally {
      this.#release();
    }
  }

  #write<T>(durability: "full" | "normal", run: (db: Connection) => T): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closedError(this.path));
    return this.#group.call(durability, () => run(this.#db));
  }

  /** Reads see one moment, and everything that the caller has awaited. */
  async #read<T>(run: (db: Connection) => T): Promise<T> {
    if (this.#closing !== undefined) throw closedError(this.path);
    try {
      return this.#db.snapshot(() => run(this.#db));
    } catch (error) {
      if (!isBusy(error)) throw toUserError(error, this.path);
    }
    return await this.#readLater(run);
  }

  async #readLater<T>(run: (db: Connection) => T): Promise<T> {
    try {
      return await retryWhileBusy(this.#busyTimeoutMs, () => {
        if (this.#closing !== undefined) throw closedError(this.path);
        return this.#db.snapshot(() => run(this.#db));
      });
    } catch (error) {
      throw toUserError(error, this.path);
    }
  }
}
