/** Jobs as people see them. */

import type { FailReason, Job, JobError, JobId } from "../../../core/job.ts";
import type { Json, JsonObject } from "../../../core/json.ts";
import type { Selector } from "../../../core/ports.ts";
import { FIRST_STARTED, ruleOf, S, statusOf } from "../../codes.ts";
import type { Sql, Value } from "../sql.ts";
import type { Books, Tx } from "../tx.ts";
import { toLimit } from "./limit.ts";
import { toWhere } from "./select.ts";

/** A job with all that belongs to it, as {@linkcode COLUMNS} selects it. */
export interface JobListRow {
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
  readonly cancel_requested: boolean;
  readonly started_at: number | null;
  readonly first_started_at: number | null;
  readonly finished_at: number | null;
  readonly cause: number | null;
  readonly dead: boolean;
  readonly name: string | null;
  readonly tags: readonly string[] | null;
  readonly payload: string;
  readonly policy: number;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly parents: readonly JobId[] | null;
  readonly rules: readonly number[] | null;
  readonly canaries: readonly JobId[] | null;
  readonly workflow: number | null;
  readonly step: string | null;
  readonly unique_key: string | null;
  readonly result: string | null;
  readonly error: string | null;
  readonly progress: string | null;
}

/** Of a job `s`, `j`; one statement sees one moment, so everything comes with it. */
export const COLUMNS = `
  s.id, s.lane, s.status, s.reason, s.priority, s.attempt, s.failures, s.waiting_on, s.due_at, s.worker,
  s.cancel_requested, s.started_at, ${FIRST_STARTED} AS first_started_at, s.finished_at, e.cause,
  s.status = ${S.failed} AND EXISTS (SELECT 1 FROM gigq.dead_letters d WHERE d.id = s.id) AS dead,
  j.name, j.tags, j.payload, j.policy, j.created_at, j.expires_at,
  CASE WHEN j.parents > 0 THEN
    (SELECT array_agg(x.parent ORDER BY x.position) FROM gigq.edges x WHERE x.child = s.id) END AS parents,
  CASE WHEN j.parents > 0 THEN
    (SELECT array_agg(x.rule ORDER BY x.position) FROM gigq.edges x WHERE x.child = s.id) END AS rules,
  CASE WHEN s.status = ${S.blocked} THEN
    (SELECT array_agg(h.canary ORDER BY h.canary) FROM gigq.holds h WHERE h.job = s.id) END AS canaries,
  j.workflow, j.step, j.unique_key, r.body AS result, e.body AS error, s.progress`;

/** The tables of {@linkcode COLUMNS}. */
export const TABLES = `
  gigq.job_state s JOIN gigq.jobs j ON j.id = s.id
  LEFT JOIN gigq.results r ON r.id = s.id
  LEFT JOIN gigq.errors e ON e.id = s.id`;

export async function list(tx: Tx, selector: Selector): Promise<readonly Job[]> {
  const { cursor, order = "asc", limit } = selector;
  const { sql: where, params } = toWhere(selector);
  const all: Value[] = [...params];
  let query = `SELECT ${COLUMNS} FROM ${TABLES} WHERE ${where}`;
  if (cursor !== undefined) query += ` AND s.id ${order === "asc" ? ">" : "<"} $${all.push(cursor)}`;
  query += ` ORDER BY s.id ${order === "asc" ? "ASC" : "DESC"}`;
  const most = toLimit(limit);
  if (most !== null) query += ` LIMIT $${all.push(most)}`;
  return await toJobs(tx, await tx.all<JobListRow>(query, ...all));
}

export async function count(sql: Sql, selector: Selector): Promise<number> {
  const { sql: where, params } = toWhere(selector);
  const from = where.includes("j.") ? "gigq.job_state s JOIN gigq.jobs j ON j.id = s.id" : "gigq.job_state s";
  const row = await sql.get<{ count: number }>(
    `SELECT count(*) AS count FROM ${from} WHERE ${where}`,
    ...params,
  );
  return row!.count;
}

/** Rows with what the books say. What the books hold never changes, so that it may be read later. */
export async function toJobs(tx: Tx, rows: readonly JobListRow[]): Promise<Job[]> {
  await Promise.all([
    tx.lanes.load(tx, rows.map((row) => row.lane)),
    tx.policies.load(tx, rows.map((row) => row.policy)),
    tx.workers.load(tx, rows.map((row) => row.worker)),
  ]);
  return rows.map((row) => toJob(tx, row));
}

function toJob({ lanes, policies, workers }: Books, row: JobListRow): Job {
  const { queue, kind } = lanes.get(row.lane);
  const policy = policies.get(row.policy);
  return {
    id: row.id,
    name: row.name,
    queue,
    kind,
    status: statusOf(row.status),
    reason: row.reason,
    priority: row.priority,
    tags: row.tags ?? [],
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
    dead: row.dead,
    canaries: row.canaries ?? [],
    progress: parse(row.progress),
    dependencies: (row.parents ?? []).map((id, index) => ({ id, on: ruleOf(row.rules![index]!) })),
    waitingOn: row.waiting_on,
    workflow: row.workflow,
    step: row.step,
    worker: workers.get(row.worker)?.id ?? null,
    uniqueKey: row.unique_key,
    cancelRequested: row.cancel_requested,
  };
}

function parse(text: string | null): Json {
  return text === null ? null : JSON.parse(text) as Json;
}
