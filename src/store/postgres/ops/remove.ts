/** Deletes final jobs with their history. Works alone: nobody stores a child of one meanwhile. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import { S, statusOf } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { statuses } from "./cancel.ts";

export async function remove(tx: Tx, ids: readonly JobId[]): Promise<readonly Change[]> {
  const before = await statuses(tx, ids);
  const final = [...before].filter(([, status]) => status >= S.completed).map(([id]) => id);
  const needed = await neededByChildren(tx, final);
  const removed = new Set(final.filter((id) => !needed.has(id)));
  if (removed.size > 0) await deleteRows(tx, [...removed]);
  return ids.map((id): Change => {
    const status = before.get(id);
    if (status === undefined) return { id, result: "missing", status: null };
    return { id, result: removed.has(id) ? "done" : "refused", status: statusOf(status) };
  });
}

/** Those that an unfinished job depends on. */
async function neededByChildren(tx: Tx, ids: readonly JobId[]): Promise<ReadonlySet<JobId>> {
  const rows = await tx.all<{ parent: JobId }>(
    `
    SELECT DISTINCT e.parent FROM gigq.edges e JOIN gigq.job_state s ON s.id = e.child
    WHERE e.parent = ANY($1::bigint[]) AND s.status < 4`,
    ids,
  );
  return new Set(rows.map((row) => row.parent));
}

/** Tables and the column that names the job. The last one is read while the first are emptied. */
const TABLES = [
  ["logs", "job"],
  ["attempts", "job"],
  ["results", "id"],
  ["errors", "id"],
  ["checkpoints", "job"],
  ["steps", "job"],
  ["dead_letters", "id"],
  ["run_failures", "job"],
  ["edges", "child"],
  ["edges", "parent"],
  ["job_state", "id"],
  ["jobs", "id"],
] as const;

async function deleteRows(tx: Tx, ids: readonly JobId[]): Promise<void> {
  await tx.run(
    `
    DELETE FROM gigq.unique_keys u USING gigq.jobs j
    WHERE j.id = ANY($1::bigint[]) AND u.key = j.unique_key AND u.job = j.id`,
    ids,
  );
  for (const [table, column] of TABLES) {
    await tx.run(`DELETE FROM gigq.${table} WHERE ${column} = ANY($1::bigint[])`, ids);
  }
}
