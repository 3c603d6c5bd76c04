/** Causes: what failures have in common. */

import type { Cause, JobError, JobId } from "../../../core/job.ts";
import { ms } from "../../codes.ts";
import type { Connection } from "../connection.ts";

/** The error of an attempt that ended. */
export interface Failure {
  readonly job: JobId;
  readonly attempt: number;
  readonly error: JobError | null;
}

/** SQL for the last id that was given to a cause. */
export const LAST_CAUSE = `max(
  (SELECT value FROM counters WHERE name = 'cause'), coalesce((SELECT max(id) FROM causes), 0)
)`;

/** Counts failures for their causes; returns the ids of those by fingerprint. */
export function noteCauses(
  db: Connection,
  failures: readonly Failure[],
  now: number,
): ReadonlyMap<string, number> {
  const groups = Map.groupBy(failures, ({ error }) => error?.fingerprint);
  const ids = new Map<string, number>();
  for (const [fingerprint, group] of groups) {
    if (fingerprint === undefined) continue;
    const { job, attempt, error } = group.at(-1)!;
    const { id } = db.get<{ id: number }>(
      `
      INSERT INTO causes (id, fingerprint, class, message, count, first_at, last_at, job, attempt)
      VALUES (1 + ${LAST_CAUSE}, ?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7)
      ON CONFLICT (fingerprint) DO UPDATE SET
        class = ?2, message = ?3, count = count + ?4, last_at = ?5, job = ?6, attempt = ?7
      RETURNING id`,
      fingerprint,
      error!.class,
      error!.message,
      group.length,
      now,
      job,
      attempt,
    )!;
    ids.set(fingerprint, id);
  }
  return ids;
}

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
export function causes(db: Connection, { ids, fingerprint, since, limit }: CauseFilter): readonly Cause[] {
  const rows = db.all<CauseRow>(
    `
    SELECT *, (
      SELECT count(*) FROM errors e CROSS JOIN job_state s ON s.id = e.id WHERE e.cause = c.id AND s.status = 5
    ) AS failed
    FROM causes c
    WHERE (?1 IS NULL OR id IN (SELECT value FROM json_each(?1)))
      AND (?2 IS NULL OR fingerprint = ?2) AND (?3 IS NULL OR last_at >= ?3)
    ORDER BY last_at DESC, id DESC LIMIT ?4 + 0`,
    ids === undefined ? null : JSON.stringify(ids),
    fingerprint ?? null,
    since ?? null,
    limit === undefined || !Number.isFinite(limit) ? -1 : Math.max(0, Math.floor(limit)),
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

/** How an end that never comes is written. */
export const FOR_EVER = -1;

/** By rising id, each once. */
export function mute(db: Connection, ids: readonly number[], until: number | null): readonly number[] {
  const list = JSON.stringify(ids);
  const rows = db.all<{ id: number }>(
    "SELECT id FROM causes WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
    list,
  );
  db.run(
    "UPDATE causes SET muted_until = ?2 WHERE id IN (SELECT value FROM json_each(?1))",
    list,
    until === null ? null : until === Infinity ? FOR_EVER : ms(until),
  );
  return rows.map((row) => row.id);
}
