/** Functions as jobs: named once, called to make a job, run by a worker that registered them. */

import type { Json, JsonObject } from "../core/json.ts";
import { UsageError } from "../core/errors.ts";
import { BOUNDS } from "../core/bounds.ts";
import type { TaskFailure } from "../runner/function.ts";
import type { JobContext } from "../runner/job_context.ts";
import type { Duration, JobInput, JobOptions } from "./job_input.ts";
import type { Needs } from "./workflow/step_ref.ts";

/** A job to be submitted, whose result will be of type `R`. */
export interface TaskCall<R = Json> extends JobInput {
  /** Never set: it carries the type of the result through the type system. */
  readonly $result?: R;
}

/** Results of parents whose names and types the task leaves open. */
export type ParentResults = Readonly<Record<string, Json>>;

/** The body of a task: gets what it was submitted with and a context, and returns what JSON can carry. */
export type TaskFunction<P, R, A extends object = ParentResults> = (
  params: P,
  ctx: JobContext<A>,
) => R | Promise<R>;

/** Says how long to wait after a failure; `null`: no more attempts. */
export type BackoffFunction = (failure: TaskFailure) => Duration | null;

/** Defaults for every job of a task. */
export interface TaskOptions extends Omit<JobOptions, "backoff"> {
  /**
   * The wait between attempts: see `JobOptions.backoff`. A function is not stored: the worker that ran the task calls
   * it when the task has thrown. It cannot say anything about an attempt whose worker died.
   */
  readonly backoff?: JobOptions["backoff"] | BackoffFunction;
}

/** A named function that becomes a job when it is called; see {@linkcode task}. */
export interface Task<P = unknown, R = unknown, A extends object = ParentResults> {
  /** Makes a job of this task, ready for `queue.submit`. */
  (...params: undefined extends P ? [params?: P] : [params: P]): TaskCall<R> & Needs<A>;
  /** What a stored job knows the function by: renaming it orphans jobs that wait. */
  readonly taskName: string;
  /** The body, as it was given: call it directly to test it. */
  readonly run: TaskFunction<P, R, A>;
  /** Defaults for every job of this task. */
  readonly options: JobOptions;
  /** The backoff, where it is a function. */
  readonly backoff?: BackoffFunction;
}

/** Any task, whatever its types. */
// deno-lint-ignore no-explicit-any
export type AnyTask = Task<any, any, any>;

/**
 * Names a function, so that its calls can be stored as jobs and run later by any worker that registered it.
 *
 * @param name Stable name: jobs in the database refer to it
 * @param run The body; it should be safe to run twice, since a crash makes it start again
 * @param options Defaults for every job of this task; 3 attempts unless said otherwise
 * @throws {UsageError} When the name is empty or too long
 *
 * @example
 * ```ts
 * import { JobQueue, task, Worker } from "@gigq/gigq";
 *
 * const resize = task("resize", (p: { path: string; width: number }, ctx) => {
 *   ctx.log(`resizing ${p.path}`);
 *   return { path: p.path, pixels: p.width * p.width };
 * }, { retries: 3, timeout: "5m" });
 *
 * await using queue = await JobQueue.open(":memory:");
 * const id = await queue.submit(resize({ path: "a.png", width: 320 }), { priority: 5 });
 * await new Worker(queue, { tasks: [resize], concurrency: 8 }).drain();
 * console.log((await queue.get(id)).result); // { path: "a.png", pixels: 102400 }
 * ```
 */
export function task<P = undefined, R = unknown, A extends object = ParentResults>(
  name: string,
  run: TaskFunction<P, R, A>,
  { backoff, ...rest }: TaskOptions = {},
): Task<P, R, A> {
  if (name === "" || name.length > BOUNDS.nameChars) {
    throw new UsageError(`Task name "${name}" must have 1 to ${BOUNDS.nameChars} characters`);
  }
  const called = typeof backoff === "function";
  const options: JobOptions = called || backoff === undefined ? rest : { ...rest, backoff };
  const call = (params?: P): TaskCall<R> & Needs<A> => ({
    kind: "function",
    payload: { task: name, params: (params ?? null) as Json } as JsonObject,
    options,
  });
  return Object.assign(call, { taskName: name, run, options, ...called && { backoff } }) as Task<P, R, A>;
}
