/** Halts runs in which too many jobs have failed. */

import { isHalting } from "../../../core/max_fails.ts";
import type { JobId } from "../../../core/job.ts";
import type { Connection } from "../connection.ts";
import { LIMITED } from "./in_use.ts";

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
 * are still to be told.
 */
export function haltRuns(db: Connection, ended: readonly JobId[], now: number): JobId[] {
  const failed = noteFailures(db, JSON.stringify(ended));
  if (failed.length === 0) return [];
  const runs = db.all<Run>(
    `
    SELECT id, max_fails, max_fails_percent,
      (SELECT count(*) FROM run_failures f WHERE f.workflow = w.id) AS failed,
      CASE WHEN max_fails_percent IS NULL THEN 0 ELSE
        (SELECT count(*) FROM jobs j WHERE j.workflow = w.id)
      END AS total
    FROM workflows w WHERE halted_at IS NULL AND id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(failed),
  );
  const halted = runs.filter((run) => isHalting(limitOf(run), run.failed, run.total)).map((run) => run.id);
  return halted.length === 0 ? [] : cancelPending(db, JSON.stringify(halted), now);
}

/** Keeps which jobs of runs with a limit failed; returns those runs. */
export function noteFailures(db: Connection, ended: string): number[] {
  const rows = db.all<{ workflow: number }>(
    `
    INSERT OR REPLACE INTO run_failures (workflow, job)
    SELECT s.workflow, s.id FROM json_each(?) p
    CROSS JOIN job_state s ON s.id = p.value
    CROSS JOIN workflows w ON w.id = s.workflow
    WHERE s.status = 5 AND (${LIMITED})
    RETURNING workflow`,
    ended,
  );
  return rows.map((row) => row.workflow);
}

/** Jobs that have not failed any more: somebody runs them once more. With them, their runs go on. */
export function resumeRuns(db: Connection, requeued: string): void {
  db.run("DELETE FROM run_failures WHERE job IN (SELECT value FROM json_each(?))", requeued);
  db.run(
    `
    UPDATE workflows SET halted_at = NULL WHERE halted_at IS NOT NULL AND id IN (
      SELECT s.workflow FROM json_each(?) p CROSS JOIN job_state s ON s.id = p.value
      WHERE s.workflow IS NOT NULL
    )`,
    requeued,
  );
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
