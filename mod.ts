/**
 * GigQ: a job queue and workflow engine in one SQLite file.
 *
 * @example
 * ```ts
 * import { JobQueue, task, Worker } from "@gigq/gigq";
 *
 * const resize = task("resize", (p: { path: string; width: number }) => `${p.path} at ${p.width}`);
 *
 * await using queue = await JobQueue.open(":memory:");
 * const id = await queue.submit(resize({ path: "a.png", width: 320 }), { priority: 5 });
 * await new Worker(queue, { tasks: [resize] }).drain();
 * console.log((await queue.get(id)).result); // a.png at 320
 * ```
 *
 * Workflow files are read by `@gigq/gigq/load`, helpers for tests are in `@gigq/gigq/testing`.
 *
 * @module
 */

export * from "./src/core/errors.ts";
export type * from "./src/core/failure.ts";
export * from "./src/core/job.ts";
export type { Json, JsonObject } from "./src/core/json.ts";
export type * from "./src/core/ports.ts";
export type { Backoff, BackoffKind, Jitter } from "./src/core/retry.ts";
export type { SecretRef, Secrets, SecretsOption } from "./src/core/secret.ts";
export type { EngineEvent, EngineReport, StopLevel } from "./src/engine/engine.ts";
export type { ScheduleEvent } from "./src/engine/scheduler/events.ts";
export type { TaskFailure } from "./src/runner/function.ts";
export type { JobContext, ParentResult } from "./src/runner/job_context.ts";
export { BACKENDS } from "./src/store/backends.ts";
export {
  abortMove,
  type MoveFigures,
  type MoveOptions,
  type MoveProgress,
  moveQueue,
  type MoveReport,
} from "./src/library/move.ts";
export { diagnose, type DiagnoseOptions } from "./src/library/doctor.ts";
export type { BatchOptions } from "./src/library/batch.ts";
export type { JobEvent } from "./src/library/follow.ts";
export type { Duration, JobInput, JobOptions } from "./src/library/job_input.ts";
export type { MatchInput } from "./src/library/match_input.ts";
export type { JobDefaults, PolicyOptions } from "./src/library/policy.ts";
export type { RuleInput } from "./src/library/rule_input.ts";
export {
  command,
  type CommandOptions,
  http,
  type HttpOptions,
  module,
  type ModuleOptions,
} from "./src/library/jobs.ts";
export { JobQueue, type QueueOptions } from "./src/library/queue.ts";
export * from "./src/core/schedule.ts";
export type * from "./src/library/schedules/options.ts";
export type { QueueSchedules } from "./src/library/schedules/queue_schedules.ts";
export type * from "./src/library/schedules/types.ts";
export type { StoreOptions } from "./src/store/open.ts";
export {
  type AnyTask,
  type BackoffFunction,
  type ParentResults,
  type Task,
  task,
  type TaskCall,
  type TaskFunction,
  type TaskOptions,
} from "./src/library/task.ts";
export type { WaitOptions } from "./src/library/wait.ts";
export { Worker, type WorkerOptions } from "./src/library/worker.ts";
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
export {
  type ChangedStep,
  compareSteps,
  type Differences,
  type StoredStep,
} from "./src/core/workflow/compare.ts";
export type { RetryOptions, StepRetry } from "./src/core/workflow/retry.ts";
export { escapeTemplate } from "./src/core/template.ts";
export type { RunStatus } from "./src/core/workflow/outcome.ts";
export {
  type After,
  type StepArguments,
  type StepOptions,
  Workflow,
  workflow,
  type WorkflowOptions,
} from "./src/library/workflow/builder.ts";
export { SubmittedWorkflow, type WorkflowQueue } from "./src/library/workflow/run.ts";
export {
  type IsTyped,
  type Needs,
  type ParentsFor,
  type StepEdge,
  StepRef,
} from "./src/library/workflow/step_ref.ts";
