/** What a store allows while its content moves: see `StoreState`. */

import type { StoreState } from "../../core/ports.ts";
import { parseState, refusal } from "../refusal.ts";
import type { Place } from "./place.ts";

/** `change` adds or changes jobs · `use`: everything else · `claim`: gives nothing while the store is sealed · `transfer`: never refused. */
export type Kind = "change" | "use" | "claim" | "transfer";

/** How an open store is written: every transaction reads it, so it is compared as text. */
export const OPEN: string = JSON.stringify({ type: "open" } satisfies StoreState);

/**
 * SQL for "the store is open, or need not be". Where a sequence gives numbers: a submit that is refused must not take
 * any, since a move compares the last ones.
 *
 * @param mustBeOpen The parameter that `Tx.mustBeOpen` is bound to
 */
export function isOpenSql(mustBeOpen: string): string {
  return `(NOT ${mustBeOpen}::boolean OR (SELECT state FROM gigq.store) = '${OPEN}')`;
}

/** The store is sealed: a claim gives nothing, and changes nothing. */
export class Sealed extends Error {
  override readonly name = "Sealed";
}

/**
 * @param text The state as it is stored
 * @throws {BusyError} While the content is being copied, from here or to here
 * @throws {ConfigError} When it is elsewhere
 */
export function admit(kind: Kind, text: string, { location }: Place): void {
  if (text === OPEN || kind === "transfer") return;
  const state = parseState(text);
  const error = refusal(state, location, kind === "change" ? "change" : "use");
  if (error !== null) throw error;
  if (kind === "claim" && state.type === "sealed") throw new Sealed();
}
