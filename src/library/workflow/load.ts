/** Workflow files: YAML, JSON, and TypeScript. */

import { resolve as absolute } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import { type ResolvedWorkflow, resolveWorkflow } from "../../core/workflow.ts";
import type { JobDefaults } from "../policy.ts";
import { readText, unreadable } from "../read_text.ts";
import { checkModules } from "./check_modules.ts";
import { WorkflowFileError } from "./file_error.ts";
import { withKey } from "./key.ts";
import { readWorkflowText } from "./read_file.ts";
import { readScript, type WorkflowFile } from "./script.ts";

export type { WorkflowFile } from "./script.ts";

/** For messages. */
const WHAT = "Workflow file";
const TEXT = /\.(ya?ml|json)$/i;
const SCRIPT = /\.(ts|mts|js|mjs)$/i;

/** How a file is read. */
export interface LoadOptions {
  /** The present in epoch milliseconds, from which delays count; default now. */
  readonly nowMs?: number;
  /** Policies and rules for steps that say nothing: `queue.defaults` of the queue it is meant for. */
  readonly defaults?: JobDefaults;
}

/**
 * Reads a workflow file and fills in its parameters: the value that `JobQueue.submitResolved` stores.
 *
 * @param path `.yaml`, `.yml`, `.json`, or a `.ts` or `.js` module whose default export is a `Workflow` or a
 * function from parameters to one
 * @param params Parameters by name; text is read as the declared type
 * @throws {NotFoundError} When there is no such file
 * @throws {WorkflowFileError} With one line a problem: `file:line:column: what`
 * @throws {UsageError} For a parameter that is missing, unknown or of the wrong type
 *
 * @example
 * ```ts ignore
 * import { JobQueue, Worker } from "@gigq/gigq";
 * import { loadWorkflow } from "@gigq/gigq/load";
 *
 * await using queue = await JobQueue.open("jobs.db");
 * const { id } = await queue.submitResolved(await loadWorkflow("nightly.yaml", { date: "2015-01-01" }));
 * await new Worker(queue, { workflow: id }).drain();
 * ```
 */
export async function loadWorkflow(
  path: string,
  params: Readonly<Record<string, Json>> = {},
  options: LoadOptions = {},
): Promise<ResolvedWorkflow> {
  const { spec, given, recorded } = await readWorkflow(path, params, options);
  const resolved = { ...resolveWorkflow(spec, given), source: pathToFileURL(absolute(path)).href };
  return withKey(recorded === undefined ? resolved : { ...resolved, params: recorded });
}

/**
 * Reads and checks a workflow file without filling in its parameters: for validation and graphs. A script whose
 * default export is a function is called with `params`.
 *
 * @throws {NotFoundError} When there is no such file
 * @throws {WorkflowFileError} With one line a problem: `file:line:column: what`
 */
export async function readWorkflow(
  path: string,
  params: Readonly<Record<string, Json>> = {},
  { nowMs = Date.now(), defaults }: LoadOptions = {},
): Promise<WorkflowFile> {
  const file = pathToFileURL(absolute(path));
  if (SCRIPT.test(path)) {
    await mustExist(path);
    return readScript(path, file, params, nowMs, defaults);
  }
  if (!TEXT.test(path)) {
    throw new UsageError(`Workflow file "${path}" is of no known kind`, {
      hint: "Name it .yaml, .yml, .json, .ts or .js",
    });
  }
  const reading = await readWorkflowText(await readText(WHAT, path), file, nowMs, defaults);
  if ("problems" in reading) throw new WorkflowFileError(path, reading.problems);
  await checkModules(reading.spec, reading.reader);
  if (reading.reader.problems.length > 0) throw new WorkflowFileError(path, reading.reader.problems);
  return { spec: reading.spec, given: params };
}

async function mustExist(path: string): Promise<void> {
  try {
    await Deno.stat(path);
  } catch (cause) {
    throw unreadable(WHAT, path, cause);
  }
}
