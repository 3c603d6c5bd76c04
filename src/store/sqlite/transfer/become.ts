/** Which store this is, and how it stands. */

import type { Identity, StoreState } from "../../../core/ports.ts";
import { isStill, parseState } from "../../refusal.ts";
import type { Connection } from "../connection.ts";
import { Unreadable } from "../../unreadable.ts";

export function identity(db: Connection): Identity {
  const row = db.get<{ id: string; state: string }>("SELECT id, state FROM store WHERE only_row = 1");
  if (row === undefined) throw new Unreadable("the store has no identity");
  return { id: row.id, state: parseState(row.state) };
}

export function become(db: Connection, from: StoreState, to: StoreState): boolean {
  if (!isStill(identity(db).state, from)) return false;
  db.run("UPDATE store SET state = ? WHERE only_row = 1", JSON.stringify(to));
  for (const name of Object.keys(TRIGGERS)) db.driver.prepare(`DROP TRIGGER IF EXISTS ${name}`).run();
  for (const [name, event] of Object.entries(TRIGGERS)) {
    if (to.type === "moved" || (to.type !== "open" && name === CLAIMS)) addTrigger(db, name, event, to);
  }
  return true;
}

const CLAIMS = "closed_claims";

/**
 * Processes that opened the file when it was of an older schema do not know of states: these keep them from claiming
 * while it is moved, and from everything afterwards. A store that is open has none and pays nothing.
 */
const TRIGGERS: Readonly<Record<string, string>> = {
  [CLAIMS]: "UPDATE OF status ON job_state WHEN NEW.status = 3",
  closed_states: "UPDATE ON job_state",
  closed_jobs: "INSERT ON jobs",
  closed_removals: "DELETE ON jobs",
  closed_logs: "INSERT ON logs",
  closed_queues: "INSERT ON queues",
};

function addTrigger(db: Connection, name: string, event: string, state: StoreState): void {
  const message = state.type === "moved"
    ? `The queue has moved to ${state.to}; name its new place with --db or GIGQ_DB`
    : "The queue is being moved; try again later";
  const text = message.replaceAll("'", "''");
  db.driver.prepare(`CREATE TRIGGER ${name} BEFORE ${event} BEGIN SELECT RAISE(ABORT, '${text}'); END`).run();
}
