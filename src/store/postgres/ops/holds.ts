/** Canaries: jobs that failed wait for a few of them to complete before they run again. */

import type { FailReason, JobId } from "../../../core/job.ts";
import type { Tx } from "../tx.ts";
import { wake } from "./wake.ts";

const HOLDS = { table: "holds", waits: "job", awaited: "canary" };

/** Lets each job wait for each canary; their `waiting_on` is the caller's. */
export async function hold(tx: Tx, jobs: readonly JobId[], canaries: readonly JobId[]): Promise<void> {
  await tx.run(
    `
    INSERT INTO gigq.holds (job, canary)
    SELECT j, c FROM unnest($1::bigint[]) j CROSS JOIN unnest($2::bigint[]) c`,
    jobs,
    canaries,
  );
}

/** Which jobs any of these comes after, directly or not, by edges or as one that is held. */
export async function above(tx: Tx, ids: readonly JobId[]): Promise<ReadonlySet<JobId>> {
  const rows = await tx.all<{ id: JobId }>(
    `
    WITH RECURSIVE links AS NOT MATERIALIZED (
      SELECT child AS later, parent AS earlier FROM gigq.edges
      UNION ALL
      SELECT job, canary FROM gigq.holds
    ), before (id) AS (
      SELECT unnest($1::bigint[])
      UNION
      SELECT l.earlier FROM before b JOIN links l ON l.later = b.id
    )
    SELECT id FROM before`,
    ids,
  );
  return new Set(rows.map((row) => row.id));
}

/**
 * Settles the holds of jobs that have just become final: as held ones they wait for nobody any more; as canaries they
 * set free those they held, or fail them again. Returns the latter. Holds are made by a requeue alone, which works alone;
 * so what two canaries that end at once agree on is the row of the job they hold.
 */
export async function settleHolds(tx: Tx, ids: readonly JobId[], now: number): Promise<JobId[]> {
  await tx.run("DELETE FROM gigq.holds WHERE job = ANY($1::bigint[])", ids);
  const failed = await failAgain(tx, ids, now);
  if (failed.length > 0) {
    // What failed without an attempt was not started in time, and is no dead letter.
    await tx.run(
      `
      INSERT INTO gigq.dead_letters (id)
      SELECT id FROM gigq.job_state WHERE id = ANY($1::bigint[]) AND attempt > 0 ON CONFLICT DO NOTHING`,
      failed,
    );
    await tx.run("DELETE FROM gigq.holds WHERE job = ANY($1::bigint[])", failed);
  }
  // Those left are held by canaries that completed.
  await wake(tx, HOLDS, ids, now);
  await tx.run("DELETE FROM gigq.holds WHERE canary = ANY($1::bigint[])", ids);
  return failed;
}

const REASONS = ["error", "exit", "signal", "timeout", "lost", "expired"] as const satisfies FailReason[];

/** As they were before: for the reason of the last attempt; without one, they were not started in time. */
async function failAgain(tx: Tx, ids: readonly JobId[], now: number): Promise<JobId[]> {
  const rows = await tx.all<{ id: JobId }>(
    `
    WITH held AS MATERIALIZED (
      SELECT id FROM gigq.job_state
      WHERE status = 0 AND id = ANY(ARRAY(
        SELECT h.job FROM gigq.holds h JOIN gigq.job_state c ON c.id = h.canary
        WHERE h.canary = ANY($1::bigint[]) AND c.status <> 4
      ))
      ORDER BY id FOR UPDATE
    )
    UPDATE gigq.job_state s SET
      status = 5, waiting_on = 0, finished_at = $2,
      reason = coalesce((
        SELECT CASE WHEN a.outcome IN (${
      REASONS.map((reason) => `'${reason}'`)
    }) THEN a.outcome ELSE 'error' END
        FROM gigq.attempts a WHERE a.job = s.id AND a.number = s.attempt
      ), 'expired')
    FROM held h WHERE s.id = h.id RETURNING s.id`,
    ids,
    now,
  );
  return rows.map((row) => row.id);
}
