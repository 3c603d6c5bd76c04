/** The queue as scripts (and the command line) see it. */

import type { Attempt, Cause, Checkpoint, Job, JobId, NewJob } from "../core/job.ts";
import type {
  Backup,
  BackupOptions,
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
import type { RetryOptions, StepRetry } from "../core/workflow/retry.ts";
import { FINAL, isFinal } from "../core/transitions.ts";
import { type OpenedStore, openStore, type StoreOptions } from "../store/open.ts";
import { followJob, type JobEvent } from "./follow.ts";
import { discardLeft } from "./fresh.ts";
import { type Duration, type JobInput, type JobOptions, toMs, toNewJobs } from "./job_input.ts";
import { backupStore } from "./backup.ts";
import { type BatchOptions, toBatch } from "./batch.ts";
import { checkDefaults, type JobDefaults } from "./policy.ts";
import { muteCauses, muteEnd } from "./mute.ts";
import { noCause, notFound } from "./not_found.ts";
import { patientStore } from "./patient_store.ts";
import { waitForJobs, type WaitOptions } from "./wait.ts";
import { QueueSchedules } from "./schedules/queue_schedules.ts";
import { retryRun } from "./workflow_retry.ts";

/** How a queue is opened. */
export interface QueueOptions extends StoreOptions, JobDefaults {
  /** Default the system's; tests bring their own. */
  readonly clock?: Clock;
}

/**
 * A job queue: in one SQLite file, or on a PostgreSQL or Redis server.
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
  /** What holds for jobs whose own options say nothing. */
  readonly defaults: JobDefaults;
  readonly #clock: Clock | undefined;
  /** Not a property that is seen: who prints a queue does not print a password. */
  readonly #location: string;
  readonly #now: () => number;

  private constructor(
    { store, location, now = Date.now }: OpenedStore,
    clock: Clock | undefined,
    defaults: JobDefaults,
  ) {
    this.store = store;
    this.#location = location;
    this.defaults = defaults;
    this.#clock = clock;
    this.#now = clock === undefined ? now : () => clock.now();
  }

  /**
   * The path it was opened with, made absolute; `:memory:` for one in memory. Of a server the URL, with the password:
   * show it to nobody.
   */
  get location(): string {
    return this.#location;
  }

  /**
   * Opens a queue, creating the file (or the tables of a server) where there is none.
   *
   * @param location A path, `:memory:`, or a URL: `postgres://…`, `redis://…`; see `docs/backends.md`
   * @throws {DataError} When the file is no database of GigQ
   * @throws {ConfigError} When a newer GigQ made it, it lies on a network filesystem, or the server refuses
   * @throws {CannotCreateError} When it cannot be created or written
   * @throws {UnavailableError} When its folder does not exist, or the server is out of reach
   * @throws {UsageError} For policies, rules or a location that make no sense
   */
  static async open(location: string, options: QueueOptions = {}): Promise<JobQueue> {
    const { clock, policies, queues, kinds, onError, jobs, ...rest } = options;
    const defaults = { policies, queues, kinds, onError, jobs };
    checkDefaults(defaults);
    return new JobQueue(await openStore(location, rest), clock, defaults);
  }

  /** Wraps a store that is open already; closing the queue closes it. */
  static over(store: Store, location = ":memory:", clock?: Clock, defaults: JobDefaults = {}): JobQueue {
    checkDefaults(defaults);
    return new JobQueue({ store, location }, clock, defaults);
  }

  /** The clock it was opened with. */
  get clock(): Clock | undefined {
    return this.#clock;
  }

  /** Recurring work: adding schedules, seeing what became of their times, running them by hand. */
  get schedules(): QueueSchedules {
    return new QueueSchedules(this);
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
    return (await this.store.enqueue({ jobs: this.#complete(jobs, options, now) }, now)).jobs;
  }

  /**
   * Stores jobs as a run, which too many failures halt, or as more jobs of one; all or none. `workflows()` shows how it
   * stands, `list({ workflow })` its jobs.
   *
   * @param run What it is, or the id of one that is stored already
   * @throws {NotFoundError} When there is no such run
   */
  async submitBatch(
    jobs: readonly JobInput[],
    run: BatchOptions | number,
    options: JobOptions = {},
  ): Promise<{ readonly run: number; readonly jobs: readonly Enqueued[] }> {
    const now = this.now();
    const workflow = typeof run === "number" ? run : toBatch(run);
    const stored = await this.store.enqueue({ jobs: this.#complete(jobs, options, now), workflow }, now);
    return { run: stored.workflow!, jobs: stored.jobs };
  }

  #complete(jobs: readonly JobInput[], options: JobOptions, now: number): NewJob[] {
    return toNewJobs(jobs, options, now, this.defaults).map(bindRequest);
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
   * With `canaries` these go first, and the others wait until all of them have completed.
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
    if (options?.fresh) await discardLeft(this.store, this.location, ids);
    return await this.store.requeue(ids, this.now(), options);
  }

  /** Takes failed jobs off the dead letters (`list({ dead: true })`); they stay failed. */
  dismiss(ids: readonly JobId[]): Promise<readonly Change[]> {
    return this.store.dismiss(ids);
  }

  /** Why jobs failed, the cause that was seen last first; see `list({ cause })` for the jobs. */
  causes(filter: Parameters<Store["causes"]>[0] = {}): Promise<readonly Cause[]> {
    return this.store.causes(filter);
  }

  /**
   * One cause.
   *
   * @param id The number of `E3`
   * @throws {NotFoundError} When there is no such cause
   */
  async cause(id: Cause["id"]): Promise<Cause> {
    const [cause] = await this.store.causes({ ids: [id] });
    if (cause === undefined) throw noCause([id]);
    return cause;
  }

  /**
   * Says that nobody wants to hear of these causes: for ever, or for so long.
   *
   * @throws {NotFoundError} When one does not exist; nothing is muted then
   * @throws {UsageError} For a duration of nothing
   */
  async mute(ids: readonly Cause["id"][], duration?: Duration): Promise<void> {
    await muteCauses(this.store, ids, muteEnd(duration, this.now()));
  }

  /**
   * Takes a {@linkcode mute} back.
   *
   * @throws {NotFoundError} When one does not exist; nothing is changed then
   */
  async unmute(ids: readonly Cause["id"][]): Promise<void> {
    await muteCauses(this.store, ids, null);
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
   * Runs the failed, cancelled and skipped steps of a workflow again, and the steps that ran on their word; keeps
   * what completed otherwise. With `from` one step and what comes after it.
   *
   * @returns Every step of the run: whether it runs again, and why
   * @throws {NotFoundError} When there is no such run or step
   * @throws {UsageError} When the step to start from cannot run because of how its parents ended
   */
  retryWorkflow(id: number, options: RetryOptions = {}): Promise<readonly StepRetry[]> {
    return retryRun(this.store, id, options, this.now());
  }

  /**
   * Writes a copy of everything to a new file, as it stands at one moment: no job that was stored before the call is
   * missing. Workers go on, but the event loop of this process stands still while the copy is written: where one
   * process works and backs up a large queue, call `gigq backup` in another.
   *
   * @throws {UsageError} When the queue's store has no backup of its own, or the path is no file
   * @throws {CannotCreateError} When the file is there already and `force` is not given, or cannot be written
   * @throws {DataError} When the queue's file is damaged
   *
   * @example
   * ```ts
   * import { JobQueue } from "@gigq/gigq";
   *
   * await using queue = await JobQueue.open(":memory:");
   * const folder = await Deno.makeTempDir();
   * const { jobs } = await queue.backup(`${folder}/backup.db`);
   * console.log(jobs); // 0
   * await Deno.remove(folder, { recursive: true });
   * ```
   */
  async backup(path: string, options: BackupOptions = {}): Promise<Backup> {
    return await backupStore(this.store, this.location, path, options);
  }

  /** The present, by the queue's clock: on a server its own, which all hosts share. */
  now(): number {
    return this.#now();
  }

  /**
   * The same queue for a program that waits for its jobs: while a server is out of reach, questions are asked again for
   * so long. For the queue of a worker there is `giveUpAfter`.
   */
  patient(giveUpAfter: Duration = "60s"): JobQueue {
    const store = patientStore(this.store, toMs("give-up time", giveUpAfter));
    return new JobQueue({ store, location: this.location, now: this.#now }, this.#clock, this.defaults);
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
