/**
 * What a claim needs to know before it takes anything, in one statement: whether time has something to do, which lanes
 * have jobs, and how long a worker may sleep.
 *
 * Every question has the form "the first entry of this index". Statistics may be old or absent, and a question such as
 * `EXISTS (… WHERE status = 1)` would then be answered by walking the table.
 */

import type { Claim, ClaimRequest } from "../../../core/ports.ts";
import type { Tx } from "../tx.ts";

/** What there is at the time of a claim. */
export interface Look extends Pick<Claim, "nextAt" | "nextRetryAt"> {
  /** Whether jobs have not started in time. */
  readonly overdue: boolean;
  /** Whether scheduled jobs have become due. */
  readonly due: boolean;
  /** The lanes that the claim may take from: its routes, its queues, none that is paused. */
  readonly lanes: readonly number[];
  /** Those of them with ready jobs. */
  readonly filled: readonly number[];
}

interface Row {
  readonly overdue: boolean;
  readonly due: boolean;
  readonly lanes: string;
  readonly filled: string;
  readonly first: number | null;
  readonly retry: number | null;
}

/** The first scheduled job of a lane: two seeks in `state_next`, since those that were tried before count apart. */
function nextOfLane(tried: boolean): string {
  return `(
    SELECT min((
      SELECT s.due_at FROM gigq.job_state s
      WHERE s.status = 1 AND s.lane = o.id AND (s.attempt > 0) = ${tried} ORDER BY s.due_at LIMIT 1
    )) FROM open o
  )`;
}

/** The same within a run, by `state_next_workflow`. */
function nextOfRun(tried: boolean): string {
  return `(
    SELECT s.due_at FROM gigq.job_state s
    WHERE s.status = 1 AND s.workflow = $4 AND (s.attempt > 0) = ${tried} AND s.lane IN (SELECT id FROM open)
    ORDER BY s.due_at LIMIT 1
  )`;
}

function lookSql(next: (tried: boolean) => string): string {
  return `
  WITH open AS MATERIALIZED (
    SELECT l.id FROM gigq.lanes l
    WHERE l.route = ANY($2::text[]) AND ($3::text[] IS NULL OR l.queue = ANY($3::text[]))
      AND l.queue NOT IN (SELECT name FROM gigq.queues WHERE paused)
  ), scheduled AS MATERIALIZED (
    SELECT due_at FROM gigq.job_state WHERE status = 1 ORDER BY due_at LIMIT 1
  )
  SELECT
    coalesce((
      SELECT start_by FROM gigq.job_state WHERE status <= 2 AND start_by IS NOT NULL ORDER BY start_by LIMIT 1
    ) < $1::bigint, false) AS overdue,
    coalesce((SELECT due_at FROM scheduled) <= $1::bigint, false) AS due,
    to_json(ARRAY(SELECT id FROM open))::text AS lanes,
    to_json(ARRAY(SELECT o.id FROM open o WHERE (
      SELECT s.id FROM gigq.job_state s WHERE s.status = 2 AND s.lane = o.id
      ORDER BY s.priority DESC, s.id LIMIT 1
    ) IS NOT NULL))::text AS filled,
    CASE WHEN (SELECT due_at FROM scheduled) IS NOT NULL THEN ${next(false)} END AS first,
    CASE WHEN (SELECT due_at FROM scheduled) IS NOT NULL THEN ${next(true)} END AS retry`;
}

export const LOOK_SQL = lookSql(nextOfLane);
export const LOOK_RUN_SQL = lookSql(nextOfRun);

export async function lookAround(
  tx: Tx,
  { routes, queues, workflow }: ClaimRequest,
  now: number,
): Promise<Look> {
  const params = [now, routes, queues ?? null] as const;
  const row = workflow === undefined
    ? await tx.get<Row>(LOOK_SQL, ...params)
    : await tx.get<Row>(LOOK_RUN_SQL, ...params, workflow);
  const { overdue, due, first, retry } = row!;
  return {
    overdue,
    due,
    lanes: JSON.parse(row!.lanes) as number[],
    filled: JSON.parse(row!.filled) as number[],
    nextAt: first === null ? retry : retry === null ? first : Math.min(first, retry),
    nextRetryAt: retry,
  };
}
