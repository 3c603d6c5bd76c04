/** Whether the server tidies up after updates: a claim steps over what it leaves behind. */

import { counted } from "../../../core/counted.ts";
import type { Finding } from "../../../core/ports.ts";
import { ago, ok, warning } from "../../finding.ts";
import type { Place } from "../place.ts";
import type { Sql } from "../sql.ts";

/** Autovacuum of our tables starts far earlier. */
const MANY_DEAD = 100_000;
/** Dead rows beyond this part of the living are many. */
const DEAD_PART = 0.5;
/** What is older keeps rows that were dead before it began. */
const LONG_MS = 5 * 60_000;

/** The check `vacuum`. */
export async function* checkVacuum(sql: Sql, { schema }: Place): AsyncGenerator<Finding> {
  const setting = await sql.get<{ on: boolean }>("SELECT current_setting('autovacuum')::bool AS on");
  if (!setting!.on) {
    yield warning(
      "vacuum",
      "autovacuum is off: claims become slower with every job that runs",
      "Set autovacuum = on in postgresql.conf",
    );
  }
  const rows = await sql.all<{ name: string; dead: number; live: number }>(
    `
    SELECT relname AS name, n_dead_tup AS dead, n_live_tup AS live FROM pg_stat_user_tables
    WHERE schemaname = $1 AND n_dead_tup > $2::bigint AND n_dead_tup > n_live_tup * $3::float8`,
    schema,
    MANY_DEAD,
    DEAD_PART,
  );
  for (const { name, dead, live } of rows) {
    yield warning(
      "vacuum",
      `Table ${name} has ${counted(dead, "dead row")} beside ${live}: autovacuum is behind`,
      `VACUUM "${schema}".${name}; look for what holds it back if they stay`,
    );
  }
  if (setting!.on && rows.length === 0) yield ok("vacuum", "Dead rows are tidied up");
}

interface Holder {
  readonly what: string;
  readonly age_ms: number;
  readonly end: string;
}

/** The check `transactions`: those of others that keep dead rows alive. */
export async function checkTransactions(sql: Sql): Promise<Finding> {
  const oldest = await sql.get<Holder>(
    `
    SELECT * FROM (
      SELECT 'session ' || pid || coalesce(' of ' || usename, '') || coalesce(' (' || nullif(application_name, '') || ')', '')
          AS what,
        extract(epoch FROM now() - xact_start)::float8 * 1000 AS age_ms, 'SELECT pg_terminate_backend(' || pid || ')' AS end
      FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND xact_start IS NOT NULL AND backend_type = 'client backend'
      UNION ALL
      SELECT 'prepared transaction ' || gid, extract(epoch FROM now() - prepared)::float8 * 1000,
        'ROLLBACK PREPARED ' || quote_literal(gid)
      FROM pg_prepared_xacts
    ) held WHERE age_ms > $1::float8 ORDER BY age_ms DESC LIMIT 1`,
    LONG_MS,
  );
  if (oldest === undefined) return ok("transactions", "No old transaction keeps dead rows alive");
  return warning(
    "transactions",
    `A transaction began ${ago(oldest.age_ms)} and keeps dead rows alive: ${oldest.what}`,
    `End it: ${oldest.end}`,
  );
}
