/** The identity of a workflow run. */

import { createHash } from "node:crypto";
import type { ResolvedWorkflow } from "../../core/workflow.ts";

/** Hexadecimal digits of a key: 128 bits. */
const DIGITS = 32;

/**
 * Gives a workflow its key: equal where name, parameters, steps, edges, policies and payloads are equal. Times
 * do not count, so that the same file submitted tomorrow has the same key.
 */
export function withKey(workflow: ResolvedWorkflow): ResolvedWorkflow {
  const jobs = workflow.jobs.map(({ runAt: _, expiresAt: __, ...job }) => job);
  const hash = createHash("sha256").update(JSON.stringify([workflow.name, workflow.params, jobs]));
  return { ...workflow, key: hash.digest("hex").slice(0, DIGITS) };
}
