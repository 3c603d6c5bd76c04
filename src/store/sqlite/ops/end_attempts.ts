/** The one way out of `running`: state, record of the attempt, result, error, and what follows for children. */

import type { AttemptOutcome, FailReason, JobId } from "../../../core/job.ts";
import type { Usage } from "../../../core/ports.ts";
import { S } from "../codes.ts";
import type { Connection } from "../connection.ts";
import type { Value } from "../driver.ts";
import { insertAll } from "./bulk.ts";
import { settle } from "./settle.ts";

/** A running job as it stands. */
export interface Running {
  readonly id: JobId;
  readonly attempt: number;
  readonly worker: number | null;
  readonly due_at: number;
  readonly started_at: number;
  readonly lease_until: number;
  readonly cancel_requested: number;
}

/** What becomes of one. */
export interface Ending {
  readonly state: Running;
  readonly status: number;
  readonly outcome: AttemptOutcome;
  readonly reason: FailReason | null;
  /** JSON. */
  readonly result: string | null;
  /** JSON. */
  readonly error: string | null;
  /** When it is due again, unless it is final. */
  readonly dueAt: number | null;
  /** Whether it counts against the attempts allowed. */
  readonly failed: boolean;
  readonly usage: Usage;
}

/** Those of the jobs that are running, by id. */
export function running(db: Connection, ids: readonly JobId[]): ReadonlyMap<JobId, Running> {
  const rows = db.all<Running>(
    `
    SELECT id, attempt, worker, due_at, started_at, lease_until, cancel_requested
    FROM job_state WHERE id IN (SELECT value FROM json_each(?)) AND status = 3`,
    JSON.stringify(ids),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Writes endings, which must be of distinct jobs that are running. */
export function endAttempts(db: Connection, endings: readonly Ending[], now: number): void {
  if (endings.length === 0) return;
  const completed = endings.filter((ending) => ending.status === S.completed);
  complete(db, completed, now);
  for (const ending of endings) {
    if (ending.status !== S.completed) change(db, ending, now);
  }
  insertAll(db, RECORD, endings.map((ending) => toRecord(ending, now)));
  const ended = endings.filter((ending) => ending.status >= S.completed);
  settle(db, ended.map((ending) => ending.state.id), now);
}

/** The common case, as a set. */
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

function change(db: Connection, { state, status, reason, dueAt, failed, error }: Ending, now: number): void {
  db.run(
    `
    UPDATE job_state SET
      status = ?2, reason = ?3, failures = failures + ?4, due_at = coalesce(?5, due_at), finished_at = ?6,
      lease_until = NULL, process = NULL
    WHERE id = ?1`,
    state.id,
    status,
    reason,
    failed ? 1 : 0,
    dueAt,
    status >= S.completed ? now : null,
  );
  if (error !== null) {
    db.run("INSERT OR REPLACE INTO errors (id, body) VALUES (?, ?)", state.id, error);
  } else if (failed) {
    db.run("DELETE FROM errors WHERE id = ?", state.id);
  }
}

const RECORD = `
  INSERT INTO attempts (
    job, number, worker, outcome, started_at, finished_at, wait_ms,
    wall_ms, cpu_ms, max_rss, exit_code, signal, error
  )`;

function toRecord({ state, outcome, usage, error }: Ending, now: number): Value[] {
  const waitMs = Math.max(0, state.started_at - state.due_at);
  return [
    ...[state.id, state.attempt, state.worker, outcome, state.started_at, now, waitMs],
    ...[usage.wallMs, usage.cpuMs, usage.maxRssBytes, usage.exitCode, usage.signal, error],
  ];
}
