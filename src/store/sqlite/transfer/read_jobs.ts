/** Jobs with everything that is stored about them, but for their output. */

import type { JobId, Unique } from "../../../core/job.ts";
import type { JobRecord } from "../../../core/ports.ts";
import { cut, type Sized, type Slice } from "../../transfer_pages.ts";
import type { Connection } from "../connection.ts";
import { intactAttempts, intactJobs } from "../intact.ts";
import { checkpoints } from "../ops/checkpoints.ts";
import { endedAttempts } from "../ops/history.ts";
import { list } from "../ops/list.ts";

export function readJobs(db: Connection, after: number, limit: number): Slice {
  const found = sizes(db, after, limit);
  const kept = cut(found);
  const ids = kept.map((row) => row.id);
  const more = kept.length < found.length || found.length === limit;
  return { records: ids.length === 0 ? [] : records(db, ids), after: more ? ids.slice(-1) : null };
}

/** Reads no values, only their lengths. */
function sizes(db: Connection, after: number, limit: number): readonly (Sized & { id: JobId })[] {
  return db.all(
    `
    SELECT j.id, length(CAST(j.payload AS BLOB))
      + coalesce((SELECT length(CAST(body AS BLOB)) FROM results WHERE id = j.id), 0)
      + coalesce((SELECT length(CAST(value AS BLOB)) FROM checkpoints WHERE job = j.id), 0) AS bytes
    FROM jobs j WHERE j.id > ? ORDER BY j.id LIMIT ? + 0`,
    after,
    limit,
  );
}

/** What a job does not tell of itself. */
interface HiddenRow {
  readonly id: JobId;
  readonly run_at: number | null;
  readonly start_by: number | null;
  readonly unique_key: string | null;
  readonly unique_scope: number;
  readonly holds: number;
}

function records(db: Connection, ids: readonly JobId[]): JobRecord[] {
  const rows = db.all<HiddenRow>(
    `
    SELECT j.id, j.run_at, s.start_by, j.unique_key, j.unique_scope, u.job IS NOT NULL AS holds
    FROM json_each(?) i
    CROSS JOIN jobs j ON j.id = i.value
    CROSS JOIN job_state s ON s.id = j.id
    LEFT JOIN unique_keys u ON u.key = j.unique_key AND u.job = j.id`,
    JSON.stringify(ids),
  );
  const hidden = new Map(rows.map((row) => [row.id, row]));
  const attempts = endedAttempts(db, ids);
  const saved = checkpoints(db, ids);
  return intactJobs(list(db, { ids })).map((job): JobRecord => {
    const row = hidden.get(job.id)!;
    return {
      type: "job",
      job,
      runAt: row.run_at,
      unique: row.unique_key === null ? null : { key: row.unique_key, scope: scopeOf(row.unique_scope) },
      holdsKey: row.holds === 1,
      startBy: row.start_by,
      attempts: intactAttempts(attempts.get(job.id) ?? []),
      checkpoint: saved.get(job.id) ?? null,
    };
  });
}

function scopeOf(code: number): Unique["scope"] {
  if (code === -1) return "unfinished";
  return code === -2 ? "always" : code;
}
