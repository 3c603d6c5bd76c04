/** Finds the function of a module. Runs in the module's thread. */

import type { JobContext } from "../job_context.ts";
import type { LoadProblem } from "./protocol.ts";

/** The function that a job calls. */
// deno-lint-ignore no-explicit-any
export type ModuleFunction = (params: any, ctx: JobContext) => unknown;

/** The module cannot give what was asked for. */
export class LoadError extends Error {
  override readonly name = "ModuleError";
  readonly permanent = true;

  constructor(readonly problem: LoadProblem, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Imports a module and takes its export: a function, or a task, whose body it is then.
 *
 * @throws {LoadError} Naming the module, the export and what is there instead
 */
export async function loadFunction(url: string, name: string): Promise<ModuleFunction> {
  const module = await importModule(url);
  if (!Object.hasOwn(module, name)) {
    const names = Object.keys(module);
    const there = names.length === 0 ? "it exports nothing" : `it exports ${names.join(", ")}`;
    throw new LoadError("no export", `Module ${url} has no export "${name}"; ${there}`);
  }
  const value = module[name];
  if (typeof value !== "function") {
    throw new LoadError(
      "not a function",
      `Export "${name}" of ${url} is not a function but ${typeName(value)}`,
    );
  }
  return "taskName" in value && "run" in value && typeof value.run === "function"
    ? value.run as ModuleFunction
    : value as ModuleFunction;
}

async function importModule(url: string): Promise<Record<string, unknown>> {
  try {
    return await import(url) as Record<string, unknown>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message.includes(`Module not found "${url}"`)) {
      throw new LoadError("not found", `Module not found: ${url}`);
    }
    const name = error instanceof Error ? error.name : "Error";
    throw new LoadError("import failed", `Module ${url} cannot be imported: ${name}: ${message}`, {
      cause: error,
    });
  }
}

function typeName(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
}
