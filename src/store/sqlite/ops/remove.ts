/** Deletes final jobs with their history. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import { S, statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { statuses } from "./cancel.ts";

export function remove(db: Connection, ids: readonly JobId[]): readonly Change[] {
  const before = statuses(db, ids);
  const final = [...before].filter(([, status]) => status >= S.completed).map(([id]) => id);
  const needed = neededByChildren(db, final);
  const removed = new Set(final.filter((id) => !needed.has(id)));
  if (removed.size > 0) deleteRows(db, JSON.stringify([...removed]));
  return ids.map((id): Change => {
    const status = before.get(id);
    if (status === undefined) return { id, result: "missing", status: null };
    return { id, result: removed.has(id) ? "done" : "refused", status: statusOf(status) };
  });
}

/** Those that an unfinished job depends on. */
function neededByChildren(db: Connection, ids: readonly JobId[]): ReadonlySet<JobId> {
  const rows = db.all<{ parent: JobId }>(
    `
    SELECT DISTINCT e.parent FROM json_each(?) p
    CROSS JOIN edges e ON e.parent = p.value
    CROSS JOIN job_state s ON s.id = e.child
    WHERE s.status < 4`,
    JSON.stringify(ids),
  );
  return new Set(rows.map((row) => row.parent));
}

/** Tables and the column that names the job. The last ones are read while the first are emptied. */
const TABLES = [
  ["logs", "job"],
  ["attempts", "job"],
  ["results", "id"],
  ["errors", "id"],
  ["progress", "id"],
  ["checkpoints", "job"],
  ["steps", "job"],
  ["dead_letters", "id"],
  ["run_failures", "job"],
  ["edges", "child"],
  ["edges", "parent"],
  ["job_state", "id"],
  ["jobs", "id"],
] as const;

function deleteRows(db: Connection, list: string): void {
  forgetTags(db, list);
  forgetKeys(db, list);
  for (const [table, column] of TABLES) {
    db.run(`DELETE FROM ${table} WHERE ${column} IN (SELECT value FROM json_each(?))`, list);
  }
}

/** By the jobs' own lists, since the table is in the order of tags. */
export function forgetTags(db: Connection, list: string): void {
  db.run(
    `
    DELETE FROM tags WHERE (tag, job) IN (
      SELECT t.value, j.id FROM json_each(?) i
      CROSS JOIN jobs j ON j.id = i.value
      CROSS JOIN json_each(coalesce(j.tags, '[]')) t
    )`,
    list,
  );
}

/** Keys that these jobs hold; those that others took over stay. */
export function forgetKeys(db: Connection, list: string): void {
  db.run(
    `
    DELETE FROM unique_keys WHERE key IN (
      SELECT u.key FROM json_each(?) i
      CROSS JOIN jobs j ON j.id = i.value
      CROSS JOIN unique_keys u ON u.key = j.unique_key AND u.job = j.id
    )`,
    list,
  );
}
