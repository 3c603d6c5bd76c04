/** Schedules that nobody fires. */

import type { Finding } from "../../../core/ports.ts";
import { OVERDUE_MS, overdueFinding } from "../../overdue_finding.ts";
import type { Sql } from "../sql.ts";
import { NOW } from "./stuck.ts";

/** The check `schedules`. */
export async function checkSchedules(sql: Sql): Promise<Finding> {
  const [first] = await sql.all<{ name: string; nextAt: number; count: number; now: number }>(
    `
    SELECT name, next_at AS "nextAt", count(*) OVER () AS count, ${NOW} AS now FROM gigq.schedules
    WHERE next_at < ${NOW} - $1::bigint ORDER BY next_at, id LIMIT 1`,
    OVERDUE_MS,
  );
  return overdueFinding({ count: first?.count ?? 0, first: first ?? null }, first?.now ?? 0);
}
