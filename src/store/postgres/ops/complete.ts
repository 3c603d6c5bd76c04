/** Ends attempts that completed: most do, so their state, record and results are written by one statement. */

import type { JobId } from "../../../core/job.ts";
import type { Json } from "../../../core/json.ts";
import type { Usage } from "../../../core/ports.ts";
import type { Value } from "../sql.ts";
import type { Tx } from "../tx.ts";

export interface Completed {
  readonly id: JobId;
  readonly attempt: number;
  /** JSON; `null` for nothing. */
  readonly result: string | null;
  readonly usage: Usage;
}

/** The JSON of a result; nothing is not stored. */
export function resultOf(result: Json): string | null {
  return result === null || result === undefined ? null : JSON.stringify(result);
}

/**
 * Rows are locked in the order of their ids, and as strongly as whoever stores a child of one asks: see `enqueue.ts`.
 * What an attempt must still be to be heard is looked at once its row is locked.
 */
export const COMPLETE_SQL = `
  WITH told AS MATERIALIZED (
    SELECT * FROM unnest(
      $2::bigint[], $3::int[], $4::text[], $5::float8[], $6::float8[], $7::bigint[], $8::int[], $9::text[]
    ) AS n (id, attempt, result, wall_ms, cpu_ms, max_rss, exit_code, signal)
  ), held AS MATERIALIZED (
    SELECT t.*, s.worker, s.started_at, s.due_at
    FROM told t JOIN gigq.job_state s ON s.id = t.id AND s.attempt = t.attempt
    WHERE s.status = 3 ORDER BY t.id FOR UPDATE OF s
  ), ended AS (
    UPDATE gigq.job_state s SET status = 4, lease_until = NULL, process = NULL, finished_at = $1
    FROM held h WHERE s.id = h.id
  ), kept AS (
    INSERT INTO gigq.results (id, body) SELECT id, result FROM held WHERE result IS NOT NULL
    ON CONFLICT (id) DO UPDATE SET body = excluded.body
  ), noted AS (
    INSERT INTO gigq.attempts (
      job, number, worker, outcome, started_at, finished_at, wait_ms,
      wall_ms, cpu_ms, max_rss, exit_code, signal
    )
    SELECT id, attempt, worker, 'completed', started_at, $1, greatest(0, started_at - due_at),
      wall_ms, cpu_ms, max_rss, exit_code, signal
    FROM held
  )
  SELECT id, attempt FROM held`;

/** Ends those that are running with this attempt; returns their attempts, by id. */
export async function complete(
  tx: Tx,
  told: readonly Completed[],
  now: number,
): Promise<ReadonlyMap<JobId, number>> {
  if (told.length === 0) return new Map();
  const rows = await tx.all<{ id: JobId; attempt: number }>(
    COMPLETE_SQL,
    now,
    told.map((item) => item.id),
    told.map((item) => item.attempt),
    told.map((item) => item.result),
    ...usageColumns(told),
  );
  return new Map(rows.map(({ id, attempt }) => [id, attempt]));
}

/** Arrays of wall_ms, cpu_ms, max_rss, exit_code and signal. */
export function usageColumns(items: readonly { readonly usage: Usage }[]): Value[] {
  return [
    items.map(({ usage }) => usage.wallMs),
    items.map(({ usage }) => usage.cpuMs),
    items.map(({ usage: { maxRssBytes } }) => maxRssBytes === null ? null : Math.round(maxRssBytes)),
    items.map(({ usage }) => usage.exitCode),
    items.map(({ usage }) => usage.signal),
  ];
}
