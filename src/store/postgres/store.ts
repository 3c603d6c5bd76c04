/** Jobs on a PostgreSQL server. */

import type { Attempt, Cause, Checkpoint, Job, JobId, NewJob } from "../../core/job.ts";
import type {
  Beat,
  BeatReply,
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
  Schedules,
  Selector,
  Stats,
  Store,
  Transfer,
  WorkflowRun,
} from "../../core/ports.ts";
import { enterJobs } from "./books/enter_jobs.ts";
import { CAPABILITIES } from "./capabilities.ts";
import { type Kind, Sealed } from "./guard.ts";
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
import { PostgresSchedules } from "./schedules.ts";
import type { Signals } from "./signals.ts";
import { PostgresTransfer } from "./transfer/transfer.ts";
import { type Batch, type Call, type Enqueueing, newsOf, runCalls, Turn } from "./turn.ts";
import type { Tx } from "./tx.ts";

/** A store in one schema of a PostgreSQL database. Made by `openPostgres`. */
export class PostgresStore implements Store {
  readonly capabilities = CAPABILITIES;
  readonly schedules: Schedules;
  readonly transfer: Transfer;
  readonly #line: Line;
  readonly #signals: Signals;
  readonly #turn: Turn;
  #closing: Promise<void> | undefined;

  constructor(line: Line, signals: Signals) {
    this.#line = line;
    this.#signals = signals;
    this.#turn = new Turn((calls) => this.#together(calls));
    this.schedules = new PostgresSchedules(line, this.#turn);
    this.transfer = new PostgresTransfer(line, () => signals.changed("all", null));
  }

  enqueue(batch: Batch, now: number): Promise<Enqueueing> {
    const { jobs, workflow } = batch;
    return this.#turn.call({
      kind: "change",
      jobs,
      run: (tx) => enqueue(tx, batch, now),
      news: () => jobs.length > 0 ? "all" : "none",
      ...workflow === undefined && { submits: { jobs, now } },
    });
  }

  async claim(request: ClaimRequest, now: number): Promise<Claim> {
    try {
      return await this.#turn.call({
        kind: "claim",
        enter: ({ workers }, sql) => workers.enter(sql, request.worker),
        run: (tx) => claim(tx, request, now),
        news: ({ jobs }) => jobs.length > 0 ? "here" : "none",
      });
    } catch (error) {
      if (error instanceof Sealed) return { jobs: [], nextAt: null, nextRetryAt: null };
      throw error;
    }
  }

  finish(finishes: readonly Finish[], now: number): Promise<readonly Finished[]> {
    return this.#turn.call({
      kind: "use",
      jobs: followers(finishes),
      run: (tx) => finish(tx, finishes, now),
      news: (finished) => finished.some(({ accepted }) => accepted) ? "all" : "none",
    });
  }

  heartbeat(beats: readonly Beat[], leaseMs: number, now: number): Promise<readonly BeatReply[]> {
    return this.#turn.call({
      kind: "use",
      run: (tx) => heartbeat(tx, beats, leaseMs, now),
      news: () =>
        beats.some(({ progress, steps, checkpoint }) => (progress ?? steps ?? checkpoint) !== undefined)
          ? "all"
          : "none",
    });
  }

  leases(filter: { readonly expiredBy?: number; readonly host?: string }): Promise<readonly Lease[]> {
    return this.#line.read((tx) => leases(tx, filter));
  }

  rescue(rescues: readonly Rescue[], now: number): Promise<readonly JobId[]> {
    return this.#turn.call({
      kind: "use",
      jobs: followers(rescues),
      run: (tx) => rescue(tx, rescues, now),
      news: (rescued) => rescued.length > 0 ? "all" : "none",
    });
  }

  cancel(ids: readonly JobId[], now: number): Promise<readonly Change[]> {
    return this.#alone("change", (tx) => cancel(tx, ids, now));
  }

  requeue(ids: readonly JobId[], now: number, options?: RequeueOptions): Promise<readonly Change[]> {
    return this.#alone("change", (tx) => requeue(tx, ids, now, options));
  }

  dismiss(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#turn.call({ kind: "change", run: (tx) => dismiss(tx, ids), news: () => "all" });
  }

  remove(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#alone("change", (tx) => remove(tx, ids));
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
    return this.#alone("change", (tx) => mute(tx, ids, until));
  }

  appendLog(chunks: readonly LogChunk[]): Promise<void> {
    return this.#turn.call({ kind: "use", run: (tx) => appendLog(tx, chunks), news: () => "all" });
  }

  readLog(id: JobId, query: LogQuery = {}): Promise<readonly LogChunk[]> {
    return this.#line.read((tx) => readLog(tx, id, query));
  }

  stats(): Promise<Stats> {
    return this.#line.read((tx) => stats(tx));
  }

  pause(queue: string, paused: boolean): Promise<void> {
    return this.#alone("change", (tx) => pause(tx, queue, paused));
  }

  workflows(filter: WorkflowFilter): Promise<readonly WorkflowRun[]> {
    return this.#line.read((tx) => workflows(tx, filter));
  }

  watch(signal: AbortSignal): AsyncIterable<void> {
    return this.#signals.watch(signal);
  }

  /** Ends what was called already, then the connections. Calls made from now on fail. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    await this.#turn.ended();
    await this.#line.quiet();
    await this.#signals.close();
    await this.#line.close();
  }

  /** Calls that go well together, beside those of other processes. */
  #together(calls: readonly Call<unknown>[]): Promise<readonly unknown[]> {
    return this.#line.write({
      kinds: calls.map((call) => call.kind),
      lock: calls.some(({ lock }) => lock === "exclusive") ? "exclusive" : "shared",
      enter: async (books, sql) => {
        const jobs = calls.flatMap((call) => call.jobs ?? []);
        await Promise.all([enterJobs(books, sql, jobs), ...calls.map(({ enter }) => enter?.(books, sql))]);
      },
      body: (tx) => runCalls(tx, calls),
      committed: (values, connection) => this.#signals.changed(newsOf(calls, values), connection),
    });
  }

  /** A call that must not meet others. */
  #alone<T>(kind: Kind, body: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#line.write({
      kinds: [kind],
      lock: "exclusive",
      body,
      committed: (_, connection) => this.#signals.changed("all", connection),
    });
  }
}

/** The jobs that are to follow on failures: mostly none. */
function followers(ends: readonly { readonly outcome: Outcome }[]): readonly NewJob[] {
  return ends.flatMap(({ outcome }) => outcome.type === "failed" ? outcome.follow ?? [] : []);
}
