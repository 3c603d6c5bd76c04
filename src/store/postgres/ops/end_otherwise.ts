/** All ends of attempts but the common one: failures and what goes with them, cancels, releases. */

import type { JobId, NewJob } from "../../../core/job.ts";
import type { Tx } from "../tx.ts";
import { noteCauses } from "./causes.ts";
import { usageColumns } from "./complete.ts";
import type { Ending } from "./ending.ts";
import { enqueue } from "./enqueue.ts";
import { pause } from "./pause.ts";

/** The records are made of the states as they were: all parts of a statement see the moment before it. */
const END_SQL = `
  WITH told AS MATERIALIZED (
    SELECT * FROM unnest(
      $2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::int[], $7::bigint[], $8::text[], $9::text[],
      $10::float8[], $11::float8[], $12::bigint[], $13::int[], $14::text[]
    ) AS n (
      id, status, outcome, reason, counts, due_at, error, decision,
      wall_ms, cpu_ms, max_rss, exit_code, signal
    )
  ), ended AS (
    UPDATE gigq.job_state s SET
      status = t.status, reason = t.reason, failures = failures + t.counts, due_at = coalesce(t.due_at, s.due_at),
      finished_at = CASE WHEN t.status >= 4 THEN $1::bigint END, lease_until = NULL, process = NULL,
      first_started_at = CASE WHEN first_started_at >= 0 THEN first_started_at ELSE started_at END
    FROM told t WHERE s.id = t.id
  )
  INSERT INTO gigq.attempts (
    job, number, worker, outcome, started_at, finished_at, wait_ms,
    wall_ms, cpu_ms, max_rss, exit_code, signal, error, decision
  )
  SELECT s.id, s.attempt, s.worker, t.outcome, s.started_at, $1, greatest(0, s.started_at - s.due_at),
    t.wall_ms, t.cpu_ms, t.max_rss, t.exit_code, t.signal, t.error, t.decision
  FROM told t JOIN gigq.job_state s ON s.id = t.id`;

export async function endOtherwise(tx: Tx, endings: readonly Ending[], now: number): Promise<void> {
  if (endings.length === 0) return;
  await tx.run(
    END_SQL,
    now,
    endings.map((ending) => ending.id),
    endings.map((ending) => ending.status),
    endings.map((ending) => ending.outcome),
    endings.map((ending) => ending.reason),
    endings.map(({ failure }) => failure?.counts ? 1 : 0),
    endings.map((ending) => ending.dueAt),
    endings.map(({ error }) => error === null ? null : JSON.stringify(error)),
    endings.map(({ failure }) => failure?.decision ?? null),
    ...usageColumns(endings),
  );
  await noteErrors(tx, endings, now);
  const dead = endings.filter(({ failure }) => failure?.dead).map((ending) => ending.id);
  if (dead.length > 0) {
    const insert = "INSERT INTO gigq.dead_letters (id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING";
    await tx.run(insert, dead);
  }
}

/** The error of a job is that of its latest failure. */
async function noteErrors(tx: Tx, endings: readonly Ending[], now: number): Promise<void> {
  const silent = endings.filter(({ error, failure }) => error === null && failure !== null);
  if (silent.length > 0) {
    await tx.run("DELETE FROM gigq.errors WHERE id = ANY($1::bigint[])", silent.map((ending) => ending.id));
  }
  const told = endings.filter((ending) => ending.error !== null);
  if (told.length === 0) return;
  const causes = await noteCauses(tx, told, now);
  await tx.run(
    `
    INSERT INTO gigq.errors (id, body, cause) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[])
    ON CONFLICT (id) DO UPDATE SET body = excluded.body, cause = excluded.cause`,
    told.map((ending) => ending.id),
    told.map(({ error }) => JSON.stringify(error)),
    told.map(({ error }) => causes.get(error?.fingerprint) ?? null),
  );
}

/** What comes after failures: their jobs stand as they ended by now. */
export async function followUp(tx: Tx, endings: readonly Ending[], now: number): Promise<void> {
  for (const { id, failure } of endings) {
    if (failure === null || (failure.follow.length === 0 && !failure.pauseQueue)) continue;
    const { queue, workflow } = await placeOf(tx, id);
    if (failure.pauseQueue) await pause(tx, queue, true);
    if (failure.follow.length === 0) continue;
    const jobs = failure.follow.map((job): NewJob => ({ ...job, after: [{ id, on: "finished" }] }));
    await enqueue(tx, workflow === null ? { jobs } : { jobs, workflow }, now);
  }
}

async function placeOf(tx: Tx, id: JobId): Promise<{ queue: string; workflow: number | null }> {
  const row = await tx.get<{ queue: string; workflow: number | null }>(
    `
    SELECT l.queue, s.workflow FROM gigq.job_state s JOIN gigq.lanes l ON l.id = s.lane WHERE s.id = $1`,
    id,
  );
  return row!;
}
