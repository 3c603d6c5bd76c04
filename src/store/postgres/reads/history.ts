/** The attempts of one job. */

import type { Decision } from "../../../core/failure.ts";
import type { Attempt, AttemptOutcome, JobError, JobId } from "../../../core/job.ts";
import type { Sql } from "../sql.ts";

interface AttemptRow {
  readonly number: number;
  readonly worker: string | null;
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

/** The running attempt has no record yet: its row is made of the job's state. */
export async function attempts(sql: Sql, id: JobId): Promise<readonly Attempt[]> {
  const rows = await sql.all<AttemptRow>(
    `
    SELECT a.*, w.name AS worker FROM (
      SELECT number, worker AS worker_id, outcome, started_at, finished_at, wait_ms,
        wall_ms, cpu_ms, max_rss, exit_code, signal, error, decision
      FROM gigq.attempts WHERE job = $1::bigint
      UNION ALL
      SELECT attempt, worker, 'running', started_at, NULL, greatest(0, started_at - due_at),
        NULL, NULL, NULL, NULL, NULL, NULL, NULL
      FROM gigq.job_state WHERE id = $1::bigint AND status = 3
    ) a LEFT JOIN gigq.workers w ON w.id = a.worker_id
    ORDER BY a.number`,
    id,
  );
  return rows.map((row) => ({
    number: row.number,
    worker: row.worker,
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
  }));
}
