/** Jobs on a Redis or Valkey server. */

import type { Attempt, Cause, Checkpoint, Job, JobId, NewJob } from "../../core/job.ts";
import type {
  Beat,
  BeatReply,
  Change,
  Claim,
  ClaimRequest,
  Enqueued,
  Finish,
  Finished,
  Lease,
  LogChunk,
  LogQuery,
  NewWorkflow,
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
import { CAPABILITIES } from "./capabilities.ts";
import { closedError, type Line } from "./line.ts";
import { cancel } from "./ops/cancel.ts";
import { claim } from "./ops/claim.ts";
import { dismiss } from "./ops/dismiss.ts";
import { enqueue } from "./ops/enqueue.ts";
import { finish } from "./ops/finish.ts";
import { heartbeat } from "./ops/heartbeat.ts";
import { appendLog } from "./ops/append_log.ts";
import { mute } from "./ops/mute.ts";
import { pause } from "./ops/pause.ts";
import { remove } from "./ops/remove.ts";
import { requeue } from "./ops/requeue.ts";
import { leases } from "./ops/leases.ts";
import { rescue } from "./ops/rescue.ts";
import { attempts } from "./reads/attempts.ts";
import { type CauseFilter, causes } from "./reads/causes.ts";
import { checkpoints } from "./reads/checkpoints.ts";
import { children, parents } from "./reads/family.ts";
import { count } from "./reads/count.ts";
import { list } from "./reads/list.ts";
import { readLog } from "./reads/log.ts";
import { stats } from "./reads/stats.ts";
import { type WorkflowFilter, workflows } from "./reads/workflows.ts";
import { News } from "./news.ts";
import { RedisSchedules } from "./schedules.ts";
import { RedisTransfer } from "./transfer/transfer.ts";

/** A store under one prefix of a server, shared by any number of processes and machines. Made by `openRedis`. */
export class RedisStore implements Store {
  readonly capabilities = CAPABILITIES;
  readonly schedules: Schedules;
  readonly transfer: Transfer;
  readonly #line: Line;
  readonly #news: News;
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(line: Line) {
    this.#line = line;
    this.#news = new News(line);
    this.schedules = new RedisSchedules((verb) => this.#call(verb));
    this.transfer = new RedisTransfer((verb) => this.#call(verb));
  }

  enqueue(
    batch: { readonly jobs: readonly NewJob[]; readonly workflow?: NewWorkflow | number },
    now: number,
  ): Promise<{ readonly jobs: readonly Enqueued[]; readonly workflow: number | null }> {
    return this.#call((line) => enqueue(line, batch, now));
  }

  claim(request: ClaimRequest, now: number): Promise<Claim> {
    return this.#call((line) => claim(line, request, now));
  }

  finish(finishes: readonly Finish[], now: number): Promise<readonly Finished[]> {
    return this.#call((line) => finish(line, finishes, now));
  }

  heartbeat(beats: readonly Beat[], leaseMs: number, now: number): Promise<readonly BeatReply[]> {
    return this.#call((line) => heartbeat(line, beats, leaseMs, now));
  }

  leases(filter: { readonly expiredBy?: number; readonly host?: string }): Promise<readonly Lease[]> {
    return this.#call((line) => leases(line, filter));
  }

  rescue(rescues: readonly Rescue[], now: number): Promise<readonly JobId[]> {
    return this.#call((line) => rescue(line, rescues, now));
  }

  cancel(ids: readonly JobId[], now: number): Promise<readonly Change[]> {
    return this.#call((line) => cancel(line, ids, now));
  }

  requeue(ids: readonly JobId[], now: number, options?: RequeueOptions): Promise<readonly Change[]> {
    return this.#call((line) => requeue(line, ids, now, options));
  }

  dismiss(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#call((line) => dismiss(line, ids));
  }

  remove(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#call((line) => remove(line, ids));
  }

  list(selector: Selector): Promise<readonly Job[]> {
    return this.#call((line) => list(line, selector));
  }

  count(selector: Selector): Promise<number> {
    return this.#call((line) => count(line, selector));
  }

  attempts(id: JobId): Promise<readonly Attempt[]> {
    return this.#call((line) => attempts(line, id));
  }

  parents(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, readonly Parent[]>> {
    return this.#call((line) => parents(line, ids));
  }

  children(ids: readonly JobId[]): Promise<readonly JobId[]> {
    return this.#call((line) => children(line, ids));
  }

  checkpoints(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, Checkpoint>> {
    return this.#call((line) => checkpoints(line, ids));
  }

  causes(filter: CauseFilter): Promise<readonly Cause[]> {
    return this.#call((line) => causes(line, filter));
  }

  mute(ids: readonly number[], until: number | null): Promise<readonly number[]> {
    return this.#call((line) => mute(line, ids, until));
  }

  appendLog(chunks: readonly LogChunk[]): Promise<void> {
    return this.#call((line) => appendLog(line, chunks));
  }

  readLog(id: JobId, query: LogQuery = {}): Promise<readonly LogChunk[]> {
    return this.#call((line) => readLog(line, id, query));
  }

  stats(): Promise<Stats> {
    return this.#call(stats);
  }

  pause(queue: string, paused: boolean): Promise<void> {
    return this.#call((line) => pause(line, queue, paused));
  }

  workflows(filter: WorkflowFilter): Promise<readonly WorkflowRun[]> {
    return this.#call((line) => workflows(line, filter));
  }

  watch(signal: AbortSignal): AsyncIterable<void> {
    return this.#news.watch(signal);
  }

  /** Waits for the answers to the calls already made, then closes the connections. Calls made from now on fail. */
  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    this.#news.close();
    await Promise.allSettled(this.#running);
    this.#line.close();
  }

  /** The server tells of changes, also of those made here. */
  #call<T>(verb: (line: Line) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closedError(this.#line.url));
    const answer = verb(this.#line);
    this.#running.add(answer);
    return answer.finally(() => this.#running.delete(answer));
  }
}
