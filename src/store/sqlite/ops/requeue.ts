/**
 * Runs final jobs once more. The deadline for the first start no longer counts: whoever asks for a job again wants
 * it run.
 */

import type { JobId } from "../../../core/job.ts";
import type { Change, RequeueOptions } from "../../../core/ports.ts";
import { isFinal, satisfies } from "../../../core/transitions.ts";
import { ruleOf, S, statusOf } from "../codes.ts";
import type { Connection } from "../connection.ts";
import { holdersOf } from "./unique.ts";

interface Candidate {
  readonly id: JobId;
  readonly status: number;
  readonly run_at: number | null;
  readonly unique_key: string | null;
}

interface Edge {
  readonly child: JobId;
  readonly parent: JobId;
  readonly rule: number;
  readonly status: number;
}

/** What a requeue makes of one job. */
interface Restart {
  readonly job: Candidate;
  readonly waitingOn: number;
}

export function requeue(
  db: Connection,
  ids: readonly JobId[],
  now: number,
  _options?: RequeueOptions,
): readonly Change[] {
  const list = JSON.stringify(ids);
  const candidates = db.all<Candidate>(
    `
    SELECT s.id, s.status, j.run_at, j.unique_key FROM job_state s JOIN jobs j ON j.id = s.id
    WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY s.id`,
    list,
  );
  const restarts = decide(db, candidates, list, now);
  reopenChildren(db, JSON.stringify([...restarts.keys()]));
  for (const restart of restarts.values()) write(db, restart, now);
  const before = new Map(candidates.map((job) => [job.id, job.status]));
  return ids.map((id): Change => {
    const status = before.get(id);
    if (status === undefined) return { id, result: "missing", status: null };
    return { id, result: restarts.has(id) ? "done" : "refused", status: statusOf(status) };
  });
}

/**
 * Parents first (their ids are always lower), so that each job sees its parents as they will stand: one that is
 * itself requeued is open again.
 */
function decide(
  db: Connection,
  candidates: readonly Candidate[],
  list: string,
  now: number,
): ReadonlyMap<JobId, Restart> {
  const edges = edgesOf(db, list);
  const keys = candidates.flatMap((job) => job.unique_key ?? []);
  const holders = new Map([...holdersOf(db, keys, now)].map(([key, holder]) => [key, holder.id]));
  const restarts = new Map<JobId, Restart>();
  for (const job of candidates) {
    const waitingOn = openEdges(edges.get(job.id) ?? [], (id) => restarts.has(id));
    const holder = job.unique_key === null ? undefined : holders.get(job.unique_key);
    const keyIsTaken = holder !== undefined && holder !== job.id;
    if (!isFinal(statusOf(job.status)) || waitingOn === undefined || keyIsTaken) continue;
    restarts.set(job.id, { job, waitingOn });
    if (job.unique_key !== null) holders.set(job.unique_key, job.id);
  }
  return restarts;
}

function edgesOf(db: Connection, list: string): ReadonlyMap<JobId, Edge[]> {
  const rows = db.all<Edge>(
    `
    SELECT e.child, e.parent, e.rule, s.status FROM edges e JOIN job_state s ON s.id = e.parent
    WHERE e.child IN (SELECT value FROM json_each(?))`,
    list,
  );
  return Map.groupBy(rows, (edge) => edge.child);
}

/** How many parents are still to come; `undefined` when one has ended the wrong way. */
function openEdges(edges: readonly Edge[], isOpen: (parent: JobId) => boolean): number | undefined {
  let open = 0;
  for (const { parent, rule, status } of edges) {
    if (isOpen(parent) || !isFinal(statusOf(status))) open++;
    else if (!satisfies(statusOf(status), ruleOf(rule))) return undefined;
  }
  return open;
}

/** Children that wait for other parents wait for these again too. */
function reopenChildren(db: Connection, list: string): void {
  db.run(
    `
    UPDATE job_state SET waiting_on = waiting_on + d.reopened
    FROM (
      SELECT child, count(*) AS reopened FROM edges WHERE parent IN (SELECT value FROM json_each(?)) GROUP BY child
    ) AS d
    WHERE job_state.id = d.child AND job_state.status = 0`,
    list,
  );
}

function write(db: Connection, { job, waitingOn }: Restart, now: number): void {
  const dueAt = Math.max(now, job.run_at ?? now);
  db.run(
    `
    UPDATE job_state SET
      status = ?2, waiting_on = ?3, due_at = ?4, reason = NULL, failures = 0, finished_at = NULL,
      cancel_requested = 0, start_by = NULL
    WHERE id = ?1`,
    job.id,
    waitingOn > 0 ? S.blocked : dueAt > now ? S.scheduled : S.ready,
    waitingOn,
    dueAt,
  );
  for (const table of ["results", "errors", "progress"]) db.run(`DELETE FROM ${table} WHERE id = ?`, job.id);
  if (job.unique_key !== null) {
    db.run("INSERT OR REPLACE INTO unique_keys (key, job) VALUES (?, ?)", job.unique_key, job.id);
  }
}
