/** Jobs that belong together without waiting for each other. */

import { parseMaxFails } from "../core/max_fails.ts";
import type { NewWorkflow } from "../core/ports.ts";
import { within } from "../core/within.ts";
import { label } from "./job_input.ts";

/** What is to be known of jobs that are submitted together. */
export interface BatchOptions {
  /** For lists. */
  readonly name: string;
  /** So many failed jobs (`10`), or so many of all (`"10%"`), halt it: what has not begun is cancelled. */
  readonly maxFails?: number | string;
}

/**
 * The run around them.
 *
 * @throws {UsageError} For a name or a limit that makes no sense
 */
export function toBatch({ name, maxFails }: BatchOptions): NewWorkflow {
  const limit = maxFails === undefined ? null : within("max-fails", () => parseMaxFails(String(maxFails)));
  return { name: label("batch name", name), key: null, params: {}, type: "batch", maxFails: limit };
}
