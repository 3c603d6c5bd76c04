/** All ends of attempts but the common one, job by job: failures and what goes with them, cancels, releases. */

import type { NewJob } from "../../../core/job.ts";
import { S } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { noteCauses } from "./causes.ts";
import type { Ending } from "./ending.ts";
import { enqueue } from "./enqueue.ts";
import { pause } from "./pause.ts";

export function endOtherwise(db: Connection, endings: readonly Ending[], now: number): void {
  if (endings.length === 0) return;
  const failures = endings.map(({ state, error }) => ({ job: state.id, attempt: state.attempt, error }));
  const causes = noteCauses(db, failures, now);
  for (const ending of endings) {
    change(db, ending, now);
    const fingerprint = ending.error?.fingerprint;
    noteError(db, ending, fingerprint === undefined ? null : causes.get(fingerprint)!);
  }
}

function change(db: Connection, { state, status, reason, dueAt, failure }: Ending, now: number): void {
  db.run(
    `
    UPDATE job_state SET
      status = ?2, reason = ?3, failures = failures + ?4, due_at = coalesce(?5, due_at), finished_at = ?6,
      lease_until = NULL, process = NULL,
      first_started_at = CASE WHEN first_started_at >= 0 THEN first_started_at ELSE started_at END
    WHERE id = ?1`,
    state.id,
    status,
    reason,
    failure?.counts ? 1 : 0,
    dueAt,
    status >= S.completed ? now : null,
  );
  if (failure?.dead) db.run("INSERT OR IGNORE INTO dead_letters (id) VALUES (?)", state.id);
}

/** The error of a job is that of its latest failure. */
function noteError(db: Connection, { state, error, failure }: Ending, cause: number | null): void {
  if (error !== null) {
    const body = JSON.stringify(error);
    db.run("INSERT OR REPLACE INTO errors (id, body, cause) VALUES (?, ?, ?)", state.id, body, cause);
  } else if (failure !== null) {
    db.run("DELETE FROM errors WHERE id = ?", state.id);
  }
}

/** What comes after failures: their jobs stand as they ended by now. */
export function followUp(db: Connection, endings: readonly Ending[], now: number): void {
  for (const { state: { id }, failure } of endings) {
    if (failure === null || (failure.follow.length === 0 && !failure.pauseQueue)) continue;
    const { lane, workflow } = db.get<{ lane: number; workflow: number | null }>(
      "SELECT lane, workflow FROM job_state WHERE id = ?",
      id,
    )!;
    if (failure.pauseQueue) pause(db, db.lanes.get(lane).queue, true);
    if (failure.follow.length === 0) continue;
    const jobs = failure.follow.map((job): NewJob => ({ ...job, after: [{ id, on: "finished" }] }));
    enqueue(db, workflow === null ? { jobs } : { jobs, workflow }, now);
  }
}
