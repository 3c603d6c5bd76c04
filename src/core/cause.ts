/** How people write the id of a cause: `E3`. */

import { UsageError } from "./errors.ts";
import type { Cause } from "./job.ts";

/** `E3` for the cause with id 3. */
export function formatCause(id: Cause["id"]): string {
  return `E${id}`;
}

/**
 * The id that `E3` (or `e3`) names.
 *
 * @throws {UsageError} For a word that is not written so
 */
export function parseCause(word: string): Cause["id"] {
  const id = Number(/^[Ee](\d{1,15})$/.exec(word)?.[1]);
  if (!(id >= 1)) {
    throw new UsageError(`"${word}" is not the id of a cause`, {
      hint: "Write it like E3; gigq errors shows what there is",
    });
  }
  return id;
}

/** Whether nobody wants to hear of it at this time. */
export function isMuted(cause: Pick<Cause, "mutedUntil">, nowMs: number): boolean {
  return cause.mutedUntil !== null && cause.mutedUntil > nowMs;
}
