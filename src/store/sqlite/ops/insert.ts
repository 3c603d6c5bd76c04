/**
 * Writes rows of new jobs. A run of jobs that differ in their payload alone, as a bulk submit makes them, is one
 * statement a table: three times as fast as a statement a row. Others are written row by row, which in turn is
 * twice as fast as taking columns out of JSON.
 */

import type { JobId, Unique } from "../../../core/job.ts";
import { S } from "../codes.ts";
import type { Connection } from "../connection.ts";

/** A new job with everything decided. */
export interface JobRow {
  readonly id: JobId;
  readonly status: number;
  readonly lane: number;
  readonly policy: number;
  readonly priority: number;
  readonly payload: string;
  readonly name: string | null;
  readonly tags: readonly string[];
  readonly dueAt: number;
  /** `null` when `dueAt` is the present. */
  readonly runAt: number | null;
  readonly expiresAt: number | null;
  readonly waitingOn: number;
  readonly workflow: number | null;
  readonly step: string | null;
  readonly unique: Unique | null;
  readonly edges: readonly { readonly parent: JobId; readonly rule: number }[];
}

/** Shorter runs are not worth a statement of their own. */
const MIN_RUN = 4;
/** Longer ones are cut, so that the pages they fill stay in the cache. */
const MAX_RUN = 1_000;

/** Writes rows whose ids rise without a gap. */
export function insertRows(db: Connection, rows: readonly JobRow[], now: number): void {
  for (let start = 0; start < rows.length;) {
    let end = start + 1;
    while (end < rows.length && end - start < MAX_RUN && alike(rows[start]!, rows[end]!)) end++;
    const run = rows.slice(start, end);
    if (run.length >= MIN_RUN) insertRun(db, run, now);
    else for (const row of run) insertRow(db, row, now);
    start = end;
  }
}

function alike(a: JobRow, b: JobRow): boolean {
  return a.lane === b.lane && a.policy === b.policy && a.priority === b.priority && a.status === b.status &&
    a.name === b.name && a.dueAt === b.dueAt && a.expiresAt === b.expiresAt && a.step === b.step &&
    plain(a) && plain(b);
}

function plain(row: JobRow): boolean {
  return row.tags.length === 0 && row.edges.length === 0 && row.unique === null;
}

function insertRun(db: Connection, run: readonly JobRow[], now: number): void {
  const first = run[0]!;
  db.run(
    `
    INSERT INTO jobs (id, policy, payload, name, created_at, run_at, expires_at, workflow, step)
    SELECT ?2 + key, ?3, value, ?4, ?5, ?6, ?7, ?8, ?9 FROM json_each(?1)`,
    `[${run.map((row) => row.payload).join()}]`,
    first.id,
    first.policy,
    first.name,
    now,
    first.runAt,
    first.expiresAt,
    first.workflow,
    first.step,
  );
  db.run(
    `
    INSERT INTO job_state (id, lane, priority, status, due_at, start_by, finished_at, workflow)
    SELECT id, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM jobs WHERE id BETWEEN ?1 AND ?2`,
    first.id,
    first.id + run.length - 1,
    first.lane,
    first.priority,
    first.status,
    first.dueAt,
    first.expiresAt,
    first.status === S.skipped ? now : null,
    first.workflow,
  );
}

function insertRow(db: Connection, row: JobRow, now: number): void {
  db.run(
    `
    INSERT INTO jobs (
      id, policy, payload, name, tags, created_at, run_at, expires_at, parents, workflow, step,
      unique_key, unique_scope
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.id,
    row.policy,
    row.payload,
    row.name,
    row.tags.length === 0 ? null : JSON.stringify(row.tags),
    now,
    row.runAt,
    row.expiresAt,
    row.edges.length,
    row.workflow,
    row.step,
    row.unique?.key ?? null,
    row.unique === null ? null : scopeCode(row.unique.scope),
  );
  db.run(
    `
    INSERT INTO job_state (
      id, lane, priority, status, waiting_on, due_at, start_by, finished_at, workflow
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.id,
    row.lane,
    row.priority,
    row.status,
    row.waitingOn,
    row.dueAt,
    row.expiresAt,
    row.status === S.skipped ? now : null,
    row.workflow,
  );
  for (const [position, { parent, rule }] of row.edges.entries()) {
    db.run(
      "INSERT INTO edges (child, position, parent, rule) VALUES (?, ?, ?, ?)",
      row.id,
      position,
      parent,
      rule,
    );
  }
  for (const tag of row.tags) db.run("INSERT OR IGNORE INTO tags (tag, job) VALUES (?, ?)", tag, row.id);
  if (row.unique !== null) {
    db.run("INSERT OR REPLACE INTO unique_keys (key, job) VALUES (?, ?)", row.unique.key, row.id);
  }
}

function scopeCode(scope: Unique["scope"]): number {
  if (scope === "unfinished") return -1;
  return scope === "always" ? -2 : Math.max(0, Math.round(scope));
}
