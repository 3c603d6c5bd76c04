/** Parents and children of jobs. */

import type { JobError, JobId } from "../../../core/job.ts";
import type { Json } from "../../../core/json.ts";
import type { Parent } from "../../../core/ports.ts";
import { ruleOf, statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";

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
export function parents(db: Connection, ids: readonly JobId[]): ReadonlyMap<JobId, readonly Parent[]> {
  const found = new Map<JobId, Parent[]>(ids.map((id) => [id, []]));
  const rows = db.all<ParentRow>(
    `
    SELECT e.child, e.parent AS id, e.rule, s.status, j.step, j.name, r.body AS result, x.body AS error
    FROM edges e
    CROSS JOIN job_state s ON s.id = e.parent
    CROSS JOIN jobs j ON j.id = e.parent
    LEFT JOIN results r ON r.id = e.parent
    LEFT JOIN errors x ON x.id = e.parent
    WHERE e.child IN (SELECT value FROM json_each(?)) ORDER BY e.child, e.position`,
    JSON.stringify(ids),
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
export function children(db: Connection, ids: readonly JobId[]): readonly JobId[] {
  const rows = db.all<{ child: JobId }>(
    `
    SELECT DISTINCT child FROM edges WHERE parent IN (SELECT value FROM json_each(?)) ORDER BY child`,
    JSON.stringify(ids),
  );
  return rows.map((row) => row.child);
}
