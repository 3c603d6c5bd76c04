/**
 * Tools for tests of jobs, stores and workers.
 *
 * @module
 */

export { type ContractOptions, storeContract } from "./contract/mod.ts";
export { FakeClock } from "./fake_clock.ts";
export { settle } from "./settle.ts";
export type * from "../core/failure.ts";
export * from "../core/job.ts";
export type { Json, JsonObject } from "../core/json.ts";
export type * from "../core/ports.ts";
export type { Backoff, BackoffKind, Jitter } from "../core/retry.ts";
export type * from "../core/schedule.ts";
export type {
  ParamSpec,
  ParamType,
  StepDependency,
  StepJob,
  StepSpec,
  WorkflowSpec,
} from "../core/workflow.ts";
