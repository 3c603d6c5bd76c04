/** Figures: jobs by status and queue, workflow runs. */

import type { Status } from "../../../core/job.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { QueueStats, Stats, WorkflowRun } from "../../../core/ports.ts";
import { STATUSES } from "../../../core/transitions.ts";
import { statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";

type Counts = Partial<Record<Status, number>>;

/** Each part walks one index in its order; the whole table in one go would have to be sorted. */
const COUNT_SQL = `
  SELECT lane, 0 AS status, count(*) AS count FROM job_state WHERE status = 0 GROUP BY lane
  UNION ALL SELECT lane, 1, count(*) FROM job_state WHERE status = 1 GROUP BY lane
  UNION ALL SELECT lane, 2, count(*) FROM job_state WHERE status = 2 GROUP BY lane
  UNION ALL SELECT lane, 3, count(*) FROM job_state WHERE status = 3 GROUP BY lane
  UNION ALL SELECT lane, status, count(*) FROM job_state WHERE status >= 4 GROUP BY lane, status`;

export function stats(db: Connection): Stats {
  const rows = db.all<{ lane: number; status: number; count: number }>(COUNT_SQL);
  const statuses = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  const queues = new Map<string, { paused: boolean; statuses: Counts }>();
  for (const { name } of db.all<{ name: string }>("SELECT name FROM queues WHERE paused = 1")) {
    queues.set(name, { paused: true, statuses: {} });
  }
  let total = 0;
  for (const { lane, status: code, count } of rows) {
    const status = statusOf(code);
    const { queue } = db.lanes.get(lane);
    const entry = queues.get(queue) ?? { paused: false, statuses: {} };
    entry.statuses[status] = (entry.statuses[status] ?? 0) + count;
    queues.set(queue, entry);
    statuses[status] += count;
    total += count;
  }
  const sorted: [string, QueueStats][] = [...queues].sort(([a], [b]) => a < b ? -1 : 1);
  return { total, statuses, queues: Object.fromEntries(sorted) };
}

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
}

/** Newest first. */
export function workflows(db: Connection, filter: WorkflowFilter): readonly WorkflowRun[] {
  const { id, name, key, type, limit } = filter;
  // Only the terms that are given, so that a look-up by key or id is one seek.
  const terms = Object.entries({ id, name, key, type }).filter(([, value]) => value !== undefined);
  const rows = db.all<WorkflowRow>(
    `
    SELECT id, name, key, params, created_at, source, type, max_fails, max_fails_percent, halted_at
    FROM workflows
    WHERE ${["1", ...terms.map(([column]) => `${column} = ?`)].join(" AND ")}
    ORDER BY id DESC LIMIT ?`,
    ...terms.map(([, value]) => value!),
    limit === undefined || !Number.isFinite(limit) ? -1 : Math.max(0, Math.floor(limit)),
  );
  const counts = countJobs(db, rows.map((run) => run.id));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    key: row.key,
    params: JSON.parse(row.params) as JsonObject,
    createdAt: row.created_at,
    source: row.source,
    type: row.type,
    maxFails: toMaxFails(row),
    haltedAt: row.halted_at,
    counts: counts.get(row.id) ?? {},
  }));
}

function toMaxFails({ max_fails, max_fails_percent }: WorkflowRow): WorkflowRun["maxFails"] {
  if (max_fails !== null) return { count: max_fails };
  return max_fails_percent === null ? null : { percent: max_fails_percent };
}

/** Jobs of runs by status. */
export function countJobs(db: Connection, runs: readonly number[]): ReadonlyMap<number, Counts> {
  const rows = db.all<{ workflow: number; status: number; count: number }>(
    `
    SELECT j.workflow, s.status, count(*) AS count
    FROM json_each(?) w
    CROSS JOIN jobs j ON j.workflow = w.value
    CROSS JOIN job_state s ON s.id = j.id
    GROUP BY 1, 2`,
    JSON.stringify(runs),
  );
  const counts = new Map<number, Counts>();
  for (const { workflow, status, count } of rows) {
    const entry = counts.get(workflow) ?? {};
    entry[statusOf(status)] = count;
    counts.set(workflow, entry);
  }
  return counts;
}
