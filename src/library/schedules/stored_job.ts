/** From a stored job back to what makes it: for editing one, and for writing it to a file. */

import { defined } from "../../core/defined.ts";
import type { JsonObject } from "../../core/json.ts";
import type { ScheduleTarget } from "../../core/schedule.ts";
import { secretsOf } from "../../core/secret.ts";
import type { StepJob } from "../../core/workflow.ts";
import { type JobDefaults, type JobInput, type JobOptions, mergeOptions, toStepJob } from "../job_input.ts";
import { optionsOfWorkflow, refuseUnfit } from "./target.ts";

/** A job with everything said: made into a stored job at the time 0 and without defaults, it is the same again. */
export function inputOf({ kind, payload, policy, ...job }: StepJob): JobInput {
  const secrets = secretsOf(payload);
  const { secrets: _, ...rest } = payload;
  const said: JobOptions = {
    name: job.name ?? undefined,
    queue: job.queue,
    priority: job.priority,
    tags: job.tags,
    delay: job.runAt ?? undefined,
    expires: job.expiresAt === null ? undefined : `${job.expiresAt}ms`,
    secrets: secrets ?? undefined,
    maxAttempts: policy.maxAttempts,
    backoff: policy.backoff,
    timeout: policy.timeoutMs ?? undefined,
    grace: policy.graceMs,
    budget: policy.budgetMs ?? undefined,
    retryOn: policy.retryOn,
    noRetryOn: policy.noRetryOn,
    onError: policy.rules,
    signal: policy.signal ? `${policy.signal.name}@${policy.signal.beforeMs}ms` : undefined,
  };
  return { kind, payload: secrets === null ? payload : rest as JsonObject, options: defined(said) };
}

/** What a named policy is to decide. */
const OF_A_POLICY = [
  "maxAttempts",
  "backoff",
  "timeout",
  "grace",
  "budget",
  "retryOn",
  "noRetryOn",
  "onError",
] as const;

/**
 * The target with other options for its job. What a policy by name says takes the place of what was said before.
 *
 * @throws {UsageError} For a workflow, and for options that make no sense
 */
export function retarget(target: ScheduleTarget, options: JobOptions, defaults: JobDefaults): ScheduleTarget {
  if (Object.keys(defined(options)).length === 0) return target;
  if (target.type === "workflow") throw optionsOfWorkflow();
  refuseUnfit(options);
  const { options: said, ...input } = inputOf(target.job);
  const dropped = new Set<string>(options.policy === undefined ? [] : OF_A_POLICY);
  // Rules would be added to those that are there.
  if (options.onError !== undefined) dropped.add("onError");
  const kept = Object.fromEntries(Object.entries(said).filter(([key]) => !dropped.has(key)));
  const { policies, jobs } = defaults;
  return {
    type: "job",
    job: toStepJob({ ...input, options: mergeOptions(kept, options) }, {}, 0, { policies, jobs }),
  };
}
