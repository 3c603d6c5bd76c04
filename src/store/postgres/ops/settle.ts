/**
 * Tells all who wait that jobs ended, and those who wait for them in turn; halts runs that fail too much.
 *
 * The jobs that ended are locked, and whoever stores a child of one asks for that lock before (see `enqueue.ts`). So what
 * is read here, in statements after the one that ended them, is all there is. Jobs that become final here are locked just
 * so. Two parents that end at once meet at the row of their child: the second waits, and counts on from what it finds.
 */

import type { JobId } from "../../../core/job.ts";
import { satisfiedSql } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { forgetCompleted } from "./checkpoints.ts";
import { haltRuns, LIMITED, lockRuns } from "./halt.ts";
import { settleHolds } from "./holds.ts";
import { skipBelow } from "./skip.ts";
import { wake } from "./wake.ts";

const EDGES = { table: "edges", waits: "child", awaited: "parent" };

/** What there is to do for jobs that ended: mostly nothing, and then one look was all. */
interface Dependents {
  /** Whether any has children. */
  readonly edges: boolean;
  /** Whether some children do not get what they wait for. */
  readonly broken: boolean;
  readonly holds: boolean;
  /** Whether there are runs with a limit of failures. */
  readonly limits: boolean;
  readonly checkpoints: boolean;
}

/** Sets are bound by arrays, not by joins with large tables: those a planner without statistics would walk. */
export const DEPENDENTS_SQL = `
  WITH ended AS MATERIALIZED (
    SELECT id, status FROM gigq.job_state WHERE id = ANY($1::bigint[])
  ), edges AS MATERIALIZED (
    SELECT bool_or(NOT ${satisfiedSql("e.rule", "p.status")}) AS broken
    FROM gigq.edges e JOIN ended p ON p.id = e.parent WHERE e.parent = ANY($1::bigint[])
  )
  SELECT
    broken IS NOT NULL AS edges,
    coalesce(broken, false) AS broken,
    EXISTS (SELECT 1 FROM gigq.holds WHERE canary = ANY($1::bigint[])) OR
      EXISTS (SELECT 1 FROM gigq.holds WHERE job = ANY($1::bigint[])) AS holds,
    EXISTS (SELECT 1 FROM gigq.workflows WHERE ${LIMITED}) AS limits,
    EXISTS (SELECT 1 FROM gigq.checkpoints WHERE job = ANY($1::bigint[])) AS checkpoints
  FROM edges`;

/** Settles what depends on jobs that have just become final, and are locked. */
export async function settle(tx: Tx, ended: readonly JobId[], now: number): Promise<void> {
  if (ended.length === 0) return;
  let dependents = await dependentsOf(tx, ended);
  if (dependents.checkpoints) await forgetCompleted(tx, ended);
  if (!dependents.edges && !dependents.holds && !dependents.limits) return;
  if (dependents.limits) await lockRuns(tx, ended);
  const { limits } = dependents;
  for (let ids = ended; ids.length > 0;) {
    const all = await settleRounds(tx, ids, dependents, now);
    ids = limits ? await haltRuns(tx, all, now) : [];
    if (ids.length > 0) dependents = await dependentsOf(tx, ids);
  }
}

async function dependentsOf(tx: Tx, ids: readonly JobId[]): Promise<Dependents> {
  return (await tx.get<Dependents>(DEPENDENTS_SQL, ids))!;
}

/**
 * Each round is a few statements, whatever the number of children; those that were skipped, or failed again with their
 * canary, are the parents of the next round. Returns all jobs that ended.
 */
async function settleRounds(
  tx: Tx,
  ended: readonly JobId[],
  first: Dependents,
  now: number,
): Promise<readonly JobId[]> {
  let all = ended;
  let dependents = first;
  for (let parents = ended; parents.length > 0;) {
    const again = dependents.holds ? await settleHolds(tx, parents, now) : [];
    const skipped = dependents.broken ? await skipBelow(tx, parents, now) : [];
    // Every edge left is satisfied, since a child with another one is no longer blocked.
    if (dependents.edges) await wake(tx, EDGES, parents, now);
    parents = again.length === 0 ? skipped : [...again, ...skipped];
    if (parents.length > 0) {
      all = [...all, ...parents];
      dependents = await dependentsOf(tx, parents);
    }
  }
  return all;
}
