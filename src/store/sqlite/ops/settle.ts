/** Tells all who wait that jobs ended, and those who wait for them in turn; halts runs that fail too much. */

import type { JobId } from "../../../core/job.ts";
import { satisfiedSql } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { forgetCompleted } from "./checkpoints.ts";
import { haltRuns } from "./halt.ts";
import { settleHolds } from "./holds.ts";
import { type InUse, inUse } from "./in_use.ts";
import { wake } from "./wake.ts";

const EDGES = { table: "edges", waits: "child", awaited: "parent" };

/** Settles what depends on jobs that have just become final. */
export function settle(db: Connection, ended: readonly JobId[], now: number): void {
  if (ended.length === 0) return;
  const use = inUse(db);
  if (use.checkpoints) forgetCompleted(db, ended);
  if (!use.edges && !use.holds && !use.limits) return;
  for (let ids = ended; ids.length > 0;) {
    const all = settleRounds(db, ids, use, now);
    ids = use.limits ? haltRuns(db, all, now) : [];
  }
}

/**
 * Each round is a few statements, whatever the number of children; a skipped child, or one that failed again with its
 * canary, is a parent of the next round. Returns all jobs that ended.
 */
function settleRounds(
  db: Connection,
  ended: readonly JobId[],
  use: InUse,
  now: number,
): readonly JobId[] {
  let all = ended;
  for (let parents = ended; parents.length > 0;) {
    const ids = JSON.stringify(parents);
    const again = use.holds ? settleHolds(db, ids, now) : [];
    const edges = use.edges ? lookAtEdges(db, ids) : "none";
    const skipped = edges === "broken" ? skipChildren(db, ids, now) : [];
    // Every edge left is satisfied, since a child with another one is no longer blocked.
    if (edges !== "none") wake(db, EDGES, ids, now);
    parents = again.length === 0 ? skipped : [...again, ...skipped];
    if (parents.length > 0) all = [...all, ...parents];
  }
  return all;
}

/** Whether there are edges from these parents, and whether some are not satisfied. */
function lookAtEdges(db: Connection, ids: string): "none" | "satisfied" | "broken" {
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
