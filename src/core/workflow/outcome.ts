/** How a whole workflow run stands. */

import type { Job } from "../job.ts";
import { isFinal } from "../transitions.ts";

/** `failed`: a step failed and nothing after it was ready for that. */
export type RunStatus = "running" | "completed" | "failed" | "cancelled";

type Part = Pick<Job, "id" | "status" | "dependencies" | "step">;

/**
 * Judges a run by its jobs. A failed step fails the run, unless steps that wait for its end either way
 * (`finished`) took it up and none waited for its success. Skipped steps fail nothing by themselves. A job that a rule
 * started when a step failed is no step: the step has failed all the same.
 */
export function runStatus(jobs: readonly Part[]): RunStatus {
  if (jobs.some((job) => !isFinal(job.status))) return "running";
  const finished = new Set<number>();
  const success = new Set<number>();
  for (const { id, on } of jobs.flatMap((job) => job.step === null ? [] : job.dependencies)) {
    if (on === "finished") finished.add(id);
    if (on === "success") success.add(id);
  }
  const tolerated = (id: number): boolean => finished.has(id) && !success.has(id);
  if (jobs.some((job) => job.status === "failed" && !tolerated(job.id))) return "failed";
  return jobs.some((job) => job.status === "cancelled") ? "cancelled" : "completed";
}

/** The steps that no other waits for: what a workflow is run for. */
export function finalSteps<J extends Pick<Job, "id" | "dependencies" | "step">>(
  jobs: readonly J[],
): readonly J[] {
  const steps = jobs.filter((job) => job.step !== null || job.dependencies.length === 0);
  const parents = new Set(steps.flatMap((job) => job.dependencies.map((edge) => edge.id)));
  return steps.filter((job) => !parents.has(job.id));
}
