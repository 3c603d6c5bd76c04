/** Ends pending jobs, asks running ones to stop. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import { S, statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { settle } from "./settle.ts";

export function cancel(db: Connection, ids: readonly JobId[], now: number): readonly Change[] {
  const before = statuses(db, ids);
  const pending = [...before].filter(([, status]) => status < S.running).map(([id]) => id);
  if (pending.length > 0) {
    db.run(
      `
      UPDATE job_state SET status = 6, waiting_on = 0, finished_at = ?2
      WHERE id IN (SELECT value FROM json_each(?1))`,
      JSON.stringify(pending),
      now,
    );
  }
  const runningIds = [...before].filter(([, status]) => status === S.running).map(([id]) => id);
  if (runningIds.length > 0) {
    db.run(
      "UPDATE job_state SET cancel_requested = 1 WHERE id IN (SELECT value FROM json_each(?1))",
      JSON.stringify(runningIds),
    );
  }
  settle(db, pending, now);
  return ids.map((id): Change => {
    const status = before.get(id);
    if (status === undefined) return { id, result: "missing", status: null };
    const result = status < S.running ? "done" : status === S.running ? "requested" : "refused";
    return { id, result, status: statusOf(status) };
  });
}

/** The status of each job that exists. */
export function statuses(db: Connection, ids: readonly JobId[]): Map<JobId, number> {
  const rows = db.all<{ id: JobId; status: number }>(
    "SELECT id, status FROM job_state WHERE id IN (SELECT value FROM json_each(?))",
    JSON.stringify(ids),
  );
  return new Map(rows.map((row) => [row.id, row.status]));
}
