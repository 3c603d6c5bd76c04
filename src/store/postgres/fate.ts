/** What became of a transaction whose commit got no answer. */

import type { Connection } from "./connection.ts";
import { isServerFailure } from "./failure.ts";

/** `lost`: it never was, or was undone. */
export type Fate = "committed" | "lost" | "unknown";

/** A transaction, and the life of the server that gave it its number. */
export interface Begun {
  readonly xid: number;
  /** When it began, in seconds since the epoch, by the server. */
  readonly at: number;
  /** When the server was started, in the same way. */
  readonly server: number;
}

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
  begun: Begun,
  lend: <T>(use: (connection: Connection) => Promise<T>) => Promise<T>,
  timeoutMs: number,
): Promise<Fate> {
  const start = performance.now();
  for (;;) {
    const passed = performance.now() - start;
    const fate = await lend((connection) => look(connection, begun, passed > PATIENCE_MS)).catch(() =>
      "unreached"
    );
    if (fate === "committed" || fate === "lost" || fate === "unknown") return fate;
    if (passed > timeoutMs) return "unknown";
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/**
 * Whether the server has lived through from the begin of the transaction. After a crash it gives the last numbers away
 * once more, so that ours may have been committed by somebody else; so does a replica that took over. Its statistics
 * tell of a crash, which deletes them: it may have been that of another session, which restarts them all but the server.
 */
const LOOK = `
  SELECT txid_status($1::bigint) AS status,
    extract(epoch FROM pg_postmaster_start_time())::float8 = $3::float8
      AND coalesce((SELECT extract(epoch FROM stats_reset)::float8 FROM pg_stat_bgwriter) <= $2::float8, true) AS same`;

async function look(
  connection: Connection,
  { xid, at, server }: Begun,
  end: boolean,
): Promise<Fate | "open"> {
  try {
    const { status, same } =
      (await connection.get<{ status: string | null; same: boolean }>(LOOK, xid, at, server))!;
    if (status === "aborted") return "lost";
    // Or so old that the server has forgotten it.
    if (status === null) return "unknown";
    if (!same) return status === "committed" ? "unknown" : "lost";
    if (status === "committed") return "committed";
  } catch (error) {
    // "transaction ID is in the future": the server does not know of it any more, or took over from the one that did.
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
