/** Runs the jobs of a queue in this process. */

import { BOUNDS } from "../core/bounds.ts";
import { formatDuration } from "../core/duration.ts";
import { UsageError } from "../core/errors.ts";
import type { Runner } from "../core/ports.ts";
import { createEngine } from "../compose.ts";
import type { Engine, EngineEvent, EngineReport } from "../engine/engine.ts";
import { systemClock } from "../engine/system_clock.ts";
import { FunctionRunner, type TaskFailure } from "../runner/function.ts";
import { type Duration, toMs } from "./job_input.ts";
import type { JobQueue } from "./queue.ts";
import type { AnyTask } from "./task.ts";

/** Shorter leases would end between two signs of life. */
const MIN_LEASE_MS = 10;

/** What a worker runs and how. */
export interface WorkerOptions {
  /** The functions this process can run. */
  readonly tasks?: readonly AnyTask[];
  /** Custom kinds of jobs; one named like a built-in kind takes its place. */
  readonly runners?: readonly Runner[];
  /** Built-in kinds to run: `command`, `module`, `http`; default all. */
  readonly kinds?: readonly string[];
  /** Jobs at once; default the number of cores. */
  readonly concurrency?: number;
  /** Only these queues; default all. */
  readonly queues?: readonly string[];
  /** Only jobs of this workflow run. */
  readonly workflow?: number;
  /** Whether it fires the schedules of the queue, too; default `true`, with `workflow` `false`. */
  readonly schedules?: boolean;
  /** A label in the records of attempts; default made from host and process. */
  readonly name?: string;
  /** How long a job stays this worker's without a sign of life; default 30 s. */
  readonly lease?: Duration;
  /** Time between signs of life; default a third of the lease. */
  readonly heartbeat?: Duration;
  /**
   * For how long a queue on a server may be out of reach before that is an error; default without end in `run`, 60 s in
   * `drain`. Running jobs go on meanwhile.
   */
  readonly giveUpAfter?: Duration;
  /** End after so many jobs. */
  readonly maxJobs?: number;
  /** Stop taking jobs after so long. */
  readonly maxTime?: Duration;
  /** How long running jobs may go on after the first stop; default 30 s. */
  readonly shutdownGrace?: Duration;
  /** Hears what happens, for progress and logs. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** A further reason to end, asked after every job and wake-up. */
  readonly isDone?: () => boolean | Promise<boolean>;
  /** Stops the worker as `stop()` does. */
  readonly signal?: AbortSignal;
}

/**
 * A worker: claims jobs, runs them, records how they ended. Any number may share a queue.
 *
 * @example
 * ```ts
 * import { JobQueue, task, Worker } from "@gigq/gigq";
 *
 * const greet = task("greet", (p: { name: string }) => `Hello ${p.name}`);
 * await using queue = await JobQueue.open(":memory:");
 * await queue.submitMany(["Ada", "Grace"].map((name) => greet({ name })));
 * const report = await new Worker(queue, { tasks: [greet], concurrency: 8 }).drain();
 * console.log(report.completed); // 2
 * ```
 */
export class Worker {
  readonly #queue: JobQueue;
  readonly #options: WorkerOptions;
  #engine: Engine | undefined;

  /**
   * Prepares a worker; `run` or `drain` starts it.
   *
   * @throws {UsageError} For an option out of range
   */
  constructor(queue: JobQueue, options: WorkerOptions = {}) {
    this.#queue = queue;
    this.#options = options;
    const { concurrency = 1, maxJobs = 1 } = options;
    checkCount("concurrency", concurrency, BOUNDS.concurrency);
    checkCount("max jobs", maxJobs, Number.MAX_SAFE_INTEGER);
  }

  /** Runs jobs until it is stopped (or `maxJobs`, `maxTime` or `isDone` end it). */
  run(): Promise<EngineReport> {
    return this.#start("run");
  }

  /**
   * Runs jobs until none is ready, running here or waiting for a retry. Jobs for a later time stay. Slots of schedules that
   * are due when it begins are fired, and their jobs are run; those that come due meanwhile stay, too.
   */
  drain(): Promise<EngineReport> {
    return this.#start("drain");
  }

  /**
   * Ends the worker. `drain`: takes no more jobs and lets the running ones end within the grace time ·
   * `cancel`: asks them to stop and gives them back · `kill`: ends them now.
   */
  stop(level: "drain" | "cancel" | "kill" = "drain"): void {
    this.#engine?.stop(level);
  }

  async #start(mode: "run" | "drain"): Promise<EngineReport> {
    if (this.#engine !== undefined) throw new UsageError("This worker has been started already");
    const { signal } = this.#options;
    this.#engine = this.#compose(mode);
    const stop = (): void => this.stop();
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    try {
      return await this.#engine.run();
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  #compose(mode: "run" | "drain"): Engine {
    const options = this.#options;
    const leaseMs = atLeast("lease", options.lease ?? 30_000, MIN_LEASE_MS);
    const tasks = options.tasks ?? [];
    return createEngine({
      store: this.#queue.store,
      location: this.#queue.store.capabilities.shared ? this.#queue.location : null,
      runners: [
        ...options.runners ?? [],
        ...tasks.length > 0 ? [new FunctionRunner(byName(tasks), backoffsOf(tasks))] : [],
      ],
      clock: this.#queue.clock ?? { ...systemClock, now: () => this.#queue.now() },
      mode,
      concurrency: options.concurrency ?? navigator.hardwareConcurrency,
      leaseMs,
      heartbeatMs: heartbeatOf(options.heartbeat, leaseMs),
      shutdownGraceMs: toMs("shutdown grace", options.shutdownGrace ?? 30_000),
      giveUpMs: options.giveUpAfter === undefined ? undefined : toMs("give-up time", options.giveUpAfter),
      maxTimeMs: options.maxTime === undefined ? undefined : toMs("max time", options.maxTime),
      kinds: options.kinds,
      name: options.name,
      queues: options.queues,
      workflow: options.workflow,
      schedules: options.schedules ?? options.workflow === undefined,
      maxJobs: options.maxJobs,
      onEvent: options.onEvent,
      isDone: options.isDone,
    });
  }
}

/** A sign of life that comes when the lease is over keeps nothing. */
function heartbeatOf(heartbeat: Duration | undefined, leaseMs: number): number {
  if (heartbeat === undefined) return Math.round(leaseMs / 3);
  const ms = atLeast("heartbeat", heartbeat, 1);
  if (ms < leaseMs) return ms;
  throw new UsageError(
    `The heartbeat ${heartbeat} must be shorter than the lease of ${formatDuration(leaseMs)}`,
    {
      hint: "A third of the lease is a good choice",
    },
  );
}

function atLeast(what: string, duration: Duration, minMs: number): number {
  const ms = toMs(what, duration);
  if (ms < minMs) throw new UsageError(`The ${what} ${duration} must be at least ${minMs}ms`);
  return ms;
}

function byName(tasks: readonly AnyTask[]): Map<string, AnyTask["run"]> {
  const map = new Map<string, AnyTask["run"]>();
  for (const { taskName, run } of tasks) {
    if (map.has(taskName)) throw new UsageError(`Two tasks are named "${taskName}"`);
    map.set(taskName, run);
  }
  return map;
}

function backoffsOf(tasks: readonly AnyTask[]): Map<string, (failure: TaskFailure) => number | null> {
  return new Map(tasks.flatMap(({ taskName, backoff }) => {
    if (backoff === undefined) return [];
    const toDelay = (failure: TaskFailure): number | null => {
      const wait = backoff(failure);
      return wait === null ? null : toMs("backoff", wait);
    };
    return [[taskName, toDelay] as const];
  }));
}

function checkCount(what: string, value: number, max: number): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > max) {
    throw new UsageError(`The ${what} must be a whole number from 1 to ${max}, not ${value}`);
  }
}
