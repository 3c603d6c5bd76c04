/** Functions that a script registered, run inline. */

import { encodeJson, type Json, type JsonObject } from "../core/json.ts";
import type { ClaimedJob, RunContext, Runner, RunResult } from "../core/ports.ts";
import { scheduledOf } from "../core/schedule/target.ts";
import { refused, thrown } from "./failure.ts";
import { retryAfter } from "./retry_after.ts";
import { Steps } from "./steps.ts";
import {
  droppable,
  formatLog,
  type JobContext,
  nameParents,
  parentNamed,
  type ParentResult,
  resultsOf,
  secretNamed,
} from "./job_context.ts";

/** The body of a task as the runner sees it. */
// deno-lint-ignore no-explicit-any
export type TaskBody = (params: any, ctx: JobContext) => unknown;

/** What a backoff that is a function is told. */
export interface TaskFailure {
  /** Failed attempts so far, this one included. */
  readonly failures: number;
  /** Number of the attempt; every start counts. */
  readonly attempt: number;
  /** What was thrown. */
  readonly error: unknown;
}

/**
 * Runs jobs of kind `function` by calling what is registered under the task's name.
 *
 * A function shares the worker's thread: it is asked to stop by its signal, and cannot be ended against its will.
 */
export class FunctionRunner implements Runner {
  readonly kind = "function";
  readonly routes: readonly string[];

  /**
   * @param backoffs The waits in milliseconds of tasks that decide them themselves; `null` for no retry
   */
  constructor(
    private readonly tasks: ReadonlyMap<string, TaskBody>,
    private readonly backoffs: ReadonlyMap<string, (failure: TaskFailure) => number | null> = new Map(),
  ) {
    this.routes = [...tasks.keys()].map((name) => `function:${name}`);
  }

  async run(job: ClaimedJob, context: RunContext): Promise<RunResult> {
    const body = this.tasks.get(job.payload.task as string);
    if (body === undefined) {
      return refused("UnknownTask", `No task "${job.payload.task}" is registered with this worker`);
    }
    const inline = new InlineContext(job, context);
    try {
      const result = await body(job.payload.params, inline);
      return { type: "completed", result: (result ?? null) as Json };
    } catch (error) {
      return this.#delayed(thrown(error, inline.delayMs), error, job, context);
    }
  }

  /** With the wait that the task's own backoff names; the stored one stands where that throws. */
  #delayed(result: RunResult, error: unknown, job: ClaimedJob, context: RunContext): RunResult {
    const backoff = this.backoffs.get(job.payload.task as string);
    if (backoff === undefined || "retryAfterMs" in result) return result;
    try {
      const wait = backoff({ failures: job.failures + 1, attempt: job.attempt, error });
      return { ...result, ...wait === null ? { permanent: true } : { retryAfterMs: wait } } as RunResult;
    } catch (problem) {
      context.log("stderr", formatLog(["The backoff of this task failed:", problem]));
      return result;
    }
  }
}

/** Makes nothing until it is asked for: a small task uses none of it. */
class InlineContext implements JobContext {
  #named: Readonly<Record<string, ParentResult>> | null = null;
  #results: Readonly<Record<string, Json>> | null = null;
  #steps: Steps | null = null;
  /** Noted for the case that the attempt fails. */
  delayMs: number | undefined = undefined;

  constructor(private readonly job: ClaimedJob, private readonly context: RunContext) {}

  get id(): number {
    return this.job.id;
  }

  get attempt(): number {
    return this.job.attempt;
  }

  get scheduledAt(): number | null {
    return scheduledOf(this.job.payload)?.at ?? null;
  }

  get signal(): AbortSignal {
    return this.context.signal;
  }

  get parents(): Readonly<Record<string, Json>> {
    return this.#results ??= resultsOf(this.#parents());
  }

  get parent(): (name: string) => ParentResult {
    return (name) => parentNamed(this.#parents(), name);
  }

  get progress(): (value: Json) => void {
    // Encoded at once: the task may change it later, and what JSON cannot carry is the task's own error.
    return (value) => this.context.progress(JSON.parse(encodeJson(value, "progress")) as Json);
  }

  get log(): (...values: readonly unknown[]) => void {
    return (...values) => this.context.log("stdout", formatLog(values));
  }

  get saved(): Json {
    return this.context.checkpoint?.value ?? null;
  }

  get checkpoint(): (value: Json) => Promise<void> {
    return (value) => droppable(this.#save(value));
  }

  get step(): JobContext["step"] {
    this.#steps ??= new Steps(
      this.context.checkpoint?.steps ?? {},
      (key, result) => this.context.save({ steps: { [key]: result } }),
    );
    const steps = this.#steps;
    return (<T>(key: string, fn: () => T | Promise<T>) => steps.run(key, fn) as Promise<T>);
  }

  get retryAfter(): JobContext["retryAfter"] {
    return (delay, message) => {
      const error = retryAfter(delay, message);
      this.delayMs = error.retryAfterMs;
      return error;
    };
  }

  get secret(): (name: string) => string {
    return (name) => secretNamed(this.context.secrets, name);
  }

  async #save(value: Json): Promise<void> {
    await this.context.save({ checkpoint: JSON.parse(encodeJson(value, "The checkpoint")) as Json });
  }

  #parents(): Readonly<Record<string, ParentResult>> {
    const aliases = (this.job.payload as JsonObject).$parents as Record<string, string> | undefined;
    return this.#named ??= nameParents(this.context.parents, aliases);
  }
}
