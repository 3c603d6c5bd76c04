/**
 * Unique keys: who holds one, and whether that still keeps others out.
 *
 * Whoever brings a key first takes its row, and keeps it to the end of the transaction: of two at once, the second waits,
 * and then sees the job that the first one stored. Rows are taken in the order of the keys, so that nobody waits in a circle.
 */

import type { JobId, NewJob, Unique } from "../../../core/job.ts";
import { isFinal } from "../../../core/transitions.ts";
import { statusOf } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import type { NewRow } from "./plan.ts";

/** A job that holds a key. */
export interface Holder {
  readonly id: JobId;
  readonly status: number;
}

/** A period of uniqueness is at least 0; the others are told by numbers below. */
export function scopeCode(scope: Unique["scope"]): number {
  if (scope === "unfinished") return -1;
  return scope === "always" ? -2 : Math.max(0, Math.round(scope));
}

/** Whether a job that is stored now with this status keeps others out; one that was skipped at once may not. */
export function keeps({ scope }: Unique, status: number): boolean {
  return scope === "always" || (scope === "unfinished" ? !isFinal(statusOf(status)) : scope > 0);
}

/** SQL for "the job `j` with state `s`, which took its key last, still keeps others out at `$1`". */
const HOLDS = `(
  j.unique_scope = -2 OR (j.unique_scope = -1 AND s.status < 4) OR
  (j.unique_scope >= 0 AND $1::bigint < j.created_at + j.unique_scope)
)`;

/** No job has this id: what a row says whose key is being taken for the first time. */
const NOBODY = 0;

/** Takes the keys of a batch; returns the stored jobs that hold any of them. */
export async function holdersFor(
  tx: Tx,
  jobs: readonly NewJob[],
  now: number,
): Promise<ReadonlyMap<string, Holder>> {
  const keys = new Set<string>();
  for (const job of jobs) if (job.unique !== null) keys.add(job.unique.key);
  if (keys.size === 0) return new Map();
  const rows = await tx.all<{ key: string; job: JobId }>(
    `
    INSERT INTO gigq.unique_keys AS u (key, job) SELECT k, ${NOBODY} FROM unnest($1::text[]) k
    ON CONFLICT (key) DO UPDATE SET job = u.job RETURNING key, job`,
    [...keys].sort(),
  );
  const held = rows.filter((row) => row.job !== NOBODY).map((row) => row.key);
  // Apart, since a statement does not see what was committed while it waited for a lock.
  return await holdersOf(tx, held, now);
}

/** The jobs that hold any of these keys at `now`, by key; they do not end before this transaction does. */
export async function holdersOf(tx: Tx, keys: readonly string[], now: number): Promise<Map<string, Holder>> {
  if (keys.length === 0) return new Map();
  const rows = await tx.all<Holder & { key: string }>(
    `
    SELECT u.key, s.id, s.status
    FROM gigq.unique_keys u
    JOIN gigq.jobs j ON j.id = u.job
    JOIN gigq.job_state s ON s.id = u.job
    WHERE u.key = ANY($2::text[]) AND ${HOLDS}
    ORDER BY s.id FOR KEY SHARE OF s`,
    now,
    keys,
  );
  return new Map(rows.map(({ key, id, status }) => [key, { id, status }]));
}

/** From now on these jobs hold their keys: of several with one key, the last. */
export async function takeKeys(tx: Tx, rows: readonly NewRow[], ids: readonly JobId[]): Promise<void> {
  const last = new Map<string, JobId>();
  rows.forEach(({ job }, at) => job.unique !== null && last.set(job.unique.key, ids[at]!));
  if (last.size === 0) return;
  await tx.run(
    `
    UPDATE gigq.unique_keys u SET job = n.job
    FROM unnest($1::text[], $2::bigint[]) AS n (key, job) WHERE u.key = n.key`,
    [...last.keys()],
    [...last.values()],
  );
}
