/** From what scripts say a schedule runs to what is stored. */

import { BOUNDS } from "../../core/bounds.ts";
import { parseDuration } from "../../core/duration.ts";
import { UsageError } from "../../core/errors.ts";
import { assertJson } from "../../core/json.ts";
import type { ScheduleTarget } from "../../core/schedule.ts";
import { hasTemplate } from "../../core/template.ts";
import type { StepJob, StepSpec, WorkflowSpec } from "../../core/workflow.ts";
import { checkWorkflow } from "../../core/workflow/check.ts";
import { WorkflowError } from "../../core/workflow.ts";
import { type JobDefaults, type JobInput, type JobOptions, mergeOptions, toStepJob } from "../job_input.ts";
import { show } from "../match_input.ts";
import type { ScheduledWorkflow, TargetInput, WorkflowSource } from "./types.ts";

/** Options that a schedule says in another way. */
const UNFIT = {
  after: "Make a workflow of it: a job that a schedule runs waits for none",
  runAt: "The schedule says when it runs; delay counts from the slot",
  unique: "overlap says what happens while an earlier run has not ended",
} as const;

/**
 * Completes and checks what a schedule runs. Times in it count from the slot.
 *
 * @param options Win over the job's own; a workflow has none
 * @throws {UsageError} For an option that makes no sense in a schedule, or at all
 * @throws {WorkflowError} For a workflow that cannot run
 * @throws {DataError} For params that are not JSON or too large
 */
export function toTarget(target: TargetInput, options: JobOptions, defaults: JobDefaults): ScheduleTarget {
  if (isWorkflow(target)) {
    if (Object.keys(options).length > 0) throw optionsOfWorkflow();
    return toWorkflow(target, defaults);
  }
  if (typeof target?.kind !== "string" || typeof target.payload !== "object") {
    throw new UsageError(`${show(target)} is nothing that a schedule can run`, {
      hint: "Give command([…]), module(…), http(…), a task's call, or { workflow }",
    });
  }
  return { type: "job", job: toJob(target, options, defaults) };
}

/** Says that what is said of a job cannot be said of a workflow. */
export function optionsOfWorkflow(): UsageError {
  return new UsageError("A schedule of a workflow has no options for a job", {
    hint: "Give them to the steps",
  });
}

function isWorkflow(target: TargetInput): target is ScheduledWorkflow {
  return target !== null && typeof target === "object" && "workflow" in target;
}

function toJob(input: JobInput, extra: JobOptions, defaults: JobDefaults): StepJob {
  const options = mergeOptions(input.options ?? {}, extra);
  refuseUnfit(options);
  return toStepJob({ ...input, options }, {}, 0, defaults);
}

/**
 * Refuses options that a job cannot have when a schedule runs it.
 *
 * @throws {UsageError} Naming the option
 */
export function refuseUnfit(options: JobOptions): void {
  for (const [key, hint] of Object.entries(UNFIT)) {
    if (options[key as keyof typeof UNFIT] === undefined) continue;
    throw new UsageError(`The job of a schedule has the option "${key}", which it cannot have`, { hint });
  }
  if (options.expires !== undefined) refuseWallTime(options.expires);
}

function refuseWallTime(expires: NonNullable<JobOptions["expires"]>): void {
  const isDuration = typeof expires === "string" && !/[:-]/.test(expires) && parseDuration(expires) >= 0;
  if (isDuration && parseDuration(expires) === 0) {
    throw new UsageError(`Expires "${expires}" leaves no time in which its job could start`, {
      hint: 'Write how long after it was fired it may start, such as "1h"',
    });
  }
  if (isDuration) return;
  const shown = expires instanceof Date ? expires.toISOString() : String(expires);
  throw new UsageError(`Expires "${shown}" of a schedule's job is a point in time, the same for every slot`, {
    hint: 'Write how long after it was fired it may start, such as "1h"',
  });
}

function toWorkflow(
  { workflow, params = {}, source }: ScheduledWorkflow,
  defaults: JobDefaults,
): ScheduleTarget {
  assertJson(params, "params");
  const spec = "steps" in workflow ? workflow : built(workflow, defaults);
  const { problems } = checkWorkflow(spec);
  if (problems.length > 0) throw new WorkflowError(problems);
  return { type: "workflow", spec: plain(spec), params, source: source ?? null };
}

/** Times that count from the slot move with the present, and others do not. */
function built(workflow: WorkflowSource, defaults: JobDefaults): WorkflowSpec {
  const spec = workflow.spec(0, defaults);
  refuseFixedTimes(spec, workflow.spec(1, defaults));
  return spec;
}

/**
 * Refuses points in time that would be the same for every slot.
 *
 * @param spec Made as if it were the time 0
 * @param later Made as if it were 1 ms later
 * @throws {UsageError} Naming the step
 */
export function refuseFixedTimes(spec: WorkflowSpec, later: WorkflowSpec): void {
  for (const [index, { name, job }] of spec.steps.entries()) {
    const { runAt, expiresAt } = later.steps[index]!.job;
    const fixed = job.runAt !== null && job.runAt === runAt
      ? "begins"
      : job.expiresAt !== null && job.expiresAt === expiresAt
      ? "expires"
      : null;
    if (fixed === null) continue;
    throw new UsageError(`Step "${name}" ${fixed} at a point in time, the same for every slot`, {
      hint: fixed === "begins" ? 'Give it a delay, such as "10m"' : 'Write expires: "1h"',
    });
  }
}

/** As JSON carries it. Whether a step is read for expressions means nothing where it has none. */
function plain(spec: WorkflowSpec): WorkflowSpec {
  const text = JSON.stringify({ ...spec, steps: spec.steps.map(settled) });
  if (text.length > BOUNDS.scheduleBytes) {
    throw new UsageError(
      `Workflow "${spec.name}" is ${text.length} bytes of JSON, more than the ${BOUNDS.scheduleBytes} a schedule can hold`,
      { hint: "Schedule a command that submits it: gigq workflow submit FILE" },
    );
  }
  return JSON.parse(text);
}

function settled(step: StepSpec): StepSpec {
  return { ...step, templates: step.templates && hasTemplate(JSON.stringify(step.job.payload)) };
}
