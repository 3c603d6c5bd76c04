/** Whether the modules that a workflow file names are there. */

import type { WorkflowSpec } from "../../core/workflow.ts";
import { hasTemplate } from "../../core/template.ts";
import type { FileReader } from "./file_reader.ts";

/** Notes every step whose module is a local file that does not exist. */
export async function checkModules(spec: WorkflowSpec, reader: FileReader): Promise<void> {
  const exists = new Map<string, boolean>();
  for (const { name, job } of spec.steps) {
    const url = String(job.payload.url);
    if (job.kind !== "module" || !url.startsWith("file:") || hasTemplate(decodeURI(url))) continue;
    if (!exists.has(url)) exists.set(url, await isFile(new URL(url)));
    if (exists.get(url)) continue;
    const message = `Step "${name}": there is no module ${decodeURI(new URL(url).pathname)}`;
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
