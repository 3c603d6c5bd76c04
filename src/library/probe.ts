/** Looking at a module before a job that needs it is stored. */

import { probeModule as probe } from "../runner/module/probe.ts";
import type { JobInput } from "./job_input.ts";

/**
 * Imports the module of a job in a thread of its own and looks for the export.
 *
 * @throws {DataError} When the module does not exist, throws on import, or lacks the export
 */
export async function probeModule(job: JobInput): Promise<void> {
  await probe(String(job.payload.url), String(job.payload.export));
}
