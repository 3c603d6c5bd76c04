/**
 * A workflow: a named graph of jobs. Files and the builder both become a {@linkcode WorkflowSpec}, and
 * {@linkcode resolveWorkflow} makes of it what a store takes in one batch.
 */

import { UsageError } from "./errors.ts";
import type { NewJob, Rule } from "./job.ts";
import type { MaxFails } from "./ports/workflow_run.ts";
import { encodeJson, type Json, type JsonObject } from "./json.ts";
import { bindFollowUps } from "./follow_up.ts";
import { bindParams, PARENTS } from "./template.ts";
import { checkWorkflow } from "./workflow/check.ts";
import { bindParameters, type ParamSpec } from "./workflow/params.ts";
import { type Problem, WorkflowError } from "./workflow/problem.ts";

export { PARAM_TYPES, type ParamSpec, type ParamType } from "./workflow/params.ts";
export { type Problem, WorkflowError } from "./workflow/problem.ts";

/** An edge of the graph, seen from the child. */
export interface StepDependency {
  /** Name of the parent. */
  readonly step: string;
  /** How the parent must end. */
  readonly on: Rule;
  /** What the child calls this parent; default its step name. */
  readonly as?: string;
}

/** A job without its place in the graph. */
export type StepJob = Omit<NewJob, "after" | "step">;

/** One step. */
export interface StepSpec {
  /** Unique in the workflow. */
  readonly name: string;
  /** What it runs, and how. */
  readonly job: StepJob;
  /** Its parents. */
  readonly after: readonly StepDependency[];
  /** Whether `${{ … }}` in the payload is an expression, or just text. */
  readonly templates: boolean;
}

/** A workflow before its parameters are known. */
export interface WorkflowSpec {
  /** For lists and selectors. */
  readonly name: string;
  /** What it does, for people. */
  readonly description?: string;
  /** Declared parameters, by name. */
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** So many failed steps halt a run; absent: it goes on whatever fails. */
  readonly maxFails?: MaxFails;
  /** In the order of the file. */
  readonly steps: readonly StepSpec[];
}

/** A workflow with its parameters filled in, parents before children: what a store takes. */
export interface ResolvedWorkflow {
  /** For lists and selectors. */
  readonly name: string;
  /** Same workflow, same parameters, same key; `null` for no such identity. */
  readonly key: string | null;
  /** Parameters by name, defaults filled in. */
  readonly params: JsonObject;
  /** Address of the file it was read from; absent for none. */
  readonly source?: string;
  /** So many failed steps halt it; absent: it goes on whatever fails. */
  readonly maxFails?: MaxFails;
  /** One a step; they name each other by their place in this list. */
  readonly jobs: readonly NewJob[];
}

/**
 * Checks a workflow and fills in its parameters. Linear in its steps and edges.
 *
 * @param given Parameters by name; text is read as the declared type
 * @throws {WorkflowError} For a cycle, an unknown or doubled name, a step that can never run, too many steps, a
 * template that names what the step does not wait for
 * @throws {UsageError} For parameters that are unknown, missing or of the wrong type
 */
export function resolveWorkflow(
  spec: WorkflowSpec,
  given: Readonly<Record<string, Json>> = {},
): ResolvedWorkflow {
  const { problems, order } = checkWorkflow(spec);
  if (problems.length > 0) throw new WorkflowError(problems);
  const bound = bindParameters(spec.params, given);
  if (bound.problems.length > 0) throw wrongParameters(bound.problems);
  const position = new Map(order.map((at, index) => [spec.steps[at]!.name, index]));
  const jobs = order.map((at) => toJob(spec.steps[at]!, bound.params, position));
  const { name, maxFails } = spec;
  return { name, key: null, params: bound.params, ...maxFails !== undefined && { maxFails }, jobs };
}

function wrongParameters(problems: readonly Problem[]): UsageError {
  const hint = problems.length === 1 ? problems[0]!.hint : undefined;
  return new UsageError(problems.map((problem) => problem.message).join("; "), { hint });
}

function toJob(step: StepSpec, params: JsonObject, position: ReadonlyMap<string, number>): NewJob {
  return {
    ...step.job,
    payload: toPayload(step, params),
    policy: bindFollowUps(step.job.policy, params),
    step: step.name,
    after: step.after.map(({ step, on }) => ({ index: position.get(step)!, on })),
  };
}

function toPayload(step: StepSpec, params: JsonObject): JsonObject {
  const { kind, payload } = step.job;
  const bound = step.templates ? bindParams(kind, payload, params) : payload;
  const aliases = step.after.filter((edge) => edge.as !== undefined && edge.as !== edge.step);
  const whole = aliases.length === 0
    ? bound
    : { ...bound, [PARENTS]: Object.fromEntries(aliases.map((edge) => [edge.as!, edge.step])) };
  // What parameters added may be more than a job can carry.
  if (whole !== payload) encodeJson(whole, `What step "${step.name}" is given`);
  return whole;
}
