/** Workflow runs. */

import type { Status } from "../../../core/job.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { WorkflowRun } from "../../../core/ports.ts";
import { statusOf } from "../../codes.ts";
import type { Sql, Value } from "../sql.ts";
import { toLimit } from "./limit.ts";

export interface WorkflowFilter {
  readonly id?: number;
  readonly name?: string;
  readonly key?: string;
  readonly type?: WorkflowRun["type"];
  readonly limit?: number;
}

interface WorkflowRow {
  readonly id: number;
  readonly name: string;
  readonly key: string | null;
  readonly params: string;
  readonly created_at: number;
  readonly source: string | null;
  readonly type: WorkflowRun["type"];
  readonly max_fails: number | null;
  readonly max_fails_percent: number | null;
  readonly halted_at: number | null;
  readonly statuses: readonly number[] | null;
  readonly counts: readonly number[] | null;
}

/** Newest first. */
export async function workflows(sql: Sql, filter: WorkflowFilter): Promise<readonly WorkflowRun[]> {
  const { id, name, key, type, limit } = filter;
  // Only the terms that are given, so that a look-up by key or id is one seek.
  const terms: string[] = ["true"];
  const params: Value[] = [toLimit(limit)];
  for (const [column, value] of Object.entries({ id, name, key, type })) {
    if (value !== undefined) terms.push(`${column} = $${params.push(value)}`);
  }
  const rows = await sql.all<WorkflowRow>(
    `
    SELECT w.*, c.statuses, c.counts FROM (
      SELECT id, name, key, params, created_at, source, type, max_fails, max_fails_percent, halted_at
      FROM gigq.workflows WHERE ${terms.join(" AND ")} ORDER BY id DESC LIMIT $1::bigint
    ) w
    LEFT JOIN LATERAL (
      SELECT array_agg(status) AS statuses, array_agg(count) AS counts FROM (
        SELECT s.status, count(*) AS count FROM gigq.jobs j JOIN gigq.job_state s ON s.id = j.id
        WHERE j.workflow = w.id GROUP BY s.status
      ) g
    ) c ON true
    ORDER BY w.id DESC`,
    ...params,
  );
  return rows.map(toRun);
}

/** A run of its row. */
export function toRun(row: WorkflowRow): WorkflowRun {
  const counts: Partial<Record<Status, number>> = {};
  row.statuses?.forEach((status, index) => counts[statusOf(status)] = row.counts![index]!);
  return {
    id: row.id,
    name: row.name,
    key: row.key,
    params: JSON.parse(row.params) as JsonObject,
    createdAt: row.created_at,
    source: row.source,
    type: row.type,
    maxFails: toMaxFails(row),
    haltedAt: row.halted_at,
    counts,
  };
}

function toMaxFails({ max_fails, max_fails_percent }: WorkflowRow): WorkflowRun["maxFails"] {
  if (max_fails !== null) return { count: max_fails };
  return max_fails_percent === null ? null : { percent: max_fails_percent };
}
