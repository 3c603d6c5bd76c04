/** Jobs as people see them. */

import type { Dependency, FailReason, Job, JobError, JobId } from "../../../core/job.ts";
import type { Json, JsonObject } from "../../../core/json.ts";
import type { Selector } from "../../../core/ports.ts";
import { FIRST_STARTED, ruleOf, S, statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import type { Value } from "../driver.ts";
import { canariesOf } from "./holds.ts";
import { toWhere } from "./select.ts";

interface JobListRow {
  readonly id: JobId;
  readonly lane: number;
  readonly status: number;
  readonly reason: FailReason | null;
  readonly priority: number;
  readonly attempt: number;
  readonly failures: number;
  readonly waiting_on: number;
  readonly due_at: number;
  readonly worker: number | null;
  readonly cancel_requested: number;
  readonly started_at: number | null;
  readonly first_started_at: number | null;
  readonly finished_at: number | null;
  readonly cause: number | null;
  readonly dead: number;
  readonly name: string | null;
  readonly tags: string | null;
  readonly payload: string;
  readonly policy: number;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly parents: number;
  readonly workflow: number | null;
  readonly step: string | null;
  readonly unique_key: string | null;
  readonly result: string | null;
  readonly error: string | null;
  readonly progress: string | null;
}

const COLUMNS = `
  s.id, s.lane, s.status, s.reason, s.priority, s.attempt, s.failures, s.waiting_on, s.due_at, s.worker,
  s.cancel_requested, s.started_at, ${FIRST_STARTED} AS first_started_at, s.finished_at, e.cause,
  s.status = 5 AND EXISTS (SELECT 1 FROM dead_letters d WHERE d.id = s.id) AS dead,
  j.name, j.tags, j.payload, j.policy, j.created_at, j.expires_at,
  j.parents, j.workflow, j.step, j.unique_key, r.body AS result, e.body AS error, p.body AS progress`;

export function list(db: Connection, selector: Selector): readonly Job[] {
  const { cursor, order = "asc", limit } = selector;
  const { sql, params } = toWhere(selector);
  const all: Value[] = [...params];
  let query = `
    SELECT ${COLUMNS}
    FROM job_state s ${hint(selector)} JOIN jobs j ON j.id = s.id
    LEFT JOIN results r ON r.id = s.id
    LEFT JOIN errors e ON e.id = s.id
    LEFT JOIN progress p ON p.id = s.id
    WHERE ${sql}`;
  if (cursor !== undefined) {
    query += order === "asc" ? " AND s.id > ?" : " AND s.id < ?";
    all.push(cursor);
  }
  query += ` ORDER BY s.id ${order === "asc" ? "ASC" : "DESC"}`;
  if (limit !== undefined && Number.isFinite(limit)) {
    query += " LIMIT ?";
    all.push(Math.max(0, Math.floor(limit)));
  }
  const rows = db.all<JobListRow>(query, ...all);
  const dependencies = loadDependencies(db, rows);
  const held = canariesOf(db, rows.filter((row) => row.status === S.blocked).map((row) => row.id));
  return rows.map((row) => toJob(db, row, dependencies.get(row.id) ?? [], held.get(row.id) ?? []));
}

/** Few jobs run at a time, but the planner would rather walk all jobs in the order of their ids. */
function hint({ statuses }: Selector): string {
  return statuses?.length === 1 && statuses[0] === "running" ? "INDEXED BY state_lease" : "";
}

export function count(db: Connection, selector: Selector): number {
  const { sql, params } = toWhere(selector);
  const from = sql.includes("j.") ? "job_state s JOIN jobs j ON j.id = s.id" : "job_state s";
  return db.get<{ count: number }>(`SELECT count(*) AS count FROM ${from} WHERE ${sql}`, ...params)!.count;
}

function loadDependencies(db: Connection, rows: readonly JobListRow[]): ReadonlyMap<JobId, Dependency[]> {
  const ids = rows.filter((row) => row.parents > 0).map((row) => row.id);
  const found = new Map<JobId, Dependency[]>();
  if (ids.length === 0) return found;
  const edges = db.all<{ child: JobId; parent: JobId; rule: number }>(
    `
    SELECT child, parent, rule FROM edges
    WHERE child IN (SELECT value FROM json_each(?)) ORDER BY child, position`,
    JSON.stringify(ids),
  );
  for (const { child, parent, rule } of edges) {
    const dependency = { id: parent, on: ruleOf(rule) };
    const known = found.get(child);
    if (known === undefined) found.set(child, [dependency]);
    else known.push(dependency);
  }
  return found;
}

function toJob(
  db: Connection,
  row: JobListRow,
  dependencies: readonly Dependency[],
  canaries: readonly JobId[],
): Job {
  const { queue, kind } = db.lanes.get(row.lane);
  const policy = db.policies.get(row.policy);
  return {
    id: row.id,
    name: row.name,
    queue,
    kind,
    status: statusOf(row.status),
    reason: row.reason,
    priority: row.priority,
    tags: row.tags === null ? [] : JSON.parse(row.tags) as string[],
    attempt: row.attempt,
    failures: row.failures,
    maxAttempts: policy.maxAttempts,
    payload: JSON.parse(row.payload) as JsonObject,
    policy,
    createdAt: row.created_at,
    dueAt: row.due_at,
    expiresAt: row.expires_at,
    startedAt: row.started_at,
    firstStartedAt: row.first_started_at,
    finishedAt: row.finished_at,
    result: parse(row.result),
    error: parse(row.error) as JobError | null,
    cause: row.cause,
    dead: row.dead === 1,
    canaries,
    progress: parse(row.progress),
    dependencies,
    waitingOn: row.waiting_on,
    workflow: row.workflow,
    step: row.step,
    worker: db.workers.get(row.worker)?.id ?? null,
    uniqueKey: row.unique_key,
    cancelRequested: row.cancel_requested === 1,
  };
}

function parse(text: string | null): Json {
  return text === null ? null : JSON.parse(text) as Json;
}
