/** What a server holds of queues. */

import { PostgresServer } from "./postgres_server.ts";
import type { Server } from "./process.ts";
import { RedisServer } from "./redis_server.ts";

/** The number of schemas or keys that are not the server's own. */
export async function written(server: Server): Promise<number> {
  if (server instanceof RedisServer) return Number(await server.call("DBSIZE"));
  if (!(server instanceof PostgresServer)) throw new Error("Which server is that?");
  const own = "nspname ~ '^pg_' OR nspname IN ('public', 'information_schema')";
  const [row] = await server.sql(`SELECT count(*)::int AS n FROM pg_namespace WHERE NOT (${own})`);
  return Number(row!.n);
}
