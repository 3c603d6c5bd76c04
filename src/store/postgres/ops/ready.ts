/**
 * Takes the ready jobs that come next: higher priority first, then lower id, over any number of lanes.
 *
 * Each statement finds, locks and changes at once. Rows that another claim has locked are stepped over, not waited for,
 * and one that it has taken since this statement began is seen as it is now, no longer ready; so no job is handed out
 * twice, and no claim waits for another. The ids go through an array: what a `LIMIT` that the planner does not know
 * lets through would be guessed as a tenth of all jobs, and the table be read from end to end.
 */

import { FIRST_STARTED } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import type { ClaimRow } from "./claim.ts";
import type { Look } from "./look_around.ts";

/** What is to be taken, and by whom. */
export interface Taking {
  readonly limit: number;
  readonly workflow: number | undefined;
  readonly worker: number;
  readonly leaseUntil: number;
  readonly now: number;
}

/** A claim that takes what `ids` finds; its parameters are $5 and higher. */
function takeSql(ids: string, also = "", column = ""): string {
  return `
  WITH ${also}s AS (
    UPDATE gigq.job_state SET
      status = 3, attempt = attempt + 1, worker = $1, lease_until = $2, started_at = $3, start_by = NULL
    WHERE id = ANY(ARRAY(${ids}))
    RETURNING id, lane, priority, attempt, failures, due_at, workflow, first_started_at, started_at, status
  )
  SELECT s.id, s.lane, s.priority, s.attempt, s.failures, s.due_at, s.workflow,
    ${FIRST_STARTED} AS first_started_at, j.payload, j.policy, j.name, j.created_at, j.step,
    j.parents > 0 AND EXISTS (SELECT 1 FROM gigq.edges e WHERE e.child = s.id) AS has_parents,
    s.attempt > 1 AND EXISTS (SELECT 1 FROM gigq.checkpoints c WHERE c.job = s.id) AS has_checkpoint${column}
  FROM s JOIN gigq.jobs j ON j.id = s.id
  ORDER BY s.priority DESC, s.id`;
}

/** Walks the index `state_ready` in order, as far as it must. */
export const LANE_SQL = takeSql(`
  SELECT id FROM gigq.job_state WHERE status = 2 AND lane = $5
  ORDER BY priority DESC, id LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED`);

/** Walks the index `state_ready_workflow` in order; a workflow is small. */
export const RUN_SQL = takeSql(`
  SELECT id FROM gigq.job_state WHERE status = 2 AND workflow = $5 AND lane = ANY($6::int[])
  ORDER BY priority DESC, id LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED`);

/**
 * Looks at the first $6 of each lane, puts them in order, and locks one after the other until it has enough: those that
 * are not taken stay free for others.
 */
export const LANES_SQL = takeSql(
  `
  SELECT s.id FROM (SELECT id FROM candidates ORDER BY priority DESC, id) AS c CROSS JOIN LATERAL (
    SELECT id FROM gigq.job_state WHERE id = c.id AND status = 2 FOR NO KEY UPDATE SKIP LOCKED
  ) s LIMIT $4`,
  `
  candidates AS MATERIALIZED (
    SELECT c.id, c.priority FROM unnest($5::int[]) AS l (lane) CROSS JOIN LATERAL (
      SELECT r.id, r.priority FROM gigq.job_state r WHERE r.status = 2 AND r.lane = l.lane
      ORDER BY r.priority DESC, r.id LIMIT $6
    ) c
  ), `,
  ", (SELECT count(*) FROM candidates) AS seen",
);

/** Beside those to be taken, some that others may have locked meanwhile. */
const SPARE = 64;
/** Few enough for a statement; beyond so many that are locked by others, nobody looks. */
const MAX_PAGE = 100_000;

/** Takes at most `limit` jobs, which are returned in their order. */
export async function takeReady(
  tx: Tx,
  { lanes, filled }: Look,
  { limit, workflow, worker, leaseUntil, now }: Taking,
): Promise<ClaimRow[]> {
  if (filled.length === 0) return [];
  const who = [worker, leaseUntil, now] as const;
  if (workflow !== undefined) return await tx.all<ClaimRow>(RUN_SQL, ...who, limit, workflow, lanes);
  if (filled.length === 1) return await tx.all<ClaimRow>(LANE_SQL, ...who, limit, filled[0]!);
  const page = limit + SPARE;
  const rows = await tx.all<ClaimRow & { seen: number }>(LANES_SQL, ...who, limit, filled, page);
  const isShort = rows.length < limit && (rows.length === 0 || rows[0]!.seen >= page);
  if (!isShort) return rows;
  // Others hold much of what was looked at. The rest must not wait until somebody happens to look again.
  const more = await tx.all<ClaimRow>(LANES_SQL, ...who, limit - rows.length, filled, MAX_PAGE);
  return [...rows, ...more];
}
