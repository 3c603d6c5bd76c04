/** The one way out of `running`: state, record of the attempt, result, error, and what follows for children. */

import type { JobId } from "../../../core/job.ts";
import { S } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import type { Value } from "../driver.ts";
import { insertAll } from "./bulk.ts";
import { endOtherwise, followUp } from "./end_otherwise.ts";
import type { Ending, Running } from "./ending.ts";
import { settle } from "./settle.ts";

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
  const [completed, others] = partition(endings);
  complete(db, completed, now);
  endOtherwise(db, others, now);
  record(db, endings, now);
  const ended = endings.filter((ending) => ending.status >= S.completed);
  settle(db, ended.map((ending) => ending.state.id), now);
  followUp(db, others, now);
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

const COLUMNS = `
  job, number, worker, outcome, started_at, finished_at, wait_ms,
  wall_ms, cpu_ms, max_rss, exit_code, signal, error`;

/** A column more only where something was decided: most attempts just complete. */
function record(db: Connection, endings: readonly Ending[], now: number): void {
  const rows = endings.map((ending) => toRecord(ending, now));
  if (endings.every(({ failure }) => failure === null || failure.decision === null)) {
    return insertAll(db, `INSERT INTO attempts (${COLUMNS})`, rows);
  }
  const decided = rows.map((row, at) => [...row, endings[at]!.failure?.decision ?? null]);
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
