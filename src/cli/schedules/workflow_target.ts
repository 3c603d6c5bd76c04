/** A workflow file that a schedule runs. */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { refuseFixedTimes } from "../../library/schedules/target.ts";
import type { ScheduledWorkflow } from "../../library/schedules/types.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { splitPairs } from "../params.ts";
import { readWorkflowDefinition } from "../workflow_file.ts";

/**
 * Reads the file, so that its times count from the slot. What it says now is kept with the schedule.
 *
 * @throws {UsageError} For a step that begins at a point in time
 */
export async function workflowOf(path: string, input: Input, io: Io): Promise<ScheduledWorkflow> {
  const params = Object.fromEntries(splitPairs(input.strings("param"), "-p"));
  const { spec, given } = await readWorkflowDefinition(path, params, { jobs: io.jobs, nowMs: 0 });
  const later = await readWorkflowDefinition(path, params, { jobs: io.jobs, nowMs: 1 });
  refuseFixedTimes(spec, later.spec);
  return { workflow: spec, params: given, source: pathToFileURL(resolve(path)).href };
}
