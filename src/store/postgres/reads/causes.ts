/** Causes: what failures have in common. */

import type { Cause, JobId } from "../../../core/job.ts";
import { FOR_EVER } from "../ops/mute.ts";
import type { Sql } from "../sql.ts";
import { toLimit } from "./limit.ts";

export interface CauseFilter {
  readonly ids?: readonly number[];
  readonly fingerprint?: string;
  readonly since?: number;
  readonly limit?: number;
}

interface CauseRow {
  readonly id: number;
  readonly fingerprint: string;
  readonly class: string;
  readonly message: string;
  readonly count: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly job: JobId;
  readonly attempt: number;
  readonly muted_until: number | null;
  readonly failed: number;
}

/** The one seen last first. */
export async function causes(
  sql: Sql,
  { ids, fingerprint, since, limit }: CauseFilter,
): Promise<readonly Cause[]> {
  const rows = await sql.all<CauseRow>(
    `
    SELECT c.*, (
      SELECT count(*) FROM gigq.errors e JOIN gigq.job_state s ON s.id = e.id
      WHERE e.cause = c.id AND s.status = 5
    ) AS failed
    FROM gigq.causes c
    WHERE ($1::bigint[] IS NULL OR id = ANY($1::bigint[]))
      AND ($2::text IS NULL OR fingerprint = $2::text) AND ($3::float8 IS NULL OR last_at >= $3::float8)
    ORDER BY last_at DESC, id DESC LIMIT $4::bigint`,
    ids ?? null,
    fingerprint ?? null,
    since ?? null,
    toLimit(limit),
  );
  return rows.map((row) => ({
    id: row.id,
    fingerprint: row.fingerprint,
    class: row.class,
    message: row.message,
    count: row.count,
    firstAt: row.first_at,
    lastAt: row.last_at,
    job: row.job,
    attempt: row.attempt,
    failed: row.failed,
    mutedUntil: row.muted_until === FOR_EVER ? Infinity : row.muted_until,
  }));
}
