/** What time alone changes: jobs whose time has come, and jobs whose time is over. */

import type { JobId } from "../../../core/job.ts";
import type { Connection } from "../connection.ts";
import { NOT_OPEN_SQL } from "../state.ts";
import { settle } from "./settle.ts";

/** Jobs changed by one claim. A larger crowd takes several claims, and none of them holds the event loop for long. */
const MAX_AT_ONCE = 20_000;

const OVERDUE_SQL = "status <= 2 AND start_by IS NOT NULL AND start_by < ?1";

const OVERDUE = 1;
const DUE = 2;
const NOT_OPEN = 4;

/** One statement instead of one for each question. */
const AHEAD_SQL = `
  SELECT
    ${OVERDUE} * EXISTS (SELECT 1 FROM job_state WHERE ${OVERDUE_SQL}) +
    ${DUE} * EXISTS (SELECT 1 FROM job_state WHERE status = 1 AND due_at <= ?1) +
    ${NOT_OPEN} * EXISTS (${NOT_OPEN_SQL}) AS bits`;

/** What has to be done before jobs are handed out, and whether they may be. */
export interface Ahead {
  readonly overdue: boolean;
  readonly due: boolean;
  readonly isOpen: boolean;
}

export function lookAhead(db: Connection, now: number): Ahead {
  const { bits } = db.get<{ bits: number }>(AHEAD_SQL, now)!;
  return { overdue: (bits & OVERDUE) !== 0, due: (bits & DUE) !== 0, isOpen: (bits & NOT_OPEN) === 0 };
}

/** Fails jobs that have not started by their deadline, whatever they wait for. */
export function expireOverdue(db: Connection, now: number): void {
  const rows = db.all<{ id: JobId }>(
    `
    UPDATE job_state SET status = 5, reason = 'expired', waiting_on = 0, finished_at = ?1
    WHERE id IN (SELECT id FROM job_state WHERE ${OVERDUE_SQL} ORDER BY start_by LIMIT ${MAX_AT_ONCE})
    RETURNING id`,
    now,
  );
  settle(db, rows.map((row) => row.id), now);
}

/** Makes scheduled jobs ready, those that came due first before others. */
export function promoteDue(db: Connection, now: number): void {
  db.run(
    `
    UPDATE job_state SET status = 2 WHERE id IN (
      SELECT id FROM job_state WHERE status = 1 AND due_at <= ? ORDER BY due_at LIMIT ${MAX_AT_ONCE}
    )`,
    now,
  );
}
