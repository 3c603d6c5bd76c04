/** How hard each kind of job tries when nobody says otherwise. */

import type { Policy } from "./job.ts";
import { DEFAULT_BACKOFF } from "./retry.ts";

/** Kinds that are written to be run twice: modules and functions. What commands and requests do is unknown. */
const RETRIED: ReadonlySet<string> = new Set(["module", "function"]);

/** The policy of a job whose options say nothing: 3 attempts for modules and functions, 1 for all else. */
export function defaultPolicy(kind: string): Policy {
  return {
    maxAttempts: RETRIED.has(kind) ? 3 : 1,
    backoff: DEFAULT_BACKOFF,
    timeoutMs: null,
    graceMs: 5_000,
  };
}
