/** Writes jobs as another store had them. */

import { type Attempt, type Job, type JobId, routeOf } from "../../../core/job.ts";
import type { JobRecord } from "../../../core/ports.ts";
import { ms, ruleCode, S } from "../../codes.ts";
import { LIMITED } from "../ops/halt.ts";
import { scopeCode } from "../ops/unique.ts";
import type { Sql } from "../sql.ts";
import type { Books, Tx } from "../tx.ts";
import { insertRows, type Row } from "./insert_rows.ts";

/** Tables with rows of a job, by the column that names it. */
const TABLES = {
  jobs: "id",
  job_state: "id",
  results: "id",
  errors: "id",
  attempts: "job",
  edges: "child",
  unique_keys: "job",
  dead_letters: "id",
  checkpoints: "job",
  steps: "job",
  holds: "job",
  run_failures: "job",
} as const;

export async function enterBooks(
  { lanes, policies }: Books,
  sql: Sql,
  records: readonly JobRecord[],
): Promise<void> {
  const names = new Map<string, { queue: string; route: string; kind: string }>();
  for (const { job } of records) {
    const route = routeOf(job);
    names.set(JSON.stringify([job.queue, route, job.kind]), { queue: job.queue, route, kind: job.kind });
  }
  await lanes.enterNames(sql, [...names.values()]);
  await policies.enter(sql, records.map(({ job }) => job.policy));
}

export async function writeJobs(tx: Tx, records: readonly JobRecord[]): Promise<void> {
  const ids = records.map(({ job }) => job.id);
  for (const [table, column] of Object.entries(TABLES)) {
    await tx.run(`DELETE FROM gigq.${table} WHERE ${column} = ANY($1::bigint[])`, ids);
  }
  const workers = await tx.workers.enterNames(tx, namesOf(records));
  await insertRows(tx, "jobs", records.map((record) => toJobRow(tx, record)));
  await insertRows(tx, "job_state", records.map((record) => toStateRow(tx, record, workers)));
  for (const [table, rowsOf] of DETAILS) await insertRows(tx, table, records.flatMap(rowsOf));
  await insertRows(
    tx,
    "unique_keys",
    records.flatMap(({ job, unique, holdsKey }) => holdsKey ? [{ key: unique!.key, job: job.id }] : []),
    "ON CONFLICT (key) DO UPDATE SET job = excluded.job",
  );
  await insertRows(
    tx,
    "attempts",
    records.flatMap(({ job, attempts }) => attempts.map((attempt) => toAttemptRow(job.id, attempt, workers))),
  );
  await countFailures(tx, ids);
}

/** Workers that ran jobs elsewhere. */
function namesOf(records: readonly JobRecord[]): string[] {
  const all = records.flatMap((
    { job, attempts },
  ) => [job.worker, ...attempts.map((attempt) => attempt.worker)]);
  return [...new Set(all)].filter((name) => name !== null);
}

function toJobRow({ policies }: Books, { job, runAt, unique }: JobRecord): Row {
  return {
    id: job.id,
    policy: policies.id(job.policy),
    payload: JSON.stringify(job.payload),
    name: job.name,
    tags: job.tags.length === 0 ? null : job.tags,
    created_at: ms(job.createdAt),
    run_at: msOrNull(runAt),
    expires_at: msOrNull(job.expiresAt),
    parents: job.dependencies.length,
    workflow: job.workflow,
    step: job.step,
    unique_key: unique?.key ?? null,
    unique_scope: unique === null ? null : scopeCode(unique.scope),
  };
}

function toStateRow(
  { lanes }: Books,
  { job, startBy }: JobRecord,
  workers: ReadonlyMap<string, number>,
): Row {
  const isRunning = job.status === "running";
  return {
    id: job.id,
    lane: lanes.id(job.queue, routeOf(job), job.kind),
    priority: job.priority,
    status: isRunning ? S.ready : S[job.status],
    reason: job.reason,
    attempt: job.attempt,
    failures: job.failures,
    waiting_on: job.waitingOn,
    due_at: ms(job.dueAt),
    start_by: msOrNull(startBy),
    worker: job.worker === null ? null : workers.get(job.worker)!,
    cancel_requested: job.cancelRequested && !isRunning,
    started_at: msOrNull(job.startedAt),
    first_started_at: firstStart(job),
    finished_at: msOrNull(job.finishedAt),
    workflow: job.workflow,
    progress: job.progress === null ? null : JSON.stringify(job.progress),
  };
}

/** See `FIRST_STARTED`. */
function firstStart({ firstStartedAt, startedAt }: Job): number | null {
  if (firstStartedAt !== null) return ms(firstStartedAt);
  return startedAt === null ? null : -1;
}

/** Rows of the tables beside the two of each job. */
const DETAILS: readonly (readonly [keyof typeof TABLES, (record: JobRecord) => Row[]])[] = [
  ["results", ({ job }) => job.result === null ? [] : [{ id: job.id, body: JSON.stringify(job.result) }]],
  [
    "errors",
    ({ job }) =>
      job.error === null ? [] : [{ id: job.id, body: JSON.stringify(job.error), cause: job.cause }],
  ],
  ["dead_letters", ({ job }) => job.dead ? [{ id: job.id }] : []],
  [
    "edges",
    ({ job }) =>
      job.dependencies.map(({ id, on }, position) => ({
        child: job.id,
        position,
        parent: id,
        rule: ruleCode(on),
      })),
  ],
  ["holds", ({ job }) => job.canaries.map((canary) => ({ job: job.id, canary }))],
  [
    "checkpoints",
    ({ job, checkpoint }) =>
      checkpoint === null ? [] : [{
        job: job.id,
        attempt: checkpoint.attempt,
        at: ms(checkpoint.at),
        value: JSON.stringify(checkpoint.value),
      }],
  ],
  [
    "steps",
    ({ job, checkpoint }) =>
      Object.entries(checkpoint?.steps ?? {}).map(([key, value]) => ({
        job: job.id,
        key: JSON.stringify(key),
        value: JSON.stringify(value),
      })),
  ],
];

function toAttemptRow(job: JobId, attempt: Attempt, workers: ReadonlyMap<string, number>): Row {
  return {
    job,
    number: attempt.number,
    worker: attempt.worker === null ? null : workers.get(attempt.worker)!,
    outcome: attempt.outcome,
    started_at: ms(attempt.startedAt),
    finished_at: ms(attempt.finishedAt!),
    wait_ms: ms(attempt.waitMs),
    wall_ms: attempt.wallMs,
    cpu_ms: attempt.cpuMs,
    max_rss: attempt.maxRssBytes === null ? null : Math.round(attempt.maxRssBytes),
    exit_code: attempt.exitCode,
    signal: attempt.signal,
    error: attempt.error === null ? null : JSON.stringify(attempt.error),
    decision: attempt.decision === null ? null : JSON.stringify(attempt.decision),
  };
}

/** The failed jobs of runs with a limit. */
async function countFailures(tx: Tx, ids: readonly JobId[]): Promise<void> {
  await tx.run(
    `
    INSERT INTO gigq.run_failures (workflow, job)
    SELECT s.workflow, s.id FROM gigq.job_state s JOIN gigq.workflows w ON w.id = s.workflow
    WHERE s.id = ANY($1::bigint[]) AND s.status = ${S.failed} AND ${LIMITED}`,
    ids,
  );
}

function msOrNull(time: number | null): number | null {
  return time === null ? null : ms(time);
}
