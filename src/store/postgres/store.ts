/** Jobs on a PostgreSQL server. */

import type { Attempt, Cause, Checkpoint, Job, JobId, NewJob } from "../../core/job.ts";
import type {
  Beat,
  BeatReply,
  Capabilities,
  Change,
  Claim,
  ClaimRequest,
  Finish,
  Finished,
  Lease,
  LogChunk,
  LogQuery,
  Outcome,
  Parent,
  RequeueOptions,
  Rescue,
  Selector,
  Stats,
  Store,
  WorkflowRun,
} from "../../core/ports.ts";
import { Watchers } from "../watchers.ts";
import { Sealed } from "./guard.ts";
import type { Line } from "./line.ts";
import { appendLog } from "./ops/append_log.ts";
import { cancel } from "./ops/cancel.ts";
import { claim } from "./ops/claim.ts";
import { dismiss } from "./ops/dismiss.ts";
import { enqueue } from "./ops/enqueue.ts";
import { finish } from "./ops/finish.ts";
import { heartbeat } from "./ops/heartbeat.ts";
import { mute } from "./ops/mute.ts";
import { pause } from "./ops/pause.ts";
import { remove } from "./ops/remove.ts";
import { requeue } from "./ops/requeue.ts";
import { leases, rescue } from "./ops/rescue.ts";
import { type CauseFilter, causes } from "./reads/causes.ts";
import { checkpoints } from "./reads/checkpoints.ts";
import { children, parents } from "./reads/family.ts";
import { attempts } from "./reads/history.ts";
import { count, list } from "./reads/list.ts";
import { readLog } from "./reads/log.ts";
import { stats } from "./reads/overview.ts";
import { type WorkflowFilter, workflows } from "./reads/workflows.ts";
import type { Sql } from "./sql.ts";
import type { Books } from "./tx.ts";

type Batch = Parameters<Store["enqueue"]>[0];
type EnqueueAnswer = Awaited<ReturnType<Store["enqueue"]>>;

/** A store in one schema of a PostgreSQL database. Made by `openPostgres`. */
export class PostgresStore implements Store {
  readonly capabilities: Capabilities = {
    durable: true,
    shared: true,
    remote: true,
    synced: true,
    pushed: true,
    retention: false,
    backup: false,
    transfer: true,
  };
  readonly #line: Line;
  readonly #watchers = new Watchers();

  constructor(line: Line) {
    this.#line = line;
  }

  async enqueue(batch: Batch, now: number): Promise<EnqueueAnswer> {
    const answer = await this.#line.write(
      "change",
      "shared",
      (tx) => enqueue(tx, batch, now),
      (books, sql) => enterJobs(books, sql, batch.jobs),
    );
    this.#changed();
    return answer;
  }

  async claim(request: ClaimRequest, now: number): Promise<Claim> {
    try {
      const answer: Claim = await this.#line.write(
        "claim",
        "shared",
        (tx) => claim(tx, request, now),
        (books, sql) => books.workers.enter(sql, request.worker),
      );
      if (answer.jobs.length > 0) this.#changed();
      return answer;
    } catch (error) {
      if (error instanceof Sealed) return { jobs: [], nextAt: null, nextRetryAt: null };
      throw error;
    }
  }

  finish(finishes: readonly Finish[], now: number): Promise<readonly Finished[]> {
    return this.#noting(
      this.#line.write("report", "shared", (tx) => finish(tx, finishes, now), entering(finishes)),
    );
  }

  heartbeat(beats: readonly Beat[], leaseMs: number, now: number): Promise<readonly BeatReply[]> {
    return this.#noting(this.#line.write("report", "shared", (tx) => heartbeat(tx, beats, leaseMs, now)));
  }

  leases(filter: { readonly expiredBy?: number; readonly host?: string }): Promise<readonly Lease[]> {
    return this.#line.read((tx) => leases(tx, filter));
  }

  rescue(rescues: readonly Rescue[], now: number): Promise<readonly JobId[]> {
    return this.#noting(
      this.#line.write("report", "shared", (tx) => rescue(tx, rescues, now), entering(rescues)),
    );
  }

  cancel(ids: readonly JobId[], now: number): Promise<readonly Change[]> {
    return this.#noting(this.#line.write("change", "exclusive", (tx) => cancel(tx, ids, now)));
  }

  requeue(ids: readonly JobId[], now: number, options?: RequeueOptions): Promise<readonly Change[]> {
    return this.#noting(this.#line.write("change", "exclusive", (tx) => requeue(tx, ids, now, options)));
  }

  dismiss(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#noting(this.#line.write("change", "shared", (tx) => dismiss(tx, ids)));
  }

  remove(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#noting(this.#line.write("change", "exclusive", (tx) => remove(tx, ids)));
  }

  list(selector: Selector): Promise<readonly Job[]> {
    return this.#line.read((tx) => list(tx, selector));
  }

  count(selector: Selector): Promise<number> {
    return this.#line.read((tx) => count(tx, selector));
  }

  attempts(id: JobId): Promise<readonly Attempt[]> {
    return this.#line.read((tx) => attempts(tx, id));
  }

  parents(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, readonly Parent[]>> {
    return this.#line.read((tx) => parents(tx, ids));
  }

  children(ids: readonly JobId[]): Promise<readonly JobId[]> {
    return this.#line.read((tx) => children(tx, ids));
  }

  checkpoints(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, Checkpoint>> {
    return this.#line.read((tx) => checkpoints(tx, ids));
  }

  causes(filter: CauseFilter): Promise<readonly Cause[]> {
    return this.#line.read((tx) => causes(tx, filter));
  }

  mute(ids: readonly number[], until: number | null): Promise<readonly number[]> {
    return this.#noting(this.#line.write("change", "shared", (tx) => mute(tx, ids, until)));
  }

  appendLog(chunks: readonly LogChunk[]): Promise<void> {
    return this.#noting(this.#line.write("report", "shared", (tx) => appendLog(tx, chunks)));
  }

  readLog(id: JobId, query: LogQuery = {}): Promise<readonly LogChunk[]> {
    return this.#line.read((tx) => readLog(tx, id, query));
  }

  stats(): Promise<Stats> {
    return this.#line.read((tx) => stats(tx));
  }

  pause(queue: string, paused: boolean): Promise<void> {
    return this.#noting(this.#line.write("change", "shared", (tx) => pause(tx, queue, paused)));
  }

  workflows(filter: WorkflowFilter): Promise<readonly WorkflowRun[]> {
    return this.#line.read((tx) => workflows(tx, filter));
  }

  watch(signal: AbortSignal): AsyncIterable<void> {
    return this.#watchers.watch(signal);
  }

  async close(): Promise<void> {
    this.#watchers.close();
    await this.#line.close();
  }

  async #noting<T>(call: Promise<T>): Promise<T> {
    const answer = await call;
    this.#changed();
    return answer;
  }

  #changed(): void {
    this.#watchers.wake();
  }
}

/** Enters what jobs that are to be stored share with others. */
async function enterJobs(books: Books, sql: Sql, jobs: readonly NewJob[]): Promise<void> {
  await books.lanes.enter(sql, jobs);
  await books.policies.enter(sql, jobs.map((job) => job.policy));
}

/** Enters the jobs that are to follow on failures: mostly none. */
function entering(
  ends: readonly { readonly outcome: Outcome }[],
): ((books: Books, sql: Sql) => Promise<void>) | undefined {
  const jobs = ends.flatMap(({ outcome }) => outcome.type === "failed" ? outcome.follow ?? [] : []);
  return jobs.length === 0 ? undefined : (books, sql) => enterJobs(books, sql, jobs);
}
