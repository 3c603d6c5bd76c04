/** Takes failed jobs off the dead letters. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import { statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";

export function dismiss(db: Connection, ids: readonly JobId[]): readonly Change[] {
  const list = JSON.stringify(ids);
  const rows = db.all<{ id: JobId; status: number; dead: number }>(
    `
    SELECT s.id, s.status, EXISTS (SELECT 1 FROM dead_letters d WHERE d.id = s.id) AS dead
    FROM job_state s WHERE s.id IN (SELECT value FROM json_each(?))`,
    list,
  );
  db.run("DELETE FROM dead_letters WHERE id IN (SELECT value FROM json_each(?))", list);
  const before = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id): Change => {
    const job = before.get(id);
    if (job === undefined) return { id, result: "missing", status: null };
    return { id, result: job.dead === 1 ? "done" : "refused", status: statusOf(job.status) };
  });
}
