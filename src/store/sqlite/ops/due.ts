/** What time alone changes: jobs whose time has come, and jobs whose time is over. */

import type { JobId } from "../../../core/job.ts";
import type { Connection } from "../connection.ts";
import { settle } from "./settle.ts";

/** Jobs changed by one claim. A larger crowd takes several claims, and none of them holds the event loop for long. */
const MAX_AT_ONCE = 20_000;

/** Fails jobs that have not started by their deadline, whatever they wait for. */
export function expireOverdue(db: Connection, now: number): void {
  const overdue = "status <= 2 AND start_by IS NOT NULL AND start_by < ?1";
  if (!db.exists(`SELECT 1 AS found FROM job_state WHERE ${overdue} LIMIT 1`, now)) return;
  const rows = db.all<{ id: JobId }>(
    `
    UPDATE job_state SET status = 5, reason = 'expired', waiting_on = 0, finished_at = ?1
    WHERE id IN (SELECT id FROM job_state WHERE ${overdue} ORDER BY start_by LIMIT ${MAX_AT_ONCE})
    RETURNING id`,
    now,
  );
  settle(db, rows.map((row) => row.id), now);
}

/** Makes scheduled jobs ready, those that came due first before others. */
export function promoteDue(db: Connection, now: number): void {
  if (!db.exists("SELECT 1 AS found FROM job_state WHERE status = 1 AND due_at <= ? LIMIT 1", now)) return;
  db.run(
    `
    UPDATE job_state SET status = 2 WHERE id IN (
      SELECT id FROM job_state WHERE status = 1 AND due_at <= ? ORDER BY due_at LIMIT ${MAX_AT_ONCE}
    )`,
    now,
  );
}
