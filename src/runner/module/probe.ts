/** Looks at a module before a job that needs it is stored. */

import { DataError, UsageError } from "../../core/errors.ts";
import type { LoadProblem } from "./protocol.ts";
import { ModuleThread } from "./thread.ts";

/** How long a module may take to import. */
const PROBE_MS = 60_000;

/**
 * Imports a module in a thread of its own and looks for the export. The module's top level runs.
 *
 * @param url Where the module is: `file:`, `https:`, `jsr:` or `npm:`
 * @throws {UsageError} When there is no such module or export, or it is not a function
 * @throws {DataError} When the module cannot be imported: a syntax error, or it throws
 */
export async function probeModule(url: string, exportName: string): Promise<void> {
  const thread = new ModuleThread(null);
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(() => late.resolve("late"), PROBE_MS);
  try {
    const result = await Promise.race([
      thread.ask({ type: "probe", url, export: exportName }, null),
      late.promise,
    ]);
    if (result === "late") {
      throw new DataError(`Module ${url} took more than ${PROBE_MS / 1_000} s to import`);
    }
    if (result.type === "failed") throw toError(result.error?.message ?? "", result.problem);
  } finally {
    clearTimeout(timer);
    thread.end();
  }
}

function toError(message: string, problem: LoadProblem | undefined): Error {
  // One line: what follows the first is code from the module.
  const [line = ""] = message.split("\n");
  switch (problem) {
    case "not found":
      return new UsageError(line, { hint: "Check the path; it is resolved from the current folder" });
    case "no export":
    case "not a function":
      return new UsageError(line, { hint: "Name an exported function after the #" });
    default:
      return new DataError(line);
  }
}
