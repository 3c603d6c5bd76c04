/**
 * Skips those that do not get what they wait for, and all below that wait for them in turn: a chain of a thousand jobs
 * takes as many statements as one of two.
 *
 * They are locked first, since one of them may be failed by somebody else, who then tells its children. What is below is
 * looked for again among those that are locked. A child that is stored meanwhile is found by the next look at its parent.
 */

import type { JobId } from "../../../core/job.ts";
import { satisfiedSql } from "../../codes.ts";
import type { Tx } from "../tx.ts";

/** The blocked jobs below $1 that are to be skipped. Subqueries, so that each step of the way is a seek in an index. */
function belowSql(also: string): string {
  return `
  WITH RECURSIVE ended AS MATERIALIZED (
    SELECT id, status FROM gigq.job_state WHERE id = ANY($1::bigint[])
  ), below (id) AS (
    SELECT e.child FROM ended p CROSS JOIN LATERAL (
      SELECT child, rule FROM gigq.edges WHERE parent = p.id OFFSET 0
    ) e
    WHERE NOT ${satisfiedSql("e.rule", "p.status")} AND ${isBlocked("e.child")}
    UNION
    SELECT e.child FROM below b CROSS JOIN LATERAL (
      SELECT child FROM gigq.edges WHERE parent = b.id AND rule <> 2 OFFSET 0
    ) e
    WHERE ${isBlocked("e.child")}${also}
  )`;
}

function isBlocked(id: string): string {
  return `(SELECT c.status FROM gigq.job_state c WHERE c.id = ${id}) = 0`;
}

export const LOCK_BELOW_SQL = `${belowSql("")}
  SELECT id FROM gigq.job_state WHERE status = 0 AND id = ANY(ARRAY(SELECT id FROM below))
  ORDER BY id FOR UPDATE`;

export const SKIP_BELOW_SQL = `${belowSql(" AND e.child IN (SELECT unnest($2::bigint[]))")}
  UPDATE gigq.job_state SET status = 7, waiting_on = 0, finished_at = $3
  WHERE id = ANY(ARRAY(SELECT id FROM below)) AND id = ANY($2::bigint[])
  RETURNING id`;

/** Returns those that were skipped. */
export async function skipBelow(tx: Tx, ended: readonly JobId[], now: number): Promise<JobId[]> {
  const held = await tx.all<{ id: JobId }>(LOCK_BELOW_SQL, ended);
  if (held.length === 0) return [];
  const rows = await tx.all<{ id: JobId }>(SKIP_BELOW_SQL, ended, held.map((row) => row.id), now);
  return rows.map((row) => row.id);
}
