/** Checkpoints: what attempts save for the ones after them. */

import type { JobId } from "../../../core/job.ts";
import type { Beat } from "../../../core/ports.ts";
import type { Tx } from "../tx.ts";

/** Stores what beats of distinct jobs bring; what they do not bring stays. */
export async function save(tx: Tx, beats: readonly Beat[], now: number): Promise<void> {
  const saving = beats.filter(({ checkpoint, steps }) => checkpoint !== undefined || steps !== undefined);
  if (saving.length === 0) return;
  await tx.run(
    `
    INSERT INTO gigq.checkpoints AS c (job, attempt, at, value)
    SELECT n.job, n.attempt, $1, coalesce(n.value, 'null')
    FROM unnest($2::bigint[], $3::int[], $4::text[]) AS n (job, attempt, value)
    ON CONFLICT (job) DO UPDATE SET
      attempt = excluded.attempt, at = excluded.at,
      value = CASE WHEN excluded.job = ANY($5::bigint[]) THEN excluded.value ELSE c.value END`,
    now,
    saving.map((beat) => beat.id),
    saving.map((beat) => beat.attempt),
    saving.map(({ checkpoint }) => checkpoint === undefined ? null : JSON.stringify(checkpoint)),
    saving.filter(({ checkpoint }) => checkpoint !== undefined).map((beat) => beat.id),
  );
  await saveSteps(tx, saving);
}

async function saveSteps(tx: Tx, beats: readonly Beat[]): Promise<void> {
  const steps = beats.flatMap(({ id, steps = {} }) =>
    Object.entries(steps).map(([key, value]) => ({ id, key: stepKey(key), value: JSON.stringify(value) }))
  );
  if (steps.length === 0) return;
  await tx.run(
    `
    INSERT INTO gigq.steps (job, key, value) SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])
    ON CONFLICT (job, key) DO UPDATE SET value = excluded.value`,
    steps.map((step) => step.id),
    steps.map((step) => step.key),
    steps.map((step) => step.value),
  );
}

/** As JSON: a key comes from the job, may hold any character, and must not end the beats of others. */
export function stepKey(key: string): string {
  return JSON.stringify(key);
}

/** Deletes what those of the jobs saved that completed. */
export async function forgetCompleted(tx: Tx, ids: readonly JobId[]): Promise<void> {
  const rows = await tx.all<{ job: JobId }>(
    `
    SELECT c.job FROM gigq.checkpoints c JOIN gigq.job_state s ON s.id = c.job
    WHERE c.job = ANY($1::bigint[]) AND s.status = 4`,
    ids,
  );
  if (rows.length > 0) await forget(tx, rows.map((row) => row.job));
}

/** Deletes what these jobs saved. */
export async function forget(tx: Tx, ids: readonly JobId[]): Promise<void> {
  for (const table of ["checkpoints", "steps"]) {
    await tx.run(`DELETE FROM gigq.${table} WHERE job = ANY($1::bigint[])`, ids);
  }
}
