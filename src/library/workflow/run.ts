/** A workflow that was submitted. */

import { NotFoundError } from "../../core/errors.ts";
import type { Job, JobId } from "../../core/job.ts";
import type { Json } from "../../core/json.ts";
import type { Selector } from "../../core/ports.ts";
import type { ResolvedWorkflow } from "../../core/workflow.ts";
import { isFinal } from "../../core/transitions.ts";
import { finalSteps, type RunStatus, runStatus } from "../../core/workflow/outcome.ts";
import type { JobDefaults } from "../policy.ts";
import type { WaitOptions } from "../wait.ts";

/** What a workflow needs of a queue; `JobQueue` has it. */
export interface WorkflowQueue {
  /** Stores a run and its jobs, all or nothing. */
  submitResolved(
    workflow: ResolvedWorkflow,
  ): Promise<{ readonly id: number; readonly jobs: readonly JobId[] }>;
  /** Jobs that match, oldest first. */
  list(selector: Selector): Promise<readonly Job[]>;
  /** Resolves when all of them are final. */
  wait(ids: readonly JobId[], options?: WaitOptions): Promise<readonly Job[]>;
  /** The present, milliseconds since the epoch. */
  now(): number;
  /** Policies and rules for steps that say nothing. */
  readonly defaults?: JobDefaults;
}

/**
 * A run of a workflow.
 *
 * @typeParam R Results of the steps, by step name
 */
export class SubmittedWorkflow<R extends object = Readonly<Record<string, Json>>> {
  readonly #queue: WorkflowQueue;

  /**
   * Looks at a run that is stored already, by its id.
   *
   * @param queue Where it is stored
   * @param id As `gigq workflow list` shows it
   */
  constructor(queue: WorkflowQueue, readonly id: number) {
    this.#queue = queue;
  }

  /**
   * Its jobs, parents before children; `job.step` is the step's name.
   *
   * @throws {NotFoundError} When there is no such run, or nothing of it any more
   */
  async jobs(): Promise<readonly Job[]> {
    const jobs = await this.#queue.list({ workflow: this.id });
    if (jobs.length === 0) {
      throw new NotFoundError(`There is no workflow run ${this.id}`, {
        hint: "gigq workflow list shows what there is",
      });
    }
    return jobs;
  }

  /**
   * Waits until every step has ended, one way or another, and every job that a rule started.
   *
   * @returns How the run ended
   * @throws {TimeoutError} When `timeoutMs` passes first
   */
  async wait({ timeoutMs, ...rest }: Omit<WaitOptions, "any"> = {}): Promise<RunStatus> {
    const deadline = performance.now() + (timeoutMs ?? Infinity);
    for (;;) {
      const jobs = await this.jobs();
      const open = jobs.filter((job) => !isFinal(job.status)).map((job) => job.id);
      if (open.length === 0) return runStatus(jobs);
      const left = Math.max(0, deadline - performance.now());
      await this.#queue.wait(open, timeoutMs === undefined ? rest : { ...rest, timeoutMs: left });
    }
  }

  /** How the run stands now. */
  async status(): Promise<RunStatus> {
    return runStatus(await this.jobs());
  }

  /**
   * Results of the final steps, those that no other waits for, by step name; `null` for one without a result.
   */
  async results(): Promise<Partial<R>> {
    return Object.fromEntries(
      finalSteps(await this.jobs()).map((job) => [job.step ?? String(job.id), job.result]),
    ) as Partial<R>;
  }

  /** Results of all steps that completed, by step name. */
  async allResults(): Promise<Partial<R>> {
    const completed = (await this.jobs()).filter((job) => job.status === "completed");
    return Object.fromEntries(completed.map((job) => [job.step ?? String(job.id), job.result])) as Partial<R>;
  }
}
