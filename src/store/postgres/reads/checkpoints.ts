/** Checkpoints: what attempts save for the ones after them. */

import type { Checkpoint, JobId } from "../../../core/job.ts";
import type { Json } from "../../../core/json.ts";
import type { Sql } from "../sql.ts";

interface CheckpointRow {
  readonly job: JobId;
  readonly attempt: number;
  readonly at: number;
  readonly value: string;
  readonly keys: readonly string[] | null;
  readonly steps: readonly string[] | null;
}

export async function checkpoints(sql: Sql, ids: readonly JobId[]): Promise<ReadonlyMap<JobId, Checkpoint>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.all<CheckpointRow>(
    `
    SELECT c.job, c.attempt, c.at, c.value, s.keys, s.steps FROM gigq.checkpoints c
    LEFT JOIN LATERAL (
      SELECT array_agg(key ORDER BY key) AS keys, array_agg(value ORDER BY key) AS steps
      FROM gigq.steps WHERE job = c.job
    ) s ON true
    WHERE c.job = ANY($1::bigint[])`,
    ids,
  );
  return new Map(rows.map(({ job, attempt, at, value, keys, steps }) => {
    const entries = (keys ?? []).map((key, index) =>
      [JSON.parse(key) as string, JSON.parse(steps![index]!) as Json] as const
    );
    return [job, { value: JSON.parse(value) as Json, steps: Object.fromEntries(entries), attempt, at }];
  }));
}
