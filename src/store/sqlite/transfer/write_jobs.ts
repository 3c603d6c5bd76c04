/** Writes jobs as another store had them. */

import { type Attempt, type JobId, routeOf } from "../../../core/job.ts";
import type { JobRecord } from "../../../core/ports.ts";
import { ms, ruleCode, S } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import type { Value } from "../driver.ts";
import { insertAll } from "../ops/bulk.ts";
import { noteFailures } from "../ops/halt.ts";
import { scopeCode } from "../ops/insert.ts";
import { forgetKeys, forgetTags } from "../ops/remove.ts";

export function writeJobs(db: Connection, records: readonly JobRecord[]): void {
  const list = JSON.stringify(records.map(({ job }) => job.id));
  forgetEarlier(db, list);
  insertAll(
    db,
    `INSERT OR REPLACE INTO jobs (
      id, policy, payload, name, tags, created_at, run_at, expires_at, parents, workflow, step, unique_key, unique_scope
    )`,
    records.map((record) => toSpecification(db, record)),
  );
  insertAll(
    db,
    `INSERT OR REPLACE INTO job_state (
      id, lane, priority, status, reason, attempt, failures, waiting_on, due_at, start_by, worker, cancel_requested,
      started_at, first_started_at, finished_at, workflow
    )`,
    records.map((record) => toState(db, record)),
  );
  for (const [head, rows] of DETAILS) insertAll(db, `INSERT OR REPLACE INTO ${head}`, records.flatMap(rows));
  insertAll(
    db,
    `INSERT INTO attempts (
      job, number, worker, outcome, started_at, finished_at, wait_ms, wall_ms, cpu_ms, max_rss, exit_code, signal, error,
      decision
    )`,
    records.flatMap(({ job, attempts }) => attempts.map((attempt) => toAttempt(db, job.id, attempt))),
  );
  noteFailures(db, list);
}

/** What jobs of these ids had when they were written before. Their output and their children are written later. */
function forgetEarlier(db: Connection, list: string): void {
  const sql = "SELECT 1 AS found FROM jobs WHERE id IN (SELECT value FROM json_each(?)) LIMIT 1";
  if (!db.exists(sql, list)) return;
  forgetTags(db, list);
  forgetKeys(db, list);
  for (
    const [table, column] of [
      ...["attempts", "checkpoints", "steps", "run_failures", "holds"].map((table) => [table, "job"]),
      ...["results", "errors", "progress", "dead_letters"].map((table) => [table, "id"]),
      ["edges", "child"],
    ]
  ) {
    db.run(`DELETE FROM ${table} WHERE ${column} IN (SELECT value FROM json_each(?))`, list);
  }
}

function toSpecification(db: Connection, { job, runAt, unique }: JobRecord): Value[] {
  return [
    ...[job.id, db.policies.id(job.policy), JSON.stringify(job.payload), job.name],
    job.tags.length === 0 ? null : JSON.stringify(job.tags),
    ...[ms(job.createdAt), msOrNull(runAt), msOrNull(job.expiresAt)],
    ...[job.dependencies.length, job.workflow, job.step],
    unique?.key ?? null,
    unique === null ? null : scopeCode(unique.scope),
  ];
}

function toState(db: Connection, { job, startBy }: JobRecord): Value[] {
  const isRunning = job.status === "running";
  return [
    ...[job.id, db.lanes.id(job.queue, routeOf(job), job.kind), job.priority],
    ...[isRunning ? S.ready : S[job.status], job.reason, job.attempt, job.failures, job.waitingOn],
    ...[ms(job.dueAt), msOrNull(startBy), workerId(db, job.worker)],
    job.cancelRequested && !isRunning ? 1 : 0,
    ...[msOrNull(job.startedAt), firstStart(job), msOrNull(job.finishedAt), job.workflow],
  ];
}

/** See `FIRST_STARTED`. */
function firstStart({ firstStartedAt, startedAt }: JobRecord["job"]): number | null {
  if (firstStartedAt !== null) return ms(firstStartedAt);
  return startedAt === null ? null : -1;
}

/** Rows of the tables beside the two of each job. */
const DETAILS: readonly (readonly [string, (record: JobRecord) => Value[][]])[] = [
  ["results (id, body)", ({ job }) => orNone(job.result, [job.id, JSON.stringify(job.result)])],
  [
    "errors (id, body, cause)",
    ({ job }) => orNone(job.error, [job.id, JSON.stringify(job.error), job.cause]),
  ],
  ["progress (id, body)", ({ job }) => orNone(job.progress, [job.id, JSON.stringify(job.progress)])],
  ["dead_letters (id)", ({ job }) => job.dead ? [[job.id]] : []],
  [
    "edges (child, position, parent, rule)",
    ({ job }) => job.dependencies.map(({ id, on }, position) => [job.id, position, id, ruleCode(on)]),
  ],
  ["holds (job, canary)", ({ job }) => job.canaries.map((canary) => [job.id, canary])],
  ["tags (tag, job)", ({ job }) => job.tags.map((tag) => [tag, job.id])],
  ["unique_keys (key, job)", ({ job, unique, holdsKey }) => holdsKey ? [[unique!.key, job.id]] : []],
  [
    "checkpoints (job, attempt, at, value)",
    ({ job, checkpoint }) =>
      checkpoint === null
        ? []
        : [[job.id, checkpoint.attempt, ms(checkpoint.at), JSON.stringify(checkpoint.value)]],
  ],
  [
    "steps (job, key, value)",
    ({ job, checkpoint }) =>
      Object.entries(checkpoint?.steps ?? {}).map(([key, value]) => [job.id, key, JSON.stringify(value)]),
  ],
];

function orNone(value: unknown, row: Value[]): Value[][] {
  return value === null ? [] : [row];
}

function toAttempt(db: Connection, job: JobId, attempt: Attempt): Value[] {
  return [
    ...[job, attempt.number, workerId(db, attempt.worker), attempt.outcome],
    ...[ms(attempt.startedAt), ms(attempt.finishedAt!), ms(attempt.waitMs)],
    ...[attempt.wallMs, attempt.cpuMs, attempt.maxRssBytes, attempt.exitCode, attempt.signal],
    ...[attempt.error, attempt.decision].map((value) => value === null ? null : JSON.stringify(value)),
  ];
}

/** Of workers that ran jobs elsewhere only the names are known. */
function workerId(db: Connection, name: string | null): number | null {
  return name === null ? null : db.workers.id({ id: name, host: "", boot: null, pid: 0, pidStart: null });
}

function msOrNull(time: number | null): number | null {
  return time === null ? null : ms(time);
}
