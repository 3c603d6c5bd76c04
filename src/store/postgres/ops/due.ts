/**
 * What time alone changes: jobs whose time has come, and jobs whose time is over. Of several claims that come upon the
 * same jobs, each takes those that no other has in hand.
 */

import type { JobId } from "../../../core/job.ts";
import type { Tx } from "../tx.ts";
import { settle } from "./settle.ts";

/** Jobs changed by one claim. A larger crowd takes several claims, and none of them holds others up for long. */
const MAX_AT_ONCE = 20_000;

export const EXPIRE_SQL = `
  UPDATE gigq.job_state SET status = 5, reason = 'expired', waiting_on = 0, finished_at = $1
  WHERE id = ANY(ARRAY(
    SELECT id FROM gigq.job_state WHERE status <= 2 AND start_by IS NOT NULL AND start_by < $1::bigint
    ORDER BY start_by LIMIT ${MAX_AT_ONCE} FOR UPDATE SKIP LOCKED
  ))
  RETURNING id`;

export const PROMOTE_SQL = `
  UPDATE gigq.job_state SET status = 2
  WHERE id = ANY(ARRAY(
    SELECT id FROM gigq.job_state WHERE status = 1 AND due_at <= $1::bigint
    ORDER BY due_at LIMIT ${MAX_AT_ONCE} FOR NO KEY UPDATE SKIP LOCKED
  ))`;

/** Fails jobs that have not started by their deadline, whatever they wait for. */
export async function expireOverdue(tx: Tx, now: number): Promise<void> {
  const rows = await tx.all<{ id: JobId }>(EXPIRE_SQL, now);
  await settle(tx, rows.map((row) => row.id), now);
}

/** Makes scheduled jobs ready, those that came due first before others. */
export async function promoteDue(tx: Tx, now: number): Promise<void> {
  await tx.run(PROMOTE_SQL, now);
}
