/** The attempts of one job. */

import type { Decision } from "../../../core/failure.ts";
import type { Attempt, AttemptOutcome, JobError, JobId } from "../../../core/job.ts";
import type { Connection } from "../connection.ts";

interface AttemptRow {
  readonly number: number;
  readonly worker: number | null;
  readonly outcome: AttemptOutcome;
  readonly started_at: number;
  readonly finished_at: number | null;
  readonly wait_ms: number;
  readonly wall_ms: number | null;
  readonly cpu_ms: number | null;
  readonly max_rss: number | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly error: string | null;
  readonly decision: string | null;
}

const ENDED = `
  number, worker, outcome, started_at, finished_at, wait_ms,
  wall_ms, cpu_ms, max_rss, exit_code, signal, error, decision`;

/** The attempts of many jobs that ended, oldest first. */
export function endedAttempts(db: Connection, ids: readonly JobId[]): ReadonlyMap<JobId, Attempt[]> {
  const rows = db.all<AttemptRow & { job: JobId }>(
    `SELECT job, ${ENDED} FROM attempts WHERE job IN (SELECT value FROM json_each(?)) ORDER BY job, number`,
    JSON.stringify(ids),
  );
  const found = new Map<JobId, Attempt[]>();
  for (const row of rows) {
    const known = found.get(row.job);
    if (known === undefined) found.set(row.job, [toAttempt(db, row)]);
    else known.push(toAttempt(db, row));
  }
  return found;
}

/** The running attempt has no record yet: its row is made of the job's state. */
export function attempts(db: Connection, id: JobId): readonly Attempt[] {
  const rows = db.all<AttemptRow>(
    `
    SELECT ${ENDED} FROM attempts WHERE job = ?1
    UNION ALL
    SELECT attempt, worker, 'running', started_at, NULL, max(0, started_at - due_at),
      NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM job_state WHERE id = ?1 AND status = 3
    ORDER BY number`,
    id,
  );
  return rows.map((row) => toAttempt(db, row));
}

function toAttempt(db: Connection, row: AttemptRow): Attempt {
  return {
    number: row.number,
    worker: db.workers.get(row.worker)?.id ?? null,
    outcome: row.outcome,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    waitMs: row.wait_ms,
    wallMs: row.wall_ms,
    cpuMs: row.cpu_ms,
    maxRssBytes: row.max_rss,
    exitCode: row.exit_code,
    signal: row.signal,
    error: row.error === null ? null : JSON.parse(row.error) as JobError,
    decision: row.decision === null ? null : JSON.parse(row.decision) as Decision,
  };
}
