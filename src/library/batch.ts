/** Jobs that belong together without waiting for each other. */

import { parseMaxFails } from "../core/max_fails.ts";
import type { NewWorkflow } from "../core/ports.ts";

/** What is to be known of jobs that are submitted together. */
export interface BatchOptions {
  /** For lists. */
  readonly name: string;
  /** So many failed jobs (`10`), or so many of all (`"10%"`), halt it: what has not begun is cancelled. */
  readonly maxFails?: number | string;
}

/** The run around them. */
export function toBatch({ name, maxFails }: BatchOptions): NewWorkflow {
  const limit = maxFails === undefined ? null : parseMaxFails(String(maxFails));
  return { name, key: null, params: {}, type: "batch", maxFails: limit };
}
