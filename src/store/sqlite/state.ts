/** How the store stands: asked within each transaction, so that what was answered holds until its end. */

import type { StoreState } from "../../core/ports.ts";
import { parseState } from "../refusal.ts";
import type { Connection } from "./connection.ts";

/** The state of nearly every store at nearly every time, as it is stored. */
export const OPEN = '{"type":"open"}';

/** SQL for "the store is not open", with one row for the answer. */
export const NOT_OPEN_SQL = `SELECT state FROM store WHERE only_row = 1 AND state <> '${OPEN}'`;

/** What was asked for cannot be done in this state. Said in words for a user where the path is known. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(readonly state: StoreState, readonly verb: "change" | "use") {
    super(`The store is ${state.type}`);
  }
}

/** How it stands. */
export function stateOf(db: Connection): StoreState {
  const row = db.get<{ state: string }>(NOT_OPEN_SQL);
  return row === undefined ? { type: "open" } : parseState(row.state);
}

/**
 * Half a microsecond for an open store.
 *
 * @param verb See `refusal`
 */
export function refuseUnlessOpen(db: Connection, verb: "change" | "use"): void {
  const state = stateOf(db);
  if (state.type === "open" || (verb === "use" && state.type === "sealed")) return;
  throw new Refused(state, verb);
}
