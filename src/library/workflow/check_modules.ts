/** Whether the modules that a workflow file names are there. */

import type { StepJob, WorkflowSpec } from "../../core/workflow.ts";
import { hasTemplate } from "../../core/template.ts";
import type { FileReader } from "./file_reader.ts";

/** The file of a module job that does not exist; `null` where it does, or nobody can tell yet. */
export async function missingModule(
  { kind, payload }: Pick<StepJob, "kind" | "payload">,
): Promise<string | null> {
  const url = String(payload.url);
  if (kind !== "module" || !url.startsWith("file:") || hasTemplate(decodeURI(url))) return null;
  return await isFile(new URL(url)) ? null : decodeURI(new URL(url).pathname);
}

/** Notes every step whose module is a local file that does not exist. */
export async function checkModules(spec: WorkflowSpec, reader: FileReader): Promise<void> {
  const missing = new Map<string, string | null>();
  for (const { name, job } of spec.steps) {
    const url = String(job.payload.url);
    if (!missing.has(url)) missing.set(url, await missingModule(job));
    const path = missing.get(url);
    if (path === null) continue;
    const message = `Step "${name}": there is no module ${path}`;
    reader.note({
      at: ["steps", name, "module"],
      message,
      hint: "Its path is relative to the workflow file",
    });
  }
}

async function isFile(url: URL): Promise<boolean> {
  try {
    return (await Deno.stat(url)).isFile;
  } catch (error) {
    // Whatever else is wrong with it, such as a missing permission, the run will tell better.
    return !(error instanceof Deno.errors.NotFound);
  }
}
