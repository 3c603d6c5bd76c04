/** Telling that a workflow file says something else than it did when a run was submitted. */

import { fileURLToPath } from "node:url";
import { GigqError } from "../core/errors.ts";
import type { Job } from "../core/job.ts";
import { encodeJson } from "../core/json.ts";
import type { WorkflowRun } from "../core/ports.ts";
import type { ResolvedWorkflow } from "../core/workflow.ts";
import { areSame, compareSteps, describeDifferences } from "../core/workflow/compare.ts";
import { runStatus } from "../core/workflow/outcome.ts";
import type { JobQueue } from "../library/queue.ts";
import { compareWithSource } from "../library/workflow/compare_source.ts";
import { escapeLine } from "../output/escape.ts";
import type { Io } from "./io.ts";

/** Latest runs among which an earlier one of the same file is looked for. */
const RUNS = 100;

/** A line about a run that goes on as it was submitted although its file has changed; `null` where it has not. */
export async function changedSinceSubmit(
  run: WorkflowRun,
  jobs: readonly Job[],
  io: Pick<Io, "jobs">,
): Promise<string | null> {
  if (run.source === null) return null;
  const path = fileURLToPath(run.source);
  const name = escapeLine(baseName(path));
  try {
    const differences = await compareWithSource(run, jobs, io.jobs?.defaults);
    if (differences === null || areSame(differences)) return null;
    return `${name} has changed since run ${run.id} (${escapeLine(describeDifferences(differences))}): ` +
      `this run keeps the definition it was submitted with; gigq run ${
        escapeLine(shownPath(path))
      } starts a new one\n`;
  } catch (error) {
    if (!(error instanceof GigqError)) throw error;
    const [why] = error.message.split("\n");
    return `${name} cannot be compared with run ${run.id}: ${escapeLine(why!)}\n`;
  }
}

/** An unfinished or failed run of the same file and parameters that was defined otherwise. */
export interface OtherDefinition {
  readonly run: WorkflowRun;
  /** How the new definition differs. */
  readonly text: string;
}

/** Looks for the latest run of the same file and parameters; `null` when it completed or was defined the same. */
export async function otherDefinition(
  workflow: ResolvedWorkflow,
  queue: JobQueue,
): Promise<OtherDefinition | null> {
  if (workflow.source === undefined) return null;
  const params = canonical(workflow.params);
  const runs = await queue.workflows({ type: "workflow", limit: RUNS });
  const run = runs.find(({ source, params: other }) =>
    source === workflow.source && canonical(other) === params
  );
  if (run === undefined || run.key === workflow.key) return null;
  const jobs = await queue.list({ workflow: run.id });
  const differences = compareSteps(jobs, workflow.jobs);
  if (jobs.length === 0 || runStatus(jobs) === "completed" || areSame(differences)) return null;
  return { run, text: describeDifferences(differences) };
}

/** The line about it, once the new run has its number. */
export function startingAnew({ run, text }: OtherDefinition, path: string, id: number): string {
  return `${escapeLine(baseName(path))} has changed since run ${run.id} (${
    escapeLine(text)
  }): starting run ${id}; ` +
    `gigq workflow retry ${run.id} goes on with the old one\n`;
}

function canonical(params: WorkflowRun["params"]): string {
  return encodeJson(
    Object.fromEntries(Object.entries(params).sort(([a], [b]) => a < b ? -1 : 1)),
    "Parameters",
  );
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1)!;
}

/** Relative to this folder where it lies below. */
function shownPath(path: string): string {
  const here = `${Deno.cwd()}/`;
  return path.startsWith(here) ? path.slice(here.length) : path;
}
