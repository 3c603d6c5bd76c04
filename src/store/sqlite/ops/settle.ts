/** Tells children that their parents ended, and theirs in turn. */

import type { JobId } from "../../../core/job.ts";
import { satisfiedSql } from "../codes.ts";
import type { Connection } from "../connection.ts";

/**
 * Settles the edges of jobs that have just become final. Each round is three statements, whatever the number of
 * children; a skipped child is a parent of the next round.
 */
export function settle(db: Connection, ended: readonly JobId[], now: number): void {
  let parents = ended;
  while (parents.length > 0) {
    const ids = JSON.stringify(parents);
    const edges = lookAtEdges(db, ids);
    if (edges === "none") return;
    parents = edges === "broken" ? skipChildren(db, ids, now) : [];
    wakeChildren(db, ids, now);
  }
}

/** Whether there are edges from these parents, and whether some are not satisfied. */
function lookAtEdges(db: Connection, ids: string): "none" | "satisfied" | "broken" {
  if (!db.exists("SELECT 1 AS found FROM edges LIMIT 1")) return "none";
  const { broken } = db.get<{ broken: number | null }>(
    `
    SELECT max(NOT ${satisfiedSql("e.rule", "s.status")}) AS broken FROM json_each(?) p
    CROSS JOIN edges e ON e.parent = p.value
    CROSS JOIN job_state s ON s.id = p.value`,
    ids,
  )!;
  return broken === null ? "none" : broken === 1 ? "broken" : "satisfied";
}

function skipChildren(db: Connection, ids: string, now: number): JobId[] {
  const rows = db.all<{ id: JobId }>(
    `
    UPDATE job_state SET status = 7, waiting_on = 0, finished_at = ?2
    WHERE status = 0 AND id IN (
      SELECT e.child FROM json_each(?1) p
      CROSS JOIN edges e ON e.parent = p.value
      CROSS JOIN job_state s ON s.id = e.parent
      WHERE NOT ${satisfiedSql("e.rule", "s.status")}
    )
    RETURNING id`,
    ids,
    now,
  );
  return rows.map((row) => row.id);
}

/** Every edge left is satisfied, since a child with another one is no longer blocked. */
function wakeChildren(db: Connection, ids: string, now: number): void {
  db.run(
    `
    UPDATE job_state SET
      waiting_on = waiting_on - d.settled,
      status = CASE WHEN waiting_on > d.settled THEN 0 WHEN due_at > ?2 THEN 1 ELSE 2 END,
      due_at = CASE WHEN waiting_on > d.settled THEN due_at ELSE max(due_at, ?2) END
    FROM (
      SELECT e.child, count(*) AS settled FROM json_each(?1) p
      CROSS JOIN edges e ON e.parent = p.value
      GROUP BY e.child
    ) AS d
    WHERE job_state.id = d.child AND job_state.status = 0`,
    ids,
    now,
  );
}
