/** A store in memory: for tests, simulations, and as the model that other stores are compared with. */

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
import { type CauseFilter, causes, mute } from "./cause.ts";
import { cancel, dismiss, remove } from "./change.ts";
import { checkpoints } from "./checkpoint.ts";
import { claim } from "./claim.ts";
import { enqueue } from "./enqueue.ts";
import { finish, rescue } from "./finish.ts";
import { heartbeat, leases } from "./lease.ts";
import { appendLog, readLog } from "./log.ts";
import { attempts, children, parents, stats, workflows } from "./read.ts";
import { requeue } from "./requeue.ts";
import { MemorySchedules } from "./schedules.ts";
import { count, list } from "./select.ts";
import { State } from "./state.ts";
import { MemoryTransfer } from "./transfer.ts";
import { refusal } from "../refusal.ts";
import { Watchers } from "../watchers.ts";

/** What a claim gives while the store is sealed. */
const NOTHING: Claim = { jobs: [], nextAt: null, nextRetryAt: null };

/**
 * Keeps jobs in memory. Each verb runs to its end in the turn that calls it, which makes it atomic.
 *
 * @example
 * ```ts
 * import { JobQueue } from "@gigq/gigq";
 *
 * await using queue = JobQueue.over(new MemoryStore());
 * console.log((await queue.stats()).total); // 0
 * ```
 */
export class MemoryStore implements Store {
  readonly capabilities = CAPABILITIES;
  readonly #state = new State();
  readonly transfer: Transfer = new MemoryTransfer(this.#state, (verb) => this.#always(verb));
  readonly schedules: Schedules = new MemorySchedules((verb) => this.#change(verb), (verb) => this.#do(verb));
  readonly #watchers = new Watchers();

  enqueue(
    batch: { readonly jobs: readonly NewJob[]; readonly workflow?: NewWorkflow | number },
    now: number,
  ): Promise<{ readonly jobs: readonly Enqueued[]; readonly workflow: number | null }> {
    return this.#change((state) => enqueue(state, batch, now));
  }

  claim(request: ClaimRequest, now: number): Promise<Claim> {
    return this.#do((state) => state.standing.type === "sealed" ? NOTHING : claim(state, request, now));
  }

  finish(finishes: readonly Finish[], now: number): Promise<readonly Finished[]> {
    return this.#do((state) => finish(state, finishes, now));
  }

  heartbeat(beats: readonly Beat[], leaseMs: number, now: number): Promise<readonly BeatReply[]> {
    return this.#do((state) => heartbeat(state, beats, leaseMs, now));
  }

  leases(filter: { readonly expiredBy?: number; readonly host?: string }): Promise<readonly Lease[]> {
    return this.#do((state) => leases(state, filter));
  }

  rescue(rescues: readonly Rescue[], now: number): Promise<readonly JobId[]> {
    return this.#do((state) => rescue(state, rescues, now));
  }

  cancel(ids: readonly JobId[], now: number): Promise<readonly Change[]> {
    return this.#change((state) => cancel(state, ids, now));
  }

  requeue(ids: readonly JobId[], now: number, options?: RequeueOptions): Promise<readonly Change[]> {
    return this.#change((state) => requeue(state, ids, now, options));
  }

  dismiss(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#change((state) => dismiss(state, ids));
  }

  remove(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.#change((state) => remove(state, ids));
  }

  list(selector: Selector): Promise<readonly Job[]> {
    return this.#do((state) => list(state, selector));
  }

  count(selector: Selector): Promise<number> {
    return this.#do((state) => count(state, selector));
  }

  attempts(id: JobId): Promise<readonly Attempt[]> {
    return this.#do((state) => attempts(state, id));
  }

  parents(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, readonly Parent[]>> {
    return this.#do((state) => parents(state, ids));
  }

  children(ids: readonly JobId[]): Promise<readonly JobId[]> {
    return this.#do((state) => children(state, ids));
  }

  checkpoints(ids: readonly JobId[]): Promise<ReadonlyMap<JobId, Checkpoint>> {
    return this.#do((state) => checkpoints(state, ids));
  }

  causes(filter: CauseFilter): Promise<readonly Cause[]> {
    return this.#do((state) => causes(state, filter));
  }

  mute(ids: readonly number[], until: number | null): Promise<readonly number[]> {
    return this.#change((state) => mute(state, ids, until));
  }

  appendLog(chunks: readonly LogChunk[]): Promise<void> {
    return this.#do((state) => appendLog(state, chunks));
  }

  readLog(id: JobId, query: LogQuery = {}): Promise<readonly LogChunk[]> {
    return this.#do((state) => readLog(state, id, query));
  }

  stats(): Promise<Stats> {
    return this.#do(stats);
  }

  pause(queue: string, paused: boolean): Promise<void> {
    return this.#change((state) => {
      if (paused) state.paused.add(queue);
      else state.paused.delete(queue);
      state.changed = true;
    });
  }

  workflows(
    filter: {
      readonly id?: number;
      readonly name?: string;
      readonly key?: string;
      readonly type?: WorkflowRun["type"];
      readonly limit?: number;
    },
  ): Promise<readonly WorkflowRun[]> {
    return this.#do((state) => workflows(state, filter));
  }

  watch(signal: AbortSignal): AsyncIterable<void> {
    return this.#watchers.watch(signal);
  }

  close(): Promise<void> {
    this.#watchers.close();
    return Promise.resolve();
  }

  /** What people ask for is refused unless the store is open. */
  #change<T>(verb: (state: State) => T): Promise<T> {
    return this.#do(verb, "change");
  }

  #do<T>(verb: (state: State) => T, kind: "change" | "use" = "use"): Promise<T> {
    return this.#always((state) => {
      const error = refusal(state.standing, ":memory:", kind);
      if (error !== null) throw error;
      return verb(state);
    });
  }

  /** Runs a verb at once and hands its answer (or its error) over as a promise. */
  #always<T>(verb: (state: State) => T): Promise<T> {
    return new Promise((resolve) => {
      const answer = verb(this.#state);
      if (this.#state.changed) {
        this.#state.changed = false;
        this.#watchers.wake();
      }
      resolve(answer);
    });
  }
}
