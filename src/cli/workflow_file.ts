/** Workflow files, as the commands that submit them read them. */

import { DataError } from "../core/errors.ts";
import type { NewJob } from "../core/job.ts";
import type { ResolvedWorkflow } from "../core/workflow.ts";
import { probeModule } from "../library/probe.ts";
import { WorkflowFileError } from "../library/workflow/file_error.ts";
import { loadWorkflow } from "../library/workflow/load.ts";
import type { Input } from "./command.ts";
import type { Io } from "./io.ts";
import { splitPairs } from "./params.ts";

/**
 * Reads the file, fills in the `-p` parameters and looks at the modules that its steps need, so that nothing is
 * stored of a workflow that cannot run.
 */
export async function readWorkflowFile(
  path: string,
  input: Input,
  io: Pick<Io, "now" | "jobs">,
): Promise<ResolvedWorkflow> {
  const params = Object.fromEntries(splitPairs(input.strings("param"), "-p"));
  const workflow = await firstProblem(
    path,
    () => loadWorkflow(path, params, { nowMs: io.now(), defaults: io.jobs?.defaults }),
  );
  await probeAll(workflow.jobs);
  return workflow;
}

/** Looks at the modules that jobs need, so that nothing is stored of what cannot run. */
export async function probeAll(jobs: readonly Pick<NewJob, "kind" | "payload">[]): Promise<void> {
  const probes = new Map(
    jobs.filter(isProbeable).map((job) => [JSON.stringify(job.payload.url) + job.payload.export, job]),
  );
  for (const { kind, payload } of probes.values()) await probeModule({ kind, payload, options: {} });
}

/** Of several problems the first, on one line: `workflow validate` is there for all of them. */
export async function firstProblem<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof WorkflowFileError) || error.problems.length === 1) throw error;
    const { line, column, message } = error.problems[0]!;
    throw new DataError(`${path}:${line}:${column}: ${message} (and ${error.problems.length - 1} more)`, {
      hint: `gigq workflow validate ${path} tells all`,
      cause: error,
    });
  }
}

/** A module on this machine whose address is known before the run; others are looked at when their turn comes. */
function isProbeable({ kind, payload }: Pick<NewJob, "kind" | "payload">): boolean {
  return kind === "module" && typeof payload.url === "string" && payload.url.startsWith("file:") &&
    !payload.url.includes("$");
}
