/** Jobs in one SQLite file. */

import type { Attempt, Cause, Checkpoint, Job, JobId } from "../../core/job.ts";
import type {
  Backup,
  BackupOptions,
  Beat,
  BeatReply,
  Capabilities,
  Change,
  Claim,
  ClaimRequest,
  Due,
  Enqueued,
  Finish,
  Finished,
  Lease,
  LogChunk,
  LogQuery,
  Parent,
  RequeueOptions,
  Rescue,
  Schedules,
  Selector,
  Stats,
  Store,
  Transfer,
  WorkflowRun,
} from "../../core/ports.ts";
import { CAPABILITIES, CAPABILITIES_IN_MEMORY } from "./capabilities.ts";
import type { Connection } from "./connection.ts";
import type { DriverName } from "./driver.ts";
import { isBusy } from "./errors.ts";
import { closedError, type Durability, GroupCommit } from "./group_commit.ts";
import { intactAttempts, intactCauses, intactJobs, intactRuns, readError } from "./intact.ts";
import { change, family, type Lazy, log, look, move, nothing, schedules, submit, work } from "./lazy_ops.ts";
import type { CauseFilter } from "./ops/causes.ts";
import type { Batch } from "./ops/enqueue.ts";
import type { WorkflowFilter } from "./ops/overview.ts";
import { retryWhileBusy } from "./retry.ts";
import { refuseUnlessOpen } from "./state.ts";
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
  readonly transfer: Transfer = {
    identity: () => this.#readAlways(move, (ops, db) => ops.identity(db)),
    become: (from, to) => this.#write("full", move, (ops, db) => ops.become(db, from, to)),
    read: (after, limit) => this.#readAlways(move, (ops, db) => ops.read(db, after, limit)),
    write: (records, next) => this.#write("full", move, (ops, db) => ops.write(db, records, next)),
  };
  readonly schedules: Schedules = {
    add: (schedule, now) => this.#change(schedules, (ops, db) => ops.add(db, schedule, now)),
    list: (filter = {}) => this.#read(schedules, (ops, db) => ops.list(db, filter)),
    remove: (id) => this.#change(schedules, (ops, db) => ops.remove(db, id)),
    due: (now) => this.#due(now),
    advance: (step, now) => this.#change(schedules, (ops, db) => ops.advance(db, step, now)),
    firings: (filter) => this.#read(schedules, (ops, db) => ops.firings(db, filter)),
  };
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
    this.capabilities = durable ? CAPABILITIES : CAPABILITIES_IN_MEMORY;
    this.path = path;
    this.#db = db;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#release = release;
    const version = (): number => db.get<{ data_version: number }>("PRAGMA data_version")!.data_version;
    this.#watcher = new Watcher(durable ? version : undefined);
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
    return this.#change(submit, (ops, db) => ops.enqueue(db, batch, now));
  }

  claim(request: ClaimRequest, now: number): Promise<Claim> {
    return this.#write("normal", work, (ops, db) => ops.claim(db, request, now));
  }

  finish(finishes: readonly Finish[], now: number): Promise<readonly Finished[]> {
    return this.#write("normal", work, (ops, db) => ops.finish(db, finishes, now));
  }

  heartbeat(beats: readonly Beat[], leaseMs: number, now: number): Promise<readonly BeatReply[]> {
    return this.#write("normal", work, (ops, db) => ops.heartbeat(db, beats, leaseMs, now));
  }

  leases(filter: { readonly expiredBy?: number; readonly host?: string }): Promise<readonly Lease[]> {
    return this.#read(work, (ops, db) => ops.leases(db, filter));
  }

  rescue(rescues: readonly Rescue[], now: number): Promise<readonly JobId[]> {
    return this.#write("normal", work, (ops, db) => ops.rescue(db, rescues, now));
  }

  cancel(ids: readonly JobId[], now: number): Promise<readonly Change[]> {
    return this.#change(change, (ops, db) => ops.cancel(db, ids, now));
  }

  requeue(ids: readonly JobId[], now: number, options?: RequeueOptions): Promise<readonly Change[]> {
    return this.#change(change, (ops, db) => ops.requeue(db, ids, now, options));
  }

  dismiss(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#change(change, (ops, db) => ops.dismiss(db, ids));
  }

  remove(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#change(change, (ops, db) => ops.remove(db, ids));
  }

  list(selector: Selector): Promise<readonly Job[]> {
    return this.#read(look, (ops, db) => intactJobs(ops.list(db, selector)));
  }

  count(selector: Selector): Promise<number> {
    return this.#read(look, (ops, db) => ops.count(db, selector));
  }

  attempts(id: JobId): Promise<readonly Attempt[]> {
    return this.#read(look, (ops, db) => intactAttempts(ops.attempts(db, id)));
  }

  parents(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, readonly Parent[]>> {
    return this.#read(family, (ops, db) => ops.parents(db, ids));
  }

  children(ids: readonly JobId[]): Promise<readonly JobId[]> {
    return this.#read(family, (ops, db) => ops.children(db, ids));
  }

  checkpoints(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, Checkpoint>> {
    return this.#read(family, (ops, db) => ops.checkpoints(db, ids));
  }

  causes(filter: CauseFilter): Promise<readonly Cause[]> {
    return this.#read(look, (ops, db) => intactCauses(ops.causes(db, filter)));
  }

  mute(ids: readonly number[], until: number | null): Promise<readonly number[]> {
    return this.#change(change, (ops, db) => ops.mute(db, ids, until));
  }

  appendLog(chunks: readonly LogChunk[]): Promise<void> {
    return this.#write("normal", log, (ops, db) => ops.appendLog(db, chunks));
  }

  readLog(id: JobId, query: LogQuery = {}): Promise<readonly LogChunk[]> {
    return this.#read(log, (ops, db) => ops.readLog(db, id, query));
  }

  stats(): Promise<Stats> {
    return this.#read(look, (ops, db) => ops.stats(db));
  }

  pause(queue: string, paused: boolean): Promise<void> {
    return this.#change(change, (ops, db) => ops.pause(db, queue, paused));
  }

  workflows(filter: WorkflowFilter): Promise<readonly WorkflowRun[]> {
    return this.#read(look, (ops, db) => intactRuns(ops.workflows(db, filter)));
  }

  watch(signal: AbortSignal): AsyncIterable<void> {
    return this.#watcher.watch(signal);
  }

  /**
   * Writes a copy to a new file. The event loop of this process stands still meanwhile; others go on.
   *
   * @throws {CannotCreateError} When the file is there already, or cannot be written
   */
  async backup(path: string, options: BackupOptions = {}): Promise<Backup> {
    if (this.#closing !== undefined) throw closedError(this.path);
    await this.#read(look, () => {});
    const { writeBackup } = await import("./backup.ts");
    return await writeBackup(this.#db, {
      from: this.path,
      to: path,
      busyTimeoutMs: this.#busyTimeoutMs,
      ...options,
    });
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

  /** Workers ask often, and most queues have no schedules: one look tells, and nothing is loaded for it. */
  async #due(now: number): Promise<Due> {
    const has = await this.#read(nothing, (_, db) => db.exists("SELECT 1 AS found FROM schedules LIMIT 1"));
    return has ? await this.#read(schedules, (ops, db) => ops.due(db, now)) : { schedules: [], nextAt: null };
  }

  #write<M, T>(durability: Durability, part: Lazy<M>, run: (ops: M, db: Connection) => T): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closedError(this.path));
    const loading = part.loaded === undefined ? part.load() : undefined;
    return this.#group.call(durability, () => run(part.loaded!, this.#db), loading);
  }

  /** What people ask for is refused unless the store is open. */
  #change<M, T>(part: Lazy<M>, run: (ops: M, db: Connection) => T): Promise<T> {
    return this.#write("full", part, (ops, db) => {
      refuseUnlessOpen(db, "change");
      return run(ops, db);
    });
  }

  #read<M, T>(part: Lazy<M>, run: (ops: M, db: Connection) => T): Promise<T> {
    return this.#readAlways(part, (ops, db) => {
      refuseUnlessOpen(db, "use");
      return run(ops, db);
    });
  }

  /** Reads see one moment, and everything that the caller has awaited. */
  async #readAlways<M, T>(part: Lazy<M>, run: (ops: M, db: Connection) => T): Promise<T> {
    const ops = part.loaded ?? await part.load();
    const read = (): T => {
      if (this.#closing !== undefined) throw closedError(this.path);
      return this.#db.snapshot(() => run(ops, this.#db));
    };
    try {
      return read();
    } catch (error) {
      if (!isBusy(error)) throw readError(error, this.path);
    }
    return await retryWhileBusy(this.#busyTimeoutMs, read).catch((error) => {
      throw readError(error, this.path);
    });
  }
}
