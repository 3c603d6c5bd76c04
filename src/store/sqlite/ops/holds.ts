/** Canaries: jobs that failed wait for a few of them to complete before they run again. */

import type { FailReason, JobId } from "../../../core/job.ts";
import type { Connection } from "../connection.ts";
import { wake } from "./wake.ts";

const HOLDS = { table: "holds", waits: "job", awaited: "canary" };

/** Lets each job wait for each canary; their `waiting_on` is the caller's. */
export function hold(db: Connection, jobs: readonly JobId[], canaries: readonly JobId[]): void {
  db.run(
    `
    INSERT INTO holds (job, canary)
    SELECT j.value, c.value FROM json_each(?1) j CROSS JOIN json_each(?2) c`,
    JSON.stringify(jobs),
    JSON.stringify(canaries),
  );
}

/** Which jobs any of these comes after, directly or not, by edges or as one that is held. */
export function above(db: Connection, ids: readonly JobId[]): ReadonlySet<JobId> {
  const rows = db.all<{ id: JobId }>(
    `
    WITH RECURSIVE before (id) AS (
      SELECT value FROM json_each(?)
      UNION
      SELECT e.parent FROM before b CROSS JOIN edges e ON e.child = b.id
      UNION
      SELECT h.canary FROM before b CROSS JOIN holds h ON h.job = b.id
    )
    SELECT id FROM before`,
    JSON.stringify(ids),
  );
  return new Set(rows.map((row) => row.id));
}

/** The canaries that each of these jobs still waits for, by rising id. */
export function canariesOf(db: Connection, ids: readonly JobId[]): ReadonlyMap<JobId, JobId[]> {
  const found = new Map<JobId, JobId[]>();
  if (ids.length === 0 || !db.exists("SELECT 1 AS found FROM holds LIMIT 1")) return found;
  const rows = db.all<{ job: JobId; canary: JobId }>(
    "SELECT job, canary FROM holds WHERE job IN (SELECT value FROM json_each(?)) ORDER BY job, canary",
    JSON.stringify(ids),
  );
  for (const { job, canary } of rows) {
    const known = found.get(job);
    if (known === undefined) found.set(job, [canary]);
    else known.push(canary);
  }
  return found;
}

/**
 * Settles the holds of jobs that have just become final: as held ones they wait for nobody any more; as canaries they
 * set free those they held, or fail them again. Returns the latter.
 */
export function settleHolds(db: Connection, ids: string, now: number): JobId[] {
  db.run("DELETE FROM holds WHERE job IN (SELECT value FROM json_each(?))", ids);
  const failed = failAgain(db, ids, now);
  const list = JSON.stringify(failed);
  // What failed without an attempt was not started in time, and is no dead letter.
  db.run(
    `
    INSERT INTO dead_letters (id)
    SELECT s.id FROM json_each(?) i CROSS JOIN job_state s ON s.id = i.value WHERE s.attempt > 0`,
    list,
  );
  db.run("DELETE FROM holds WHERE job IN (SELECT value FROM json_each(?))", list);
  // Those left are held by canaries that completed.
  wake(db, HOLDS, ids, now);
  db.run("DELETE FROM holds WHERE canary IN (SELECT value FROM json_each(?))", ids);
  return failed;
}

const REASONS = ["error", "exit", "signal", "timeout", "lost", "expired"] as const satisfies FailReason[];

/** As they were before: for the reason of the last attempt; without one, they were not started in time. */
function failAgain(db: Connection, ids: string, now: number): JobId[] {
  const rows = db.all<{ id: JobId }>(
    `
    UPDATE job_state SET
      status = 5, waiting_on = 0, finished_at = ?2,
      reason = coalesce((
        SELECT CASE WHEN outcome IN (${REASONS.map((reason) => `'${reason}'`)}) THEN outcome ELSE 'error' END
        FROM attempts a WHERE a.job = job_state.id AND a.number = job_state.attempt
      ), 'expired')
    WHERE status = 0 AND id IN (
      SELECT h.job FROM json_each(?1) p
      CROSS JOIN holds h ON h.canary = p.value
      CROSS JOIN job_state s ON s.id = p.value
      WHERE s.status <> 4
    )
    RETURNING id`,
    ids,
    now,
  );
  return rows.map((row) => row.id);
}
