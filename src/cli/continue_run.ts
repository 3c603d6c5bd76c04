/** Going on with an earlier run of a workflow. */

import { formatMaxFails } from "../core/max_fails.ts";
import type { WorkflowRun } from "../core/ports.ts";
import type { ResolvedWorkflow } from "../core/workflow.ts";
import { runStatus } from "../core/workflow/outcome.ts";
import type { StepRetry } from "../core/workflow/retry.ts";
import type { JobQueue } from "../library/queue.ts";
import { escapeLine } from "../output/escape.ts";
import type { Io } from "./io.ts";
import { retryLines } from "./retry_lines.ts";

/** Steps told of that run again: those of a large run would fill the screen. */
const TOLD = 20;

/** A run that is continued. */
export interface Earlier {
  readonly id: number;
  /** Steps that were running when it was found: their worker may be gone. */
  readonly running: ReadonlySet<number>;
}

/** The latest run of the same workflow with the same parameters, made ready to go on; `null` to start anew. */
export async function goOn(
  workflow: ResolvedWorkflow,
  queue: JobQueue,
  io: Io,
  quiet: boolean,
): Promise<Earlier | null> {
  const [run] = workflow.key === null ? [] : await queue.workflows({ key: workflow.key, limit: 1 });
  if (run === undefined) return null;
  const jobs = await queue.list({ workflow: run.id });
  if (jobs.length === 0 || runStatus(jobs) === "completed") return null;
  const workflowSteps = new Set(jobs.filter(({ step }) => step !== null).map(({ id }) => id));
  const steps = await queue.retryWorkflow(run.id);
  const kept =
    steps.filter(({ id, status, again }) => status === "completed" && !again && workflowSteps.has(id)).length;
  io.err(
    `Continuing run ${run.id} of ${
      escapeLine(workflow.name)
    }: ${kept} of ${workflowSteps.size} steps are done; ` +
      "--fresh starts anew\n",
  );
  if (!quiet) io.err(againLines(steps));
  io.err(otherLimit(run, workflow) ?? "");
  return {
    id: run.id,
    running: new Set(jobs.filter((job) => job.status === "running").map((job) => job.id)),
  };
}

function againLines(steps: readonly StepRetry[]): string {
  const again = steps.filter((step) => step.again);
  const rest = again.length - TOLD;
  return retryLines(again.slice(0, TOLD), "  ") + (rest > 0 ? `  … and ${rest} more\n` : "");
}

/** How many failures halt a run is settled when it is submitted. */
function otherLimit(run: WorkflowRun, { maxFails }: ResolvedWorkflow): string | null {
  const [before, now] = [run.maxFails, maxFails ?? null]
    .map((limit) => limit === null ? "no max-fails" : `max-fails ${formatMaxFails(limit)}`);
  return before === now
    ? null
    : `It keeps ${before} that it was submitted with; --fresh starts anew with ${now}\n`;
}

/** Steps that were lost with the worker of the earlier run count as failed there, and get their turn in this one. */
export async function reclaim({ id, running }: Earlier, queue: JobQueue, io: Io): Promise<boolean> {
  const jobs = await queue.list({ workflow: id, statuses: ["failed"] });
  const lost = jobs.filter((job) => job.reason === "lost" && running.has(job.id));
  if (lost.length === 0) return false;
  const names = lost.map((job) => escapeLine(job.step ?? "")).join(", ");
  io.err(`Running again what was lost with its worker: ${names}\n`);
  await queue.retryWorkflow(id);
  return true;
}
