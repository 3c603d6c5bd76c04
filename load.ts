/**
 * Reads workflow files (YAML, JSON, and TypeScript), files of schedules, and calendars.
 *
 * This is an entry of its own because it needs parsers, which the rest of the library does not.
 *
 * @example
 * ```ts
 * import { JobQueue, Worker } from "@gigq/gigq";
 * import { loadWorkflow } from "@gigq/gigq/load";
 *
 * const file = await Deno.makeTempFile({ suffix: ".json" });
 * await Deno.writeTextFile(file, `{ "name": "hello", "steps": { "greet": { "run": ["echo", "Hello"] } } }`);
 *
 * await using queue = await JobQueue.open(":memory:");
 * const { id, jobs } = await queue.submitResolved(await loadWorkflow(file));
 * await new Worker(queue, { workflow: id }).drain();
 * console.log((await queue.get(jobs[0]!)).result); // Hello
 * await Deno.remove(file);
 * ```
 *
 * @module
 */

export { DataError, GigqError, type GigqErrorOptions, NotFoundError, UsageError } from "./src/core/errors.ts";
export type * from "./src/core/failure.ts";
export type {
  Dependency,
  FailReason,
  JobError,
  JobId,
  NewDependency,
  NewJob,
  Policy,
  Rule,
  Unique,
} from "./src/core/job.ts";
export type { MaxFails } from "./src/core/ports/workflow_run.ts";
export type { Json, JsonObject } from "./src/core/json.ts";
export type { Backoff, BackoffKind, Jitter } from "./src/core/retry.ts";
export type * from "./src/core/schedule.ts";
export type { SecretRef, Secrets, SecretsOption } from "./src/core/secret.ts";
export {
  type ParamSpec,
  type ParamType,
  type Problem,
  type ResolvedWorkflow,
  type StepDependency,
  type StepJob,
  type StepSpec,
  WorkflowError,
  type WorkflowSpec,
} from "./src/core/workflow.ts";
export type { Duration, JobInput, JobOptions } from "./src/library/job_input.ts";
export type { MatchInput } from "./src/library/match_input.ts";
export type { JobDefaults, PolicyOptions } from "./src/library/policy.ts";
export type { RuleInput } from "./src/library/rule_input.ts";
export type { PlacedProblem, Position } from "./src/library/workflow/document.ts";
export { WorkflowFileError } from "./src/library/workflow/file_error.ts";
export {
  type LoadOptions,
  loadWorkflow,
  readWorkflow,
  type WorkflowFile,
} from "./src/library/workflow/load.ts";
export { readCalendar } from "./src/library/schedules/calendar_file.ts";
export { SchedulesFileError } from "./src/library/schedules/file_error.ts";
export type * from "./src/library/schedules/options.ts";
export {
  readSchedules,
  type ReadSchedulesOptions,
  readSchedulesText,
} from "./src/library/schedules/read_file.ts";
export { toYaml } from "./src/library/schedules/to_yaml.ts";
export type {
  ScheduledWorkflow,
  TargetInput,
  WantedSchedule,
  WorkflowSource,
} from "./src/library/schedules/types.ts";
export { readScheduledWorkflow } from "./src/library/schedules/workflow_file.ts";
