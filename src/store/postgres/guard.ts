/** What a store allows while its content moves: see {@linkcode StoreState}. */

import { BusyError, ConfigError } from "../../core/errors.ts";
import { OPEN } from "./identity.ts";
import { type Place, shown } from "./place.ts";
import { parseState } from "./transaction.ts";

/**
 * `claim`: takes jobs · `report`: what running attempts say · `change`: everything else that writes · `read` · `transfer`:
 * never refused here.
 */
export type Kind = "claim" | "report" | "change" | "read" | "transfer";

/** A claim that gives nothing, since the content is about to be copied. */
export class Sealed extends BusyError {}

/**
 * @throws {BusyError} While the content is being copied, from here or to here
 * @throws {ConfigError} When it is elsewhere
 */
export function admits(kind: Kind, text: string, place: Place): void {
  if (text === OPEN || kind === "transfer") return;
  const state = parseState(text);
  const name = `The store at ${shown(place)}`;
  switch (state.type) {
    case "open":
      return;
    case "sealed":
      if (kind === "read" || kind === "report") return;
      throw new Sealed(`${name} is being moved to ${state.to}`, {
        hint: "Wait until it has moved, then use the new address",
      });
    case "moved":
      throw new ConfigError(`${name} has moved to ${state.to}`, { hint: `Say --db ${state.to}` });
    case "receiving":
      throw new BusyError(`${name} is being filled from another store`, {
        hint: "Wait until gigq move is done, or run it again",
      });
  }
}
