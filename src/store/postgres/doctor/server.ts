/** The server: what it is, how it is reached, what it promises. */

import { counted } from "../../../core/counted.ts";
import type { Finding } from "../../../core/ports.ts";
import { ok, problem, warning } from "../../finding.ts";
import type { Place } from "../place.ts";
import type { Sql } from "../sql.ts";

/** Fewer than this, and a worker that comes may find no room. */
const FEW_CONNECTIONS = 10;

interface About {
  readonly version: string;
  readonly tls: string | null;
  readonly away: boolean;
}

/** The checks `server` and `tls`. */
export async function* describe(sql: Sql, { server, database, user }: Place): AsyncGenerator<Finding> {
  const about = await sql.get<About>(`
    SELECT current_setting('server_version') AS version,
      (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl) AS tls,
      inet_client_addr() IS NOT NULL AND NOT (inet_client_addr() << '127.0.0.0/8' OR inet_client_addr() = '::1') AS away`);
  const { version, tls, away } = about!;
  yield ok("server", `PostgreSQL ${version} at ${server}/${database}, as user ${user}`);
  if (tls !== null) yield ok("tls", `The connection is encrypted: ${tls}`);
  else if (away) {
    yield warning(
      "tls",
      `The connection to ${server} is not encrypted, so payloads and results can be read on the way`,
      "Say sslmode=verify-full in the address",
    );
  }
}

/**
 * The check `durability`.
 *
 * @param settings Of the server, by name
 */
export function checkDurability(settings: ReadonlyMap<string, string>): Finding {
  if (settings.get("fsync") === "off") {
    return problem(
      "durability",
      "fsync is off: a power cut can lose or damage everything",
      "Set fsync = on in postgresql.conf",
    );
  }
  if (settings.get("full_page_writes") === "off") {
    return warning(
      "durability",
      "full_page_writes is off: a power cut can damage pages on most disks",
      "Set full_page_writes = on, unless the file system keeps pages whole",
    );
  }
  if (settings.get("synchronous_commit") === "off") {
    return warning(
      "durability",
      "synchronous_commit is off: a crash of the server can lose the last jobs that were submitted",
      "ALTER ROLE … SET synchronous_commit = on, for the role that GigQ uses",
    );
  }
  return ok(
    "durability",
    `What was stored survives a power cut: synchronous_commit is ${settings.get("synchronous_commit")}`,
  );
}

/** The check `connections`. */
export async function checkConnections(sql: Sql): Promise<Finding> {
  const row = await sql.get<{ most: number; used: number }>(`
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
      (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used`);
  const { most, used } = row!;
  const message = `${counted(most - used, "connection")} of ${most} left`;
  if (most - used >= FEW_CONNECTIONS) return ok("connections", message);
  return warning(
    "connections",
    message,
    "Raise max_connections, give each process fewer with pool=N, or put PgBouncer before the server",
  );
}
