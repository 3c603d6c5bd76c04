/** From what a job threw to how its run ended. */

import type { JobError } from "../core/job.ts";
import type { RunResult } from "../core/ports.ts";
import { delayOf } from "./retry_after.ts";

/**
 * The failure of a body that threw; `PermanentError`, of whatever copy of this library, is never retried.
 *
 * @param notedMs The delay that the body noted for the case that it fails; one that the error carries wins
 */
export function thrown(error: unknown, notedMs?: number): RunResult & { readonly type: "failed" } {
  const permanent = isPermanent(error);
  const failed = { type: "failed", reason: "error", error: describe(error), permanent } as const;
  const retryAfterMs = delayOf(error) ?? notedMs;
  return retryAfterMs === undefined ? failed : { ...failed, retryAfterMs };
}

/** A failure that is not the body's own: its class and what is wrong. */
export function refused(
  name: string,
  message: string,
  permanent = true,
): RunResult & { readonly type: "failed" } {
  return { type: "failed", reason: "error", error: { class: name, message }, permanent };
}

/** Class, message and stack of anything that can be thrown, whatever has been put into them. */
export function describe(error: unknown): JobError {
  if (!(error instanceof Error)) return { class: "Error", message: toText(error) };
  const { name, message, stack } = error;
  const described = { class: toText(name), message: toText(message) };
  return typeof stack === "string" ? { ...described, stack } : described;
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : Deno.inspect(value);
}

export function isPermanent(error: unknown): boolean {
  return typeof error === "object" && error !== null && "permanent" in error && error.permanent === true;
}
