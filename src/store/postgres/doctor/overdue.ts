/** Schedules that nobody fires. */

import type { Finding } from "../../../core/ports.ts";
import { OVERDUE_MS, overdueFinding } from "../../overdue_finding.ts";
import type { Sql } from "../sql.ts";
import { NOW } from "./stuck.ts";

interface OverdueRow {
  readonly name: string;
  readonly nextAt: number;
  readonly overdue: number;
}

/** The check `schedules`; `null` where there are none. */
export async function checkSchedules(sql: Sql): Promise<Finding | null> {
  const all = await sql.get<{ count: number; now: number }>(
    `SELECT count(*) AS count, ${NOW} AS now FROM gigq.schedules`,
  );
  const first = await sql.get<OverdueRow>(
    `
    SELECT name, next_at AS "nextAt", count(*) OVER () AS overdue FROM gigq.schedules
    WHERE next_at < $1::bigint ORDER BY next_at, id LIMIT 1`,
    all!.now - OVERDUE_MS,
  );
  return overdueFinding(
    { schedules: all!.count, overdue: first?.overdue ?? 0, first: first ?? null },
    all!.now,
  );
}
