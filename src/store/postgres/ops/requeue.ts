/**
 * Runs final jobs once more. The deadline for the first start no longer counts: whoever asks for a job again wants
 * it run. Works alone: nothing changes between its statements.
 */

import type { JobId } from "../../../core/job.ts";
import type { Change, RequeueOptions } from "../../../core/ports.ts";
import { S, statusOf } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { forget } from "./checkpoints.ts";
import { resumeRuns } from "./halt.ts";
import { above, hold } from "./holds.ts";
import { type Candidate, type EdgeRow, type Restart, Restarts } from "./restarts.ts";
import { holdersOf } from "./unique.ts";

export async function requeue(
  tx: Tx,
  ids: readonly JobId[],
  now: number,
  { fresh = false, canaries = [] }: RequeueOptions = {},
): Promise<readonly Change[]> {
  const candidates = await candidatesOf(tx, ids, now);
  const restarts = await decide(tx, candidates, canaries, now);
  const made = [...restarts.values()];
  const again = [...restarts.keys()];
  if (again.length > 0) {
    await reopenChildren(tx, again);
    await write(tx, made, now);
    await resumeRuns(tx, again);
    if (fresh) await forget(tx, again);
  }
  const before = new Map(candidates.map((job) => [job.id, job.status]));
  return ids.map((id): Change => {
    const status = before.get(id);
    if (status === undefined) return { id, result: "missing", status: null };
    return { id, result: restarts.has(id) ? "done" : "refused", status: statusOf(status) };
  });
}

async function candidatesOf(tx: Tx, ids: readonly JobId[], now: number): Promise<readonly Candidate[]> {
  return await tx.all<Candidate>(
    `
    SELECT s.id, s.status, j.run_at, j.unique_key,
      coalesce(j.unique_scope < 0 OR $2::bigint < j.created_at + j.unique_scope, false) AS keeps
    FROM gigq.job_state s JOIN gigq.jobs j ON j.id = s.id
    WHERE s.id = ANY($1::bigint[]) ORDER BY s.id`,
    ids,
    now,
  );
}

async function edgesOf(tx: Tx, ids: readonly JobId[]): Promise<ReadonlyMap<JobId, EdgeRow[]>> {
  const rows = await tx.all<EdgeRow>(
    `
    SELECT e.child, e.parent, e.rule, s.status FROM gigq.edges e JOIN gigq.job_state s ON s.id = e.parent
    WHERE e.child = ANY($1::bigint[])`,
    ids,
  );
  return Map.groupBy(rows, (edge) => edge.child);
}

/** Canaries go first; the others wait for them, unless one of them comes after such a job. */
async function decide(
  tx: Tx,
  candidates: readonly Candidate[],
  canaries: readonly JobId[],
  now: number,
): Promise<ReadonlyMap<JobId, Restart>> {
  const edges = await edgesOf(tx, candidates.map((job) => job.id));
  const keys = candidates.flatMap((job) => job.unique_key ?? []);
  const restarts = new Restarts(edges, await holdersOf(tx, keys, now));
  const wanted = new Set(canaries);
  const isFirst = (job: Candidate): boolean => wanted.size === 0 || wanted.has(job.id);
  for (const job of candidates.filter(isFirst)) restarts.add(job);
  const first = [...restarts.made.keys()];
  if (first.length === 0 || wanted.size === 0) return restarts.made;
  const others = candidates.filter((job) => !isFirst(job));
  const held = restarts.addHeld(others, await above(tx, first), first.length);
  if (held.length > 0) await hold(tx, held, first);
  return restarts.made;
}

/** Children that wait for other parents wait for these again too. */
async function reopenChildren(tx: Tx, ids: readonly JobId[]): Promise<void> {
  await tx.run(
    `
    UPDATE gigq.job_state s SET waiting_on = s.waiting_on + d.reopened
    FROM (
      SELECT child, count(*) AS reopened FROM gigq.edges WHERE parent = ANY($1::bigint[]) GROUP BY child
    ) AS d
    WHERE s.id = d.child AND s.status = 0`,
    ids,
  );
}

async function write(tx: Tx, restarts: readonly Restart[], now: number): Promise<void> {
  const dueAt = ({ job }: Restart): number => Math.max(now, job.run_at ?? now);
  const ids = restarts.map(({ job }) => job.id);
  await tx.run(
    `
    UPDATE gigq.job_state s SET
      status = CASE WHEN n.waiting_on > 0 THEN ${S.blocked} WHEN n.due_at > $1::bigint THEN ${S.scheduled} ELSE ${S.ready} END,
      waiting_on = n.waiting_on, due_at = n.due_at, reason = NULL, failures = 0, finished_at = NULL,
      cancel_requested = false, start_by = NULL, first_started_at = -1, progress = NULL
    FROM unnest($2::bigint[], $3::int[], $4::bigint[]) AS n (id, waiting_on, due_at) WHERE s.id = n.id`,
    now,
    ids,
    restarts.map(({ waitingOn }) => waitingOn),
    restarts.map(dueAt),
  );
  await tx.run("DELETE FROM gigq.results WHERE id = ANY($1::bigint[])", ids);
  await tx.run("DELETE FROM gigq.dead_letters WHERE id = ANY($1::bigint[])", ids);
  // One that is held is failed again, as it was, when its canaries do no better.
  const cleared = restarts.filter(({ held }) => !held).map(({ job }) => job.id);
  await tx.run("DELETE FROM gigq.errors WHERE id = ANY($1::bigint[])", cleared);
  await takeKeysAgain(tx, restarts);
}

/** Of several with one key, the last holds it. */
async function takeKeysAgain(tx: Tx, restarts: readonly Restart[]): Promise<void> {
  const last = new Map(
    restarts.flatMap(({ job }) => job.unique_key === null ? [] : [[job.unique_key, job.id]]),
  );
  if (last.size === 0) return;
  await tx.run(
    `
    INSERT INTO gigq.unique_keys (key, job) SELECT * FROM unnest($1::text[], $2::bigint[])
    ON CONFLICT (key) DO UPDATE SET job = excluded.job`,
    [...last.keys()],
    [...last.values()],
  );
}
