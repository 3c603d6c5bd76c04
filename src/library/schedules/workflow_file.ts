/** Workflow files that schedules run. */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { JsonObject } from "../../core/json.ts";
import type { JobDefaults } from "../policy.ts";
import { readWorkflow } from "../workflow/load.ts";
import { refuseFixedTimes } from "./target.ts";
import type { ScheduledWorkflow } from "./types.ts";

/**
 * Reads a workflow file for a schedule: it is stored as it is now, and delays count from the slot.
 *
 * @param path `.yaml`, `.yml`, `.json`, `.ts` or `.js`
 * @param params Its parameters; `${{ schedule.date }}` and its like in texts are filled in at each slot
 * @param options `defaults`: policies and rules for steps that say nothing, those of the queue it is meant for
 * @throws {NotFoundError} When there is no such file
 * @throws {WorkflowFileError} With one line a problem: `file:line:column: what`
 * @throws {UsageError} When a step of a script begins or expires at a point in time
 */
export async function readScheduledWorkflow(
  path: string,
  params: JsonObject = {},
  options: { readonly defaults?: JobDefaults } = {},
): Promise<ScheduledWorkflow> {
  const { spec, given } = await readWorkflow(path, params, { ...options, nowMs: 0 });
  refuseFixedTimes(spec, (await readWorkflow(path, params, { ...options, nowMs: 1 })).spec);
  return { workflow: spec, params: given, source: pathToFileURL(resolve(path)).href };
}
