/** Checkpoints: what attempts save for the ones after them. */

import type { Checkpoint, JobId } from "../../../core/job.ts";
import type { Json } from "../../../core/json.ts";
import type { Beat } from "../../../core/ports.ts";
import type { Connection } from "../connection.ts";

/** Stores what a beat brings; what it does not bring stays. */
export function save(db: Connection, { id, attempt, checkpoint, steps }: Beat, now: number): void {
  if (checkpoint === undefined && steps === undefined) return;
  db.run(
    `
    INSERT INTO checkpoints (job, attempt, at, value) VALUES (?1, ?2, ?3, coalesce(?4, 'null'))
    ON CONFLICT (job) DO UPDATE SET attempt = ?2, at = ?3, value = coalesce(?4, value)`,
    id,
    attempt,
    now,
    checkpoint === undefined ? null : JSON.stringify(checkpoint),
  );
  for (const [key, value] of Object.entries(steps ?? {})) {
    db.run(
      "INSERT OR REPLACE INTO steps (job, key, value) VALUES (?, ?, ?)",
      id,
      key,
      JSON.stringify(value),
    );
  }
}

/** Deletes what those of the jobs saved that completed. */
export function forgetCompleted(db: Connection, ids: readonly JobId[]): void {
  const rows = db.all<{ job: JobId }>(
    `
    SELECT c.job FROM json_each(?) i
    CROSS JOIN checkpoints c ON c.job = i.value
    CROSS JOIN job_state s ON s.id = c.job
    WHERE s.status = 4`,
    JSON.stringify(ids),
  );
  if (rows.length > 0) forget(db, rows.map((row) => row.job));
}

/** Deletes what these jobs saved. */
export function forget(db: Connection, ids: readonly JobId[]): void {
  const list = JSON.stringify(ids);
  for (const table of ["checkpoints", "steps"]) {
    db.run(`DELETE FROM ${table} WHERE job IN (SELECT value FROM json_each(?))`, list);
  }
}

interface CheckpointRow {
  readonly job: JobId;
  readonly attempt: number;
  readonly at: number;
  readonly value: string;
}

export function checkpoints(db: Connection, ids: readonly JobId[]): ReadonlyMap<JobId, Checkpoint> {
  const list = JSON.stringify(ids);
  const saved = db.all<{ job: JobId; key: string; value: string }>(
    "SELECT job, key, value FROM steps WHERE job IN (SELECT value FROM json_each(?))",
    list,
  );
  const steps = Map.groupBy(saved, (step) => step.job);
  const rows = db.all<CheckpointRow>(
    "SELECT job, attempt, at, value FROM checkpoints WHERE job IN (SELECT value FROM json_each(?))",
    list,
  );
  return new Map(rows.map(({ job, attempt, at, value }) => {
    const entries = (steps.get(job) ?? []).map((step) => [step.key, JSON.parse(step.value) as Json] as const);
    return [job, { value: JSON.parse(value) as Json, steps: Object.fromEntries(entries), attempt, at }];
  }));
}
