/** Whether the file that a run came from still says what was submitted. */

import { fileURLToPath } from "node:url";
import type { Job } from "../../core/job.ts";
import type { WorkflowRun } from "../../core/ports.ts";
import { compareSteps, type Differences } from "../../core/workflow/compare.ts";
import type { JobDefaults } from "../policy.ts";
import { loadWorkflow } from "./load.ts";

/**
 * Reads the file of a run again, with the run's parameters, and compares each step with the stored one.
 *
 * @param jobs All jobs of the run
 * @param defaults Policies and rules for steps that say nothing
 * @returns `null` when the run came from no file, or the file is not there any more
 * @throws {GigqError} When the file cannot be used any more, as {@linkcode loadWorkflow} does
 */
export async function compareWithSource(
  { source, params, createdAt }: WorkflowRun,
  jobs: readonly Job[],
  defaults?: JobDefaults,
): Promise<Differences | null> {
  if (source === null || !source.startsWith("file:")) return null;
  const path = fileURLToPath(source);
  if (!await isFile(path)) return null;
  const workflow = await loadWorkflow(path, params, { nowMs: createdAt, defaults });
  return compareSteps(jobs, workflow.jobs);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
