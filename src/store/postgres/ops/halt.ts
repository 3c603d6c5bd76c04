/**
 * Halts runs in which too many jobs have failed. Whoever counts a failure has locked the row of the run before: of two
 * jobs that fail at once, the second is counted with the first, and one of them halts the run.
 */

import type { JobId } from "../../../core/job.ts";
import { isHalting } from "../../../core/max_fails.ts";
import type { Tx } from "../tx.ts";

/** Runs that failures can halt; the words of the index `workflows_limited`. */
export const LIMITED = "(max_fails IS NOT NULL OR max_fails_percent IS NOT NULL)";

interface Run {
  readonly id: number;
  readonly max_fails: number | null;
  readonly max_fails_percent: number | null;
  readonly failed: number;
  /** Counted only where it matters. */
  readonly total: number;
}

/** Locks the runs with a limit in which any of these jobs failed; returns their ids. Before their children are locked. */
export async function lockRuns(tx: Tx, ended: readonly JobId[]): Promise<number[]> {
  const rows = await tx.all<{ id: number }>(
    `
    SELECT id FROM gigq.workflows WHERE ${LIMITED} AND id = ANY(ARRAY(
      SELECT DISTINCT workflow FROM gigq.job_state WHERE id = ANY($1::bigint[]) AND status = 5
    ))
    ORDER BY id FOR NO KEY UPDATE`,
    ended,
  );
  return rows.map((row) => row.id);
}

/**
 * Looks at the runs of jobs that have just become final; returns the pending jobs that it cancelled, whose children
 * are still to be told.
 */
export async function haltRuns(tx: Tx, ended: readonly JobId[], now: number): Promise<JobId[]> {
  const ids = await lockRuns(tx, ended);
  if (ids.length === 0) return [];
  await noteFailures(tx, ended, ids);
  const runs = await tx.all<Run>(
    `
    SELECT id, max_fails, max_fails_percent,
      (SELECT count(*) FROM gigq.run_failures f WHERE f.workflow = w.id) AS failed,
      CASE WHEN max_fails_percent IS NULL THEN 0 ELSE
        (SELECT count(*) FROM gigq.jobs j WHERE j.workflow = w.id)
      END AS total
    FROM gigq.workflows w WHERE halted_at IS NULL AND id = ANY($1::bigint[])`,
    ids,
  );
  const halted = runs.filter((run) => isHalting(limitOf(run), run.failed, run.total)).map((run) => run.id);
  return halted.length === 0 ? [] : await cancelPending(tx, halted, now);
}

/** Keeps which jobs of these runs failed. */
async function noteFailures(tx: Tx, ended: readonly JobId[], runs: readonly number[]): Promise<void> {
  await tx.run(
    `
    INSERT INTO gigq.run_failures (workflow, job)
    SELECT workflow, id FROM gigq.job_state
    WHERE id = ANY($1::bigint[]) AND status = 5 AND workflow = ANY($2::bigint[])
    ON CONFLICT DO NOTHING`,
    ended,
    runs,
  );
}

/** Jobs that have not failed any more: somebody runs them once more. With them, their runs go on. */
export async function resumeRuns(tx: Tx, requeued: readonly JobId[]): Promise<void> {
  await tx.run("DELETE FROM gigq.run_failures WHERE job = ANY($1::bigint[])", requeued);
  await tx.run(
    `
    UPDATE gigq.workflows SET halted_at = NULL WHERE halted_at IS NOT NULL AND id = ANY(ARRAY(
      SELECT DISTINCT workflow FROM gigq.job_state WHERE id = ANY($1::bigint[]) AND workflow IS NOT NULL
    ))`,
    requeued,
  );
}

function limitOf({ max_fails, max_fails_percent }: Run): { count: number } | { percent: number } {
  return max_fails === null ? { percent: max_fails_percent! } : { count: max_fails };
}

/** Those that wait for nothing but successes; the others are there for when something fails. */
async function cancelPending(tx: Tx, runs: readonly number[], now: number): Promise<JobId[]> {
  await tx.run("UPDATE gigq.workflows SET halted_at = $2 WHERE id = ANY($1::bigint[])", runs, now);
  const rows = await tx.all<{ id: JobId }>(
    `
    WITH held AS MATERIALIZED (
      SELECT id FROM gigq.job_state
      WHERE status <= 2 AND id = ANY(ARRAY(
        SELECT j.id FROM gigq.jobs j WHERE j.workflow = ANY($1::bigint[])
          AND NOT EXISTS (SELECT 1 FROM gigq.edges e WHERE e.child = j.id AND e.rule <> 0)
      ))
      ORDER BY id FOR UPDATE
    )
    UPDATE gigq.job_state s SET status = 6, waiting_on = 0, finished_at = $2
    FROM held h WHERE s.id = h.id RETURNING s.id`,
    runs,
    now,
  );
  return rows.map((row) => row.id);
}
