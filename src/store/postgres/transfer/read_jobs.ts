/** Jobs with everything that is stored about them, but for their output. */

import type { JobId, Unique } from "../../../core/job.ts";
import type { JobRecord } from "../../../core/ports.ts";
import { cut, type Slice } from "../../transfer_pages.ts";
import { checkpoints } from "../reads/checkpoints.ts";
import { endedAttempts } from "../reads/history.ts";
import { list } from "../reads/list.ts";
import type { Tx } from "../tx.ts";

/** Only the lengths, which are known without reading the values. */
const SIZES = `
  SELECT j.id, octet_length(j.payload)
    + coalesce((SELECT octet_length(body) FROM gigq.results WHERE id = j.id), 0)
    + coalesce((SELECT octet_length(value) FROM gigq.checkpoints WHERE job = j.id), 0) AS bytes
  FROM gigq.jobs j WHERE j.id > $1 ORDER BY j.id LIMIT $2::bigint`;

export async function readJobs(tx: Tx, after: JobId, limit: number): Promise<Slice> {
  const found = await tx.all<{ id: JobId; bytes: number }>(SIZES, after, limit);
  const kept = cut(found);
  const ids = kept.map((row) => row.id);
  const more = kept.length < found.length || found.length === limit;
  return { records: ids.length === 0 ? [] : await records(tx, ids), after: more ? ids.slice(-1) : null };
}

/** What a job does not tell of itself. */
interface HiddenRow {
  readonly id: JobId;
  readonly run_at: number | null;
  readonly start_by: number | null;
  readonly unique_key: string | null;
  readonly unique_scope: number;
  readonly holds: boolean;
}

const HIDDEN = `
  SELECT j.id, j.run_at, s.start_by, j.unique_key, j.unique_scope, u.job IS NOT NULL AS holds
  FROM gigq.jobs j
  JOIN gigq.job_state s ON s.id = j.id
  LEFT JOIN gigq.unique_keys u ON u.key = j.unique_key AND u.job = j.id
  WHERE j.id = ANY($1::bigint[])`;

async function records(tx: Tx, ids: readonly JobId[]): Promise<JobRecord[]> {
  const [jobs, rows, attempts, saved] = await Promise.all([
    list(tx, { ids }),
    tx.all<HiddenRow>(HIDDEN, ids),
    endedAttempts(tx, ids),
    checkpoints(tx, ids),
  ]);
  const hidden = new Map(rows.map((row) => [row.id, row]));
  return jobs.map((job): JobRecord => {
    const row = hidden.get(job.id)!;
    return {
      type: "job",
      job,
      runAt: row.run_at,
      unique: row.unique_key === null ? null : { key: row.unique_key, scope: scopeOf(row.unique_scope) },
      holdsKey: row.holds,
      startBy: row.start_by,
      attempts: attempts.get(job.id) ?? [],
      checkpoint: saved.get(job.id) ?? null,
    };
  });
}

function scopeOf(code: number): Unique["scope"] {
  if (code === -1) return "unfinished";
  return code === -2 ? "always" : code;
}
