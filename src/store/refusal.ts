/** What a store says to its users while it is moved, and afterwards. The same words in every store. */

import { BusyError, ConfigError, type GigqError } from "../core/errors.ts";
import { shownLocation } from "../core/location.ts";
import type { StoreState } from "../core/ports.ts";
import { Unreadable } from "./unreadable.ts";

const STATES: readonly unknown[] = ["open", "sealed", "moved", "receiving"] satisfies StoreState["type"][];

/**
 * A state as a database stores it.
 *
 * @throws {Unreadable} When it is something else, as in a damaged file
 */
export function parseState(text: string): StoreState {
  const state = JSON.parse(text) as StoreState | null;
  if (!STATES.includes(state?.type)) throw new Unreadable("the store has no valid state");
  return state!;
}

/**
 * Why a store does not do what it is asked for; `null` when it does. Claims are no change here: while it is sealed they
 * are answered, with nothing.
 *
 * @param location Where the store is; shown without secrets
 * @param verb `change` adds or changes jobs, `use` is everything else
 */
export function refusal(state: StoreState, location: string, verb: "change" | "use"): GigqError | null {
  const place = shownLocation(location);
  switch (state.type) {
    case "open":
      return null;
    case "sealed":
      return verb === "use" ? null : new BusyError(`${place} is being moved to ${state.to}`, {
        hint: "Try again there when the move is over; gigq move --abort gives it up",
      });
    case "moved":
      return new ConfigError(`The queue ${place} has moved to ${state.to}`, {
        hint: "Name its new place with --db or GIGQ_DB",
      });
    case "receiving":
      return new BusyError(`${place} is being filled by a move that is not over`, {
        hint: "Run the same gigq move again to finish it, or name another queue with --db",
      });
  }
}

/** Pages are written only where a move is under way. */
export function notReceiving(): ConfigError {
  return new ConfigError("The store is not being filled by a move, so no records can be written into it");
}

/** Whether a store stands as somebody believes: see `Transfer.become`. */
export function isStill(state: StoreState, believed: StoreState): boolean {
  if (state.type === "receiving") return believed.type === "receiving" && state.from === believed.from;
  if (state.type === "open") return believed.type === "open";
  return state.type === believed.type && state.to === believed.to;
}
