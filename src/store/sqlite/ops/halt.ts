/** Halts runs in which too many jobs have failed. */

import { isHalting } from "../../../core/max_fails.ts";
import type { JobId } from "../../../core/job.ts";
import type { Connection } from "../connection.ts";

const WATCHED = "halted_at IS NULL AND (max_fails IS NOT NULL OR max_fails_percent IS NOT NULL)";

interface Run {
  readonly id: number;
  readonly max_fails: number | null;
  readonly max_fails_percent: number | null;
  readonly failed: number;
  /** Counted only where it matters. */
  readonly total: number;
}

/**
 * Looks at the runs of jobs that have just become final; returns the pending jobs that it cancelled, whose children
 * are still to be told. Next to nothing where no run has a limit.
 */
export function haltRuns(db: Connection, ended: readonly JobId[], now: number): JobId[] {
  if (!db.exists(`SELECT 1 AS found FROM workflows WHERE ${WATCHED} LIMIT 1`)) return [];
  const runs = db.all<Run>(
    `
    SELECT id, max_fails, max_fails_percent,
      (SELECT count(*) FROM job_state s WHERE s.status = 5 AND s.workflow = w.id) AS failed,
      CASE WHEN max_fails_percent IS NULL THEN 0 ELSE
        (SELECT count(*) FROM jobs j WHERE j.workflow = w.id)
      END AS total
    FROM workflows w
    WHERE ${WATCHED} AND id IN (
      SELECT s.workflow FROM json_each(?) p CROSS JOIN job_state s ON s.id = p.value
      WHERE s.status = 5 AND s.workflow IS NOT NULL
    )`,
    JSON.stringify(ended),
  );
  const halted = runs.filter((run) => isHalting(limitOf(run), run.failed, run.total)).map((run) => run.id);
  return halted.length === 0 ? [] : cancelPending(db, JSON.stringify(halted), now);
}

function limitOf({ max_fails, max_fails_percent }: Run): { count: number } | { percent: number } {
  return max_fails === null ? { percent: max_fails_percent! } : { count: max_fails };
}

/** Those that wait for nothing but successes; the others are there for when something fails. */
function cancelPending(db: Connection, runs: string, now: number): JobId[] {
  db.run("UPDATE workflows SET halted_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))", runs, now);
  const rows = db.all<{ id: JobId }>(
    `
    UPDATE job_state SET status = 6, waiting_on = 0, finished_at = ?2
    WHERE id IN (
      SELECT s.id FROM json_each(?1) w
      CROSS JOIN jobs j ON j.workflow = w.value
      CROSS JOIN job_state s ON s.id = j.id
      WHERE s.status <= 2 AND NOT EXISTS (SELECT 1 FROM edges e WHERE e.child = s.id AND e.rule <> 0)
    )
    RETURNING id`,
    runs,
    now,
  );
  return rows.map((row) => row.id);
}

/** Runs that go on because somebody runs their jobs once more. */
export function resumeRuns(db: Connection, requeued: string): void {
  db.run(
    `
    UPDATE workflows SET halted_at = NULL WHERE halted_at IS NOT NULL AND id IN (
      SELECT s.workflow FROM json_each(?) p CROSS JOIN job_state s ON s.id = p.value
      WHERE s.workflow IS NOT NULL
    )`,
    requeued,
  );
}
