/** Workflows written in TypeScript: the default export of a module. */

import { DataError, GigqError } from "../../core/errors.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { checkWorkflow } from "../../core/workflow/check.ts";
import { WorkflowError, type WorkflowSpec } from "../../core/workflow.ts";
import type { JobDefaults } from "../policy.ts";

/** A workflow as a file describes it. */
export interface WorkflowFile {
  /** Its steps and declared parameters, checked. */
  readonly spec: WorkflowSpec;
  /** Parameters that are left to be filled in: a script's function has taken its own. */
  readonly given: JsonObject;
  /** What the run is recorded with, where that is not what the specification declares. */
  readonly recorded?: JsonObject;
}

/** What a module may export: anything with a specification, since it may bring its own copy of this library. */
interface HasSpec {
  spec(nowMs: number, defaults?: JobDefaults): WorkflowSpec;
}

/**
 * Imports a module and makes its workflow.
 *
 * @throws {DataError} When it cannot be imported, exports no workflow, or its function throws
 */
export async function readScript(
  path: string,
  file: URL,
  params: Readonly<Record<string, Json>>,
  nowMs: number,
  defaults?: JobDefaults,
): Promise<WorkflowFile> {
  const exported = (await importModule(path, file)).default;
  if (hasSpec(exported)) return { spec: checked(exported.spec(nowMs, defaults)), given: params };
  if (typeof exported !== "function") {
    throw new DataError(`${path} exports no workflow`, {
      hint: "Its default export must be a workflow, or a function from parameters to one",
    });
  }
  const made = await call(path, exported, params);
  if (!hasSpec(made)) throw new DataError(`The default export of ${path} returned no workflow`);
  return { spec: checked(made.spec(nowMs, defaults)), given: {}, recorded: params as JsonObject };
}

async function importModule(path: string, file: URL): Promise<{ default?: unknown }> {
  try {
    return await import(file.href);
  } catch (cause) {
    throw new DataError(`${path} cannot be imported: ${messageOf(cause)}`, { cause });
  }
}

/** Values are text for a script, as they are on the command line. */
// deno-lint-ignore ban-types
async function call(path: string, make: Function, params: Readonly<Record<string, Json>>): Promise<unknown> {
  const texts = Object.entries(params)
    .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
  try {
    return await make(Object.fromEntries(texts));
  } catch (cause) {
    if (cause instanceof GigqError) throw cause;
    throw new DataError(`${path}: ${messageOf(cause)}`, { cause });
  }
}

function checked(spec: WorkflowSpec): WorkflowSpec {
  const { problems } = checkWorkflow(spec);
  if (problems.length > 0) throw new WorkflowError(problems);
  return spec;
}

function hasSpec(value: unknown): value is HasSpec {
  return typeof value === "object" && value !== null && typeof (value as HasSpec).spec === "function";
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
