/** What became of a transaction whose commit got no answer. */

import type { Connection } from "./connection.ts";
import { isServerFailure } from "./failure.ts";

/** `lost`: it never was, or was undone. */
export type Fate = "committed" | "lost" | "unknown";

/** How long a session that nobody hears of any more may take to end its transaction by itself. */
const PATIENCE_MS = 1_000;
const LOOK_MS = 50;

/**
 * Asks the server by the number of the transaction. While that is under way, its session waits for the rest of a message
 * that will not come, or is about to commit: after a while it is told to end.
 *
 * @param lend Opens a connection to the same store
 * @param timeoutMs How long to go on asking
 */
export async function fateOf(
  xid: number,
  lend: <T>(use: (connection: Connection) => Promise<T>) => Promise<T>,
  timeoutMs: number,
): Promise<Fate> {
  const start = performance.now();
  for (;;) {
    const passed = performance.now() - start;
    const fate = await lend((connection) => look(connection, xid, passed > PATIENCE_MS)).catch(() =>
      "unreached"
    );
    if (fate === "committed" || fate === "lost" || fate === "unknown") return fate;
    if (passed > timeoutMs) return "unknown";
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function look(connection: Connection, xid: number, end: boolean): Promise<Fate | "open"> {
  try {
    const row = await connection.get<{ status: string | null }>(
      "SELECT txid_status($1::bigint) AS status",
      xid,
    );
    if (row!.status === "committed") return "committed";
    if (row!.status === "aborted") return "lost";
    // So old that the server has forgotten it.
    if (row!.status === null) return "unknown";
  } catch (error) {
    // "transaction ID is in the future": this server took over from the one that lost it.
    if (isServerFailure(error) && error.code === "22023") return "lost";
    throw error;
  }
  if (end) {
    await connection.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid::text = ($1::bigint % 4294967296)::text",
      xid,
    );
  }
  return "open";
}
