/**
 * Runs final jobs once more. The deadline for the first start no longer counts: whoever asks for a job again wants
 * it run.
 */

import type { JobId } from "../../../core/job.ts";
import type { Change, RequeueOptions } from "../../../core/ports.ts";
import { isFinal, satisfies } from "../../../core/transitions.ts";
import { ruleOf, S, statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { forget } from "./checkpoints.ts";
import { resumeRuns } from "./halt.ts";
import { above, hold } from "./holds.ts";
import { holdersOf } from "./unique.ts";

interface Candidate {
  readonly id: JobId;
  readonly status: number;
  readonly run_at: number | null;
  readonly unique_key: string | null;
  /** Whether its key, once it runs again, keeps others out. */
  readonly keeps: number | null;
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
  /** Whether it waits for canaries. */
  readonly held: boolean;
}

export function requeue(
  db: Connection,
  ids: readonly JobId[],
  now: number,
  { fresh = false, canaries = [] }: RequeueOptions = {},
): readonly Change[] {
  const list = JSON.stringify(ids);
  const candidates = db.all<Candidate>(
    `
    SELECT s.id, s.status, j.run_at, j.unique_key,
      j.unique_scope < 0 OR ?2 < j.created_at + j.unique_scope AS keeps
    FROM job_state s JOIN jobs j ON j.id = s.id
    WHERE s.id IN (SELECT value FROM json_each(?1)) ORDER BY s.id`,
    list,
    now,
  );
  const restarts = decide(new Restarts(db, candidates, list, now), candidates, canaries);
  const again = [...restarts.keys()];
  reopenChildren(db, JSON.stringify(again));
  for (const restart of restarts.values()) write(db, restart, now);
  resumeRuns(db, JSON.stringify(again));
  if (fresh) forget(db, again);
  const before = new Map(candidates.map((job) => [job.id, job.status]));
  return ids.map((id): Change => {
    const status = before.get(id);
    if (status === undefined) return { id, result: "missing", status: null };
    return { id, result: restarts.has(id) ? "done" : "refused", status: statusOf(status) };
  });
}

/** Canaries go first; the others wait for them, unless one of them comes after such a job. */
function decide(
  restarts: Restarts,
  candidates: readonly Candidate[],
  canaries: readonly JobId[],
): ReadonlyMap<JobId, Restart> {
  if (canaries.length === 0) {
    for (const job of candidates) restarts.add(job);
    return restarts.made;
  }
  const wanted = new Set(canaries);
  const [first = [], others = []] = [true, false].map((is) =>
    candidates.filter((job) => wanted.has(job.id) === is)
  );
  for (const job of first) restarts.add(job);
  restarts.hold(others);
  return restarts.made;
}

/**
 * The jobs that a requeue runs once more. They are added parents first (their ids are always lower), so that each sees
 * its parents as they will stand: one that is itself requeued is open again.
 */
class Restarts {
  readonly made = new Map<JobId, Restart>();
  readonly #db: Connection;
  readonly #edges: ReadonlyMap<JobId, Edge[]>;
  /** By unique key, the job that holds it. */
  readonly #holders: Map<string, JobId>;

  constructor(db: Connection, candidates: readonly Candidate[], list: string, now: number) {
    this.#db = db;
    this.#edges = edgesOf(db, list);
    const keys = candidates.flatMap((job) => job.unique_key ?? []);
    this.#holders = new Map([...holdersOf(db, keys, now)].map(([key, holder]) => [key, holder.id]));
  }

  add(job: Candidate): void {
    if (isFinal(statusOf(job.status))) this.#restart(job, 0);
  }

  /** Lets jobs that failed wait for all that were added so far. */
  hold(jobs: readonly Candidate[]): void {
    const canaries = [...this.made.keys()];
    if (canaries.length === 0) return;
    const earlier = above(this.#db, canaries);
    const held = jobs.filter((job) =>
      job.status === S.failed && !earlier.has(job.id) && this.#restart(job, canaries.length)
    );
    hold(this.#db, held.map((job) => job.id), canaries);
  }

  /** Returns whether it can be run once more. */
  #restart(job: Candidate, holds: number): boolean {
    const open = openEdges(this.#edges.get(job.id) ?? [], (id) => this.made.has(id));
    const holder = job.unique_key === null ? undefined : this.#holders.get(job.unique_key);
    if (open === undefined || (holder !== undefined && holder !== job.id)) return false;
    this.made.set(job.id, { job, waitingOn: open + holds, held: holds > 0 });
    if (job.unique_key !== null && job.keeps === 1) this.#holders.set(job.unique_key, job.id);
    return true;
  }
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

const CLEARED = ["results", "progress", "dead_letters"] as const;

function write(db: Connection, { job, waitingOn, held }: Restart, now: number): void {
  const dueAt = Math.max(now, job.run_at ?? now);
  db.run(
    `
    UPDATE job_state SET
      status = ?2, waiting_on = ?3, due_at = ?4, reason = NULL, failures = 0, finished_at = NULL,
      cancel_requested = 0, start_by = NULL, first_started_at = -1
    WHERE id = ?1`,
    job.id,
    waitingOn > 0 ? S.blocked : dueAt > now ? S.scheduled : S.ready,
    waitingOn,
    dueAt,
  );
  // One that is held is failed again, as it was, when its canaries do no better.
  for (const table of held ? CLEARED : [...CLEARED, "errors"]) {
    db.run(`DELETE FROM ${table} WHERE id = ?`, job.id);
  }
  if (job.unique_key !== null) {
    db.run("INSERT OR REPLACE INTO unique_keys (key, job) VALUES (?, ?)", job.unique_key, job.id);
  }
}
