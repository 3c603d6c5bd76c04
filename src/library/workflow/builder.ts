/** Building workflows in TypeScript. */

import { UsageError } from "../../core/errors.ts";
import type { Rule } from "../../core/job.ts";
import type { Json } from "../../core/json.ts";
import { parseMaxFails } from "../../core/max_fails.ts";
import {
  type ParamSpec,
  type ResolvedWorkflow,
  resolveWorkflow,
  type StepDependency,
  type StepSpec,
  type WorkflowSpec,
} from "../../core/workflow.ts";
import { within } from "../../core/within.ts";
import { type JobDefaults, type JobInput, type JobOptions, mergeOptions, toStepJob } from "../job_input.ts";
import type { TaskCall } from "../task.ts";
import { withKey } from "./key.ts";
import { defaultStepName, FreeNames } from "./names.ts";
import { SubmittedWorkflow, type WorkflowQueue } from "./run.ts";
import { type IsTyped, type Needs, type ParentsFor, type StepEdge, StepRef } from "./step_ref.ts";

/** What can be said about a workflow. */
export interface WorkflowOptions {
  /** Parameters that `submit` takes and `${{ params.NAME }}` in commands and requests names. */
  readonly params?: Readonly<Record<string, ParamSpec>>;
  /** What it does, for people. */
  readonly description?: string;
  /** So many failed steps (`10`), or so many of all (`"10%"`), halt a run: what has not begun is cancelled. */
  readonly maxFails?: number | string;
}

/** The parents of a step: by the names under which it sees them, or as a list, seen by their step names. */
export type After = Readonly<Record<string, StepEdge>> | readonly StepEdge[];

/** Where a step stands in its workflow, and its job options. */
export interface StepOptions extends Omit<JobOptions, "name" | "after" | "unique"> {
  /** Unique in the workflow. Default: the task's, export's or program's name, numbered when it repeats. */
  readonly name?: string;
  /** The parents: they must end before this step runs. */
  readonly after?: After;
  /** The rule for all parents that do not bring their own; default `success`. */
  readonly on?: Rule;
}

/** What `add` takes besides the job: a task that declares its parents' types must be given such parents. */
export type StepArguments<A extends object> = IsTyped<A> extends true
  ? [options: StepOptions & { readonly after: ParentsFor<A> }]
  : [options?: StepOptions];

/** Kinds whose payload is text that somebody wrote with `${{ … }}` in mind; functions and modules see `ctx.parents`. */
const TEMPLATED: ReadonlySet<string> = new Set(["command", "http"]);

interface Added {
  readonly name: string;
  readonly call: JobInput;
  readonly options: JobOptions;
  readonly after: readonly StepDependency[];
}

/**
 * A workflow under construction. Made by {@linkcode workflow}.
 *
 * Steps can only wait for steps added before, so that what is built has no cycle.
 */
export class Workflow {
  readonly #steps = new Map<string, Added>();
  readonly #names = new FreeNames();
  readonly #options: WorkflowOptions;

  /** See {@linkcode workflow}. */
  constructor(readonly name: string, options: WorkflowOptions = {}) {
    this.#options = options;
  }

  /**
   * Adds a step.
   *
   * @param call The job: a task's call, `command(…)`, `module(…)`, `http(…)`
   * @returns A handle for the `after` of later steps, which carries the type of the result
   * @throws {UsageError} When the name is taken, a parent belongs to another workflow, or the job has options of
   * its own that make no sense in a graph (`after`, `unique`)
   */
  add<R = Json, A extends object = object>(
    call: TaskCall<R> & Needs<A>,
    ...[options = {}]: StepArguments<A>
  ): StepRef<R> {
    const { name: given, after = [], on = "success", ...rest }: StepOptions = options;
    if (given !== undefined && this.#steps.has(given)) {
      throw new UsageError(`Workflow "${this.name}" has a step "${given}" already`);
    }
    const name = given ?? this.#names.free(defaultStepName(call), this.#steps);
    refuseUnfit(call, name);
    this.#steps.set(name, { name, call, options: rest, after: this.#edges(name, after, on) });
    return new StepRef<R>(name, this);
  }

  /**
   * The workflow as a value: for graphs and checks.
   *
   * @param nowMs The present, from which delays count
   * @param defaults Policies and rules for steps that say nothing: those of the queue it is meant for
   */
  spec(nowMs: number = Date.now(), defaults?: JobDefaults): WorkflowSpec {
    const { params = {}, description, maxFails } = this.#options;
    return {
      name: this.name,
      ...description === undefined ? {} : { description },
      params,
      ...maxFails === undefined
        ? {}
        : { maxFails: within("max-fails", () => parseMaxFails(String(maxFails))) },
      steps: [...this.#steps.values()].map((step) => toStep(step, nowMs, defaults)),
    };
  }

  /**
   * Checks the workflow and fills in its parameters, without submitting it.
   *
   * @throws {WorkflowError} Naming what is wrong
   * @throws {UsageError} For a parameter that is missing, unknown or of the wrong type
   */
  resolve(
    params: Readonly<Record<string, Json>> = {},
    nowMs: number = Date.now(),
    defaults?: JobDefaults,
  ): ResolvedWorkflow {
    return withKey(resolveWorkflow(this.spec(nowMs, defaults), params));
  }

  /**
   * Stores all jobs of the workflow, or none.
   *
   * @throws {WorkflowError} Naming what is wrong
   * @throws {UsageError} For a parameter that is missing, unknown or of the wrong type
   */
  async submit(
    queue: WorkflowQueue,
    params: Readonly<Record<string, Json>> = {},
  ): Promise<SubmittedWorkflow> {
    const { id } = await queue.submitResolved(this.resolve(params, queue.now(), queue.defaults));
    return new SubmittedWorkflow(queue, id);
  }

  #edges(child: string, after: After, on: Rule): readonly StepDependency[] {
    const named: readonly (readonly [string | undefined, StepEdge])[] = isList(after)
      ? after.map((edge) => [undefined, edge])
      : Object.entries(after);
    return named.map(([as, edge]) => {
      if (edge.owner !== this) {
        const message = `Step "${child}" waits for "${edge.step}", a step of another workflow`;
        throw new UsageError(message, { hint: "Pass what add() of this workflow returned" });
      }
      return { step: edge.step, on: edge.rule ?? on, ...as === undefined ? {} : { as } };
    });
  }
}

/** A task may carry options that make no sense inside of a graph; dropping them silently would be worse. */
function refuseUnfit({ options }: JobInput, step: string): void {
  const unfit = (["after", "unique"] as const).find((key) => options[key] !== undefined);
  if (unfit === undefined) return;
  throw new UsageError(`Step "${step}" has the job option "${unfit}", which a step cannot have`, {
    hint: unfit === "after" ? "Name its parents when adding it: add(call, { after: { parent } })" : undefined,
  });
}

function isList(after: After): after is readonly StepEdge[] {
  return Array.isArray(after);
}

function toStep({ name, call, options, after }: Added, nowMs: number, defaults?: JobDefaults): StepSpec {
  const job = toStepJob(call, mergeOptions({ name, ...call.options }, options), nowMs, defaults);
  return { name, job, after, templates: TEMPLATED.has(job.kind) };
}

/**
 * Begins a workflow: a graph of jobs that is stored as a whole.
 *
 * @param name For lists and selectors
 *
 * @example Fan out, fan in
 * ```ts
 * import { JobQueue, task, Worker, workflow } from "@gigq/gigq";
 *
 * const source = task("source", () => [1, 2, 3]);
 * const square = task("square", (p: { at: number }, ctx) => (ctx.parents.list as number[])[p.at]! ** 2);
 * const sum = task("sum", (_: undefined, ctx) => (Object.values(ctx.parents) as number[]).reduce((a, b) => a + b));
 *
 * const wf = workflow("squares");
 * const list = wf.add(source());
 * const squares = [0, 1, 2].map((at) => wf.add(square({ at }), { after: { list } }));
 * wf.add(sum(), { after: squares });
 *
 * await using queue = await JobQueue.open(":memory:");
 * const run = await wf.submit(queue);
 * await new Worker(queue, { tasks: [source, square, sum] }).drain();
 * console.log(await run.results()); // { sum: 14 }
 * ```
 */
export function workflow(name: string, options: WorkflowOptions = {}): Workflow {
  return new Workflow(name, options);
}
