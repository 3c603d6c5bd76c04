/** The queue as scripts (and the command line) see it. */

import { NotFoundError } from "../core/errors.ts";
import type { Attempt, Cause, Checkpoint, Job, JobId } from "../core/job.ts";
import type {
  Change,
  Clock,
  Enqueued,
  LogChunk,
  LogQuery,
  RequeueOptions,
  Selector,
  Stats,
  Store,
  WorkflowRun,
} from "../core/ports.ts";
import { bindRequest } from "../core/request_secrets.ts";
import type { ResolvedWorkflow } from "../core/workflow.ts";
import { FINAL, isFinal } from "../core/transitions.ts";
import { openStore, type StoreOptions } from "../store/open.ts";
import { followJob, type JobEvent } from "./follow.ts";
import { type JobInput, type JobOptions, toNewJobs } from "./job_input.ts";
import { waitForJobs, type WaitOptions } from "./wait.ts";
import { retryableJobs } from "./workflow_retry.ts";

/** How a queue is opened. */
export interface QueueOptions extends StoreOptions {
  /** Default the system's; tests bring their own. */
  readonly clock?: Clock;
}

/**
 * A job queue in one SQLite file.
 *
 * @example
 * ```ts
 * import { command, JobQueue, Worker } from "@gigq/gigq";
 *
 * await using queue = await JobQueue.open(":memory:");
 * const id = await queue.submit(command(["echo", "hello"]));
 * await new Worker(queue).drain();
 * console.log((await queue.get(id)).result); // hello
 * ```
 */
export class JobQueue implements AsyncDisposable {
  /** Where jobs live: the port below this class, for custom tools. */
  readonly store: Store;
  /** The path it was opened with, made absolute; `:memory:` for one in memory. */
  readonly location: string;
  readonly #clock: Clock | undefined;

  private constructor(store: Store, location: string, clock: Clock | undefined) {
    this.store = store;
    this.location = location;
    this.#clock = clock;
  }

  /**
   * Opens a queue, creating the file where there is none.
   *
   * @param location A path, or `:memory:`
   * @throws {DataError} When the file is no database of GigQ
   * @throws {ConfigError} When a newer GigQ made it, or it lies on a network filesystem
   * @throws {CannotCreateError} When it cannot be created or written
   * @throws {UnavailableError} When its folder does not exist
   */
  static async open(location: string, options: QueueOptions = {}): Promise<JobQueue> {
    const { clock, ...rest } = options;
    const opened = await openStore(location, rest);
    return new JobQueue(opened.store, opened.location, clock);
  }

  /** Wraps a store that is open already; closing the queue closes it. */
  static over(store: Store, location = ":memory:", clock?: Clock): JobQueue {
    return new JobQueue(store, location, clock);
  }

  /** The clock it was opened with. */
  get clock(): Clock | undefined {
    return this.#clock;
  }

  /**
   * Stores one job, durably, before it resolves.
   *
   * @param options Win over the job's own
   * @returns Its id; that of the job in the way where `unique` found one
   * @throws {NotFoundError} When `after` names a job that does not exist
   * @throws {UsageError} For a bad option
   * @throws {DataError} For params that are not JSON or too large
   */
  async submit(job: JobInput, options: JobOptions = {}): Promise<JobId> {
    const [enqueued] = await this.enqueue([job], options);
    return enqueued!.id;
  }

  /** Stores many jobs in one transaction: all or none. `options` win over each job's own. */
  async submitMany(jobs: readonly JobInput[], options: JobOptions = {}): Promise<JobId[]> {
    return (await this.enqueue(jobs, options)).map((enqueued) => enqueued.id);
  }

  /** Like {@linkcode submitMany}, telling for each job whether it is new or was there already. */
  async enqueue(jobs: readonly JobInput[], options: JobOptions = {}): Promise<readonly Enqueued[]> {
    const now = this.now();
    const complete = toNewJobs(jobs, options, now).map(bindRequest);
    return (await this.store.enqueue({ jobs: complete }, now)).jobs;
  }

  /** Stores a workflow run and its jobs, all or nothing; see `Workflow.submit` and `loadWorkflow`. */
  async submitResolved(workflow: ResolvedWorkflow): Promise<{ id: number; jobs: JobId[] }> {
    const { jobs, ...run } = workflow;
    const stored = await this.store.enqueue({ jobs, workflow: run }, this.now());
    return { id: stored.workflow!, jobs: stored.jobs.map((job) => job.id) };
  }

  /**
   * One job as it stands now.
   *
   * @throws {NotFoundError} When there is no such job
   */
  async get(id: JobId): Promise<Job> {
    const [job] = await this.store.list({ ids: [id] });
    if (job === undefined) throw notFound(id);
    return job;
  }

  /** Jobs that match, oldest first unless said otherwise. */
  async list(selector: Selector = {}): Promise<Job[]> {
    return [...await this.store.list(selector)];
  }

  /** How many jobs match; `limit`, `order` and `cursor` are ignored. */
  count(selector: Selector = {}): Promise<number> {
    return this.store.count(selector);
  }

  /** Id of the job submitted last; `null` when the queue is empty. */
  async lastId(): Promise<JobId | null> {
    const [job] = await this.store.list({ order: "desc", limit: 1 });
    return job?.id ?? null;
  }

  /** The record of each attempt, oldest first. */
  async attempts(id: JobId): Promise<readonly Attempt[]> {
    return await this.store.attempts(id);
  }

  /** Counts of jobs by status, over all and by queue. */
  stats(): Promise<Stats> {
    return this.store.stats();
  }

  /**
   * Waits until jobs are final: all of them, or the first with `any`.
   *
   * @returns The jobs that are final, in the order asked for
   * @throws {NotFoundError} When one does not exist
   * @throws {TimeoutError} When `timeoutMs` passes first
   */
  wait(ids: JobId | readonly JobId[], options: WaitOptions = {}): Promise<Job[]> {
    return waitForJobs(this, typeof ids === "number" ? [ids] : ids, options);
  }

  /** Yields what happens to a job, from its present status on, until it is final or `signal` aborts. */
  follow(id: JobId, options: { readonly signal?: AbortSignal } = {}): AsyncIterable<JobEvent> {
    return followJob(this, id, options.signal);
  }

  /** Ends pending jobs, asks running ones to stop. */
  cancel(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.store.cancel(ids, this.now());
  }

  /**
   * Runs final jobs once more, with a fresh budget of attempts.
   *
   * @example A few first: the others run once these have completed
   * ```ts
   * import { command, JobQueue, Worker } from "@gigq/gigq";
   *
   * await using queue = await JobQueue.open(":memory:");
   * const ids = await queue.submitMany([command(["false"]), command(["false"])]);
   * await new Worker(queue).drain();
   * await queue.requeue(ids, { canaries: ids.slice(0, 1) });
   * console.log((await queue.list()).map((job) => job.status)); // [ "ready", "blocked" ]
   * ```
   */
  async requeue(ids: readonly JobId[], options?: RequeueOptions): Promise<readonly Change[]> {
    if (options?.fresh) await this.#discardLeftFiles(ids);
    return await this.store.requeue(ids, this.now(), options);
  }

  /** What commands have left on this machine, and no worker has saved, would be found again. */
  async #discardLeftFiles(ids: readonly JobId[]): Promise<void> {
    if (!this.store.capabilities.shared) return;
    const jobs = (await this.store.list({ ids })).filter(({ status, kind }) =>
      isFinal(status) && kind === "command"
    );
    const { discardLeftFiles } = await import("../runner/command/left_files.ts");
    await discardLeftFiles(this.location, jobs);
  }

  /** Takes failed jobs off the dead letters (`list({ dead: true })`); they stay failed. */
  dismiss(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.store.dismiss(ids);
  }

  /** What failures have in common: errors by fingerprint, the one seen last first. */
  causes(filter: Parameters<Store["causes"]>[0] = {}): Promise<readonly Cause[]> {
    return this.store.causes(filter);
  }

  /**
   * Mutes causes: nobody wants to hear of them.
   *
   * @param until Milliseconds since the epoch, `Infinity` for ever, `null` for not any more
   * @returns The ids of those there are
   */
  mute(causes: readonly number[], until: number | null): Promise<readonly number[]> {
    return this.store.mute(causes, until);
  }

  /** What the attempts of a job saved for the ones after them; `null` for nothing. */
  async checkpoint(id: JobId): Promise<Checkpoint | null> {
    return (await this.store.checkpoints([id])).get(id) ?? null;
  }

  /**
   * Deletes final jobs that match, with their history. Jobs that unfinished ones depend on stay.
   *
   * @returns How many were deleted
   */
  async clear(selector: Selector = {}): Promise<number> {
    const statuses = (selector.statuses ?? FINAL).filter(isFinal);
    if (statuses.length === 0) return 0;
    const jobs = await this.store.list({ ...selector, statuses });
    const changes = await this.store.remove(jobs.map((job) => job.id));
    return changes.filter((change) => change.result === "done").length;
  }

  /** Output of a job, in pieces; the latest attempt's unless the query says otherwise. */
  logs(id: JobId, query: LogQuery = {}): Promise<readonly LogChunk[]> {
    return this.store.readLog(id, query);
  }

  /** Stops handing out jobs of a queue; those running go on. */
  pause(queue: string): Promise<void> {
    return this.store.pause(queue, true);
  }

  /** Hands out jobs of a paused queue again. */
  resume(queue: string): Promise<void> {
    return this.store.pause(queue, false);
  }

  /** Workflow runs, newest first. */
  workflows(filter: Parameters<Store["workflows"]>[0] = {}): Promise<readonly WorkflowRun[]> {
    return this.store.workflows(filter);
  }

  /**
   * Runs the failed, cancelled and skipped steps of a workflow again, and the steps that depend on them; keeps
   * what completed otherwise.
   *
   * @throws {NotFoundError} When there is no such run
   */
  async retryWorkflow(id: number): Promise<readonly Change[]> {
    return await this.store.requeue(await retryableJobs(this.store, id), this.now());
  }

  /** The present, by the queue's clock. */
  now(): number {
    return this.#clock?.now() ?? Date.now();
  }

  /** Ends the use of the queue, after the calls already made. `await using` does it by itself. */
  close(): Promise<void> {
    return this.store.close();
  }

  /** Closes the queue at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function notFound(id: JobId): NotFoundError {
  return new NotFoundError(`There is no job ${id}`, { hint: "gigq list shows what there is" });
}
