/** A workflow file that a schedule runs. */

import type { ScheduledWorkflow } from "../../library/schedules/types.ts";
import { readScheduledWorkflow } from "../../library/schedules/workflow_file.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { splitPairs } from "../params.ts";
import { firstProblem, probeAll } from "../workflow_file.ts";

/** Reads the file; what it says now is kept with the schedule. */
export async function workflowOf(
  path: string,
  input: Input,
  { jobs }: Pick<Io, "jobs">,
): Promise<ScheduledWorkflow> {
  const params = Object.fromEntries(splitPairs(input.strings("param"), "-p"));
  const read = await firstProblem(
    path,
    () => readScheduledWorkflow(path, params, { defaults: jobs?.defaults }),
  );
  if ("steps" in read.workflow) await probeAll(read.workflow.steps.map(({ job }) => job));
  return read;
}
