/** What `gigq workflow retry` does. */

import type { StepRetry } from "../../core/workflow/retry.ts";
import { isFinal } from "../../core/transitions.ts";
import { jsonLines } from "../../output/json_lines.ts";
import { changedSinceSubmit } from "../changed_definition.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { retryLines } from "../retry_lines.ts";
import { findWorkflow } from "../selectors.ts";

/** Makes steps ready once more, and prints for each step whether it runs again, and why. */
export async function retryRun(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const id = await findWorkflow(input.args[0]!, queue);
  const jobs = await queue.list({ workflow: id });
  const from = input.string("from");
  const steps = await queue.retryWorkflow(id, {
    ...from !== undefined && { from },
    downstream: input.flag("downstream"),
  });
  await io.out(io.json ? jsonLines(steps.map(stepShape)) : retryLines(steps));
  if (!steps.some(({ again }) => again)) io.err(`Run ${id} has no step to be run again\n`);
  const [run] = await queue.workflows({ id });
  const changed = run === undefined ? null : await changedSinceSubmit(run, jobs, io);
  if (changed !== null) io.err(changed);
  return 0;
}

function stepShape({ id, step, status, again, why }: StepRetry): Record<string, unknown> {
  return { id, step, result: result(status, again), status, again, why };
}

function result(status: StepRetry["status"], again: boolean): string {
  if (again) return "done";
  return isFinal(status) ? "kept" : "unfinished";
}
