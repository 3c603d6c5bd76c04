/** The one way out of `running`: state, record of the attempt, result, error, and what follows for children. */

import type { AttemptOutcome, FailReason, JobError, JobId, NewJob } from "../../../core/job.ts";
import type { Usage } from "../../../core/ports.ts";
import { S } from "../codes.ts";
import type { Connection } from "../connection.ts";
import type { Value } from "../driver.ts";
import { insertAll } from "./bulk.ts";
import { noteCauses } from "./causes.ts";
import { enqueue } from "./enqueue.ts";
import { pause } from "./pause.ts";
import { settle } from "./settle.ts";

/** A running job as it stands. */
export interface Running {
  readonly id: JobId;
  readonly lane: number;
  readonly attempt: number;
  readonly worker: number | null;
  readonly due_at: number;
  readonly started_at: number;
  readonly lease_until: number;
  readonly cancel_requested: number;
  readonly workflow: number | null;
}

/** What becomes of one. */
export interface Ending {
  readonly state: Running;
  readonly status: number;
  readonly outcome: AttemptOutcome;
  readonly reason: FailReason | null;
  /** JSON. */
  readonly result: string | null;
  readonly error: JobError | null;
  /** When it is due again, unless it is final. */
  readonly dueAt: number | null;
  /** Whether it was a failure: the latest one, even if it does not say what it was. */
  readonly failed: boolean;
  /** Whether it counts against the attempts allowed. */
  readonly counts: boolean;
  readonly dead: boolean;
  /** JSON. */
  readonly decision: string | null;
  readonly follow: readonly NewJob[];
  readonly pauseQueue: boolean;
  readonly usage: Usage;
}

/** Those of the jobs that are running, by id. */
export function running(db: Connection, ids: readonly JobId[]): ReadonlyMap<JobId, Running> {
  const rows = db.all<Running>(
    `
    SELECT id, lane, attempt, worker, due_at, started_at, lease_until, cancel_requested, workflow
    FROM job_state WHERE id IN (SELECT value FROM json_each(?)) AND status = 3`,
    JSON.stringify(ids),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Writes endings, which must be of distinct jobs that are running. */
export function endAttempts(db: Connection, endings: readonly Ending[], now: number): void {
  if (endings.length === 0) return;
  const [completed, others] = partition(endings);
  complete(db, completed, now);
  if (others.length > 0) changeAll(db, others, now);
  record(db, endings, now);
  const ended = endings.filter((ending) => ending.status >= S.completed);
  settle(db, ended.map((ending) => ending.state.id), now);
  for (const ending of others) followUp(db, ending, now);
}

/** The common case, which is written as a set, and all others. */
function partition(endings: readonly Ending[]): readonly [Ending[], Ending[]] {
  const completed: Ending[] = [];
  const others: Ending[] = [];
  for (const ending of endings) (ending.outcome === "completed" ? completed : others).push(ending);
  return [completed, others];
}

function complete(db: Connection, endings: readonly Ending[], now: number): void {
  if (endings.length === 0) return;
  db.run(
    `
    UPDATE job_state SET status = 4, lease_until = NULL, process = NULL, finished_at = ?2
    WHERE id IN (SELECT value FROM json_each(?1))`,
    JSON.stringify(endings.map((ending) => ending.state.id)),
    now,
  );
  const results = endings.filter(({ result }) => result !== null && result !== "null");
  insertAll(
    db,
    "INSERT OR REPLACE INTO results (id, body)",
    results.map(({ state, result }) => [state.id, result]),
  );
}

function changeAll(db: Connection, endings: readonly Ending[], now: number): void {
  const failures = endings.map(({ state, error }) => ({ job: state.id, attempt: state.attempt, error }));
  const causes = noteCauses(db, failures, now);
  for (const ending of endings) {
    const fingerprint = ending.error?.fingerprint;
    change(db, ending, now);
    if (ending.error === null && !ending.failed) continue;
    noteError(db, ending, fingerprint === undefined ? null : causes.get(fingerprint)!);
  }
}

function change(db: Connection, { state, status, reason, dueAt, counts, dead }: Ending, now: number): void {
  db.run(
    `
    UPDATE job_state SET
      status = ?2, reason = ?3, failures = failures + ?4, due_at = coalesce(?5, due_at), finished_at = ?6,
      lease_until = NULL, process = NULL
    WHERE id = ?1`,
    state.id,
    status,
    reason,
    counts ? 1 : 0,
    dueAt,
    status >= S.completed ? now : null,
  );
  if (dead) db.run("INSERT OR IGNORE INTO dead_letters (id) VALUES (?)", state.id);
}

/** The error of a job is that of its latest failure. */
function noteError(db: Connection, { state, error }: Ending, cause: number | null): void {
  if (error === null) db.run("DELETE FROM errors WHERE id = ?", state.id);
  else {
    const body = JSON.stringify(error);
    db.run("INSERT OR REPLACE INTO errors (id, body, cause) VALUES (?, ?, ?)", state.id, body, cause);
  }
}

function followUp(db: Connection, { state, follow, pauseQueue }: Ending, now: number): void {
  if (pauseQueue) pause(db, db.lanes.get(state.lane).queue, true);
  if (follow.length === 0) return;
  const jobs = follow.map((job): NewJob => ({ ...job, after: [{ id: state.id, on: "finished" }] }));
  enqueue(db, state.workflow === null ? { jobs } : { jobs, workflow: state.workflow }, now);
}

const COLUMNS = `
  job, number, worker, outcome, started_at, finished_at, wait_ms,
  wall_ms, cpu_ms, max_rss, exit_code, signal, error`;

/** A column more only where something was decided: most attempts just complete. */
function record(db: Connection, endings: readonly Ending[], now: number): void {
  const rows = endings.map((ending) => toRecord(ending, now));
  if (endings.every((ending) => ending.decision === null)) {
    return insertAll(db, `INSERT INTO attempts (${COLUMNS})`, rows);
  }
  const decided = rows.map((row, at) => [...row, endings[at]!.decision]);
  insertAll(db, `INSERT INTO attempts (${COLUMNS}, decision)`, decided);
}

function toRecord({ state, outcome, usage, error }: Ending, now: number): Value[] {
  const waitMs = Math.max(0, state.started_at - state.due_at);
  return [
    ...[state.id, state.attempt, state.worker, outcome, state.started_at, now, waitMs],
    ...[usage.wallMs, usage.cpuMs, usage.maxRssBytes, usage.exitCode, usage.signal],
    error === null ? null : JSON.stringify(error),
  ];
}
