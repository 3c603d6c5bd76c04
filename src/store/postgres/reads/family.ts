/** Parents and children of jobs. */

import type { JobError, JobId } from "../../../core/job.ts";
import type { Json } from "../../../core/json.ts";
import type { Parent } from "../../../core/ports.ts";
import { ruleOf, statusOf } from "../../codes.ts";
import type { Sql } from "../sql.ts";

interface ParentRow {
  readonly child: JobId;
  readonly id: JobId;
  readonly rule: number;
  readonly status: number;
  readonly step: string | null;
  readonly name: string | null;
  readonly result: string | null;
  readonly error: string | null;
}

/** An entry for each id, in the order of the job's dependencies. */
export async function parents(
  sql: Sql,
  ids: readonly JobId[],
): Promise<ReadonlyMap<JobId, readonly Parent[]>> {
  const found = new Map<JobId, Parent[]>(ids.map((id) => [id, []]));
  const rows = ids.length === 0 ? [] : await sql.all<ParentRow>(
    `
    SELECT e.child, e.parent AS id, e.rule, s.status, j.step, j.name, r.body AS result, x.body AS error
    FROM gigq.edges e
    JOIN gigq.job_state s ON s.id = e.parent
    JOIN gigq.jobs j ON j.id = e.parent
    LEFT JOIN gigq.results r ON r.id = e.parent
    LEFT JOIN gigq.errors x ON x.id = e.parent
    WHERE e.child = ANY($1::bigint[]) ORDER BY e.child, e.position`,
    ids,
  );
  for (const { child, id, rule, status, step, name, result, error } of rows) {
    found.get(child)!.push({
      id,
      step,
      name,
      on: ruleOf(rule),
      status: statusOf(status),
      result: result === null ? null : JSON.parse(result) as Json,
      error: error === null ? null : JSON.parse(error) as JobError,
    });
  }
  return found;
}

/** By rising id, each once. */
export async function children(sql: Sql, ids: readonly JobId[]): Promise<readonly JobId[]> {
  if (ids.length === 0) return [];
  const rows = await sql.all<{ child: JobId }>(
    "SELECT DISTINCT child FROM gigq.edges WHERE parent = ANY($1::bigint[]) ORDER BY child",
    ids,
  );
  return rows.map((row) => row.child);
}
