/**
 * Writes new jobs. A run of jobs that differ in their payload alone, as a bulk submit makes them, is one statement
 * a table: three times as fast as a statement a row. Others are written row by row, which in turn is twice as fast
 * as taking columns out of JSON.
 */

import type { JobId, NewJob, Unique } from "../../../core/job.ts";
import { S } from "../../codes.ts";
import type { Connection } from "../connection.ts";

/** What was decided of a new job, or of many that are alike. */
export interface JobFrame {
  readonly status: number;
  readonly lane: number;
  readonly policy: number;
  readonly priority: number;
  readonly name: string | null;
  readonly dueAt: number;
  /** `null` when `dueAt` is the present. */
  readonly runAt: number | null;
  readonly expiresAt: number | null;
  readonly waitingOn: number;
  readonly workflow: number | null;
  readonly step: string | null;
}

/** A parent of a new job. */
export interface Edge {
  readonly parent: JobId;
  readonly rule: number;
}

/**
 * Writes jobs without tags, unique keys and parents, whose ids rise without a gap.
 *
 * @param payloads A JSON array of `count` objects
 */
export function insertRun(
  db: Connection,
  first: JobId,
  frame: JobFrame,
  payloads: string,
  count: number,
  now: number,
): void {
  db.run(
    `
    INSERT INTO jobs (id, policy, payload, name, created_at, run_at, expires_at, workflow, step)
    SELECT ?2 + key, ?3, value, ?4, ?5, ?6, ?7, ?8, ?9 FROM json_each(?1)`,
    payloads,
    first,
    frame.policy,
    frame.name,
    now,
    frame.runAt,
    frame.expiresAt,
    frame.workflow,
    frame.step,
  );
  db.run(
    `
    INSERT INTO job_state (id, lane, priority, status, due_at, start_by, workflow)
    SELECT id, ?3, ?4, ?5, ?6, ?7, ?8 FROM jobs WHERE id BETWEEN ?1 AND ?2`,
    first,
    first + count - 1,
    frame.lane,
    frame.priority,
    frame.status,
    frame.dueAt,
    frame.expiresAt,
    frame.workflow,
  );
}

/** Writes one job of any kind. */
export function insertRow(
  db: Connection,
  id: JobId,
  { payload, tags, unique }: NewJob,
  frame: JobFrame,
  edges: readonly Edge[],
  now: number,
): void {
  db.run(
    `
    INSERT INTO jobs (
      id, policy, payload, name, tags, created_at, run_at, expires_at, parents, workflow, step,
      unique_key, unique_scope
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    frame.policy,
    JSON.stringify(payload),
    frame.name,
    tags.length === 0 ? null : JSON.stringify(tags),
    now,
    frame.runAt,
    frame.expiresAt,
    edges.length,
    frame.workflow,
    frame.step,
    unique?.key ?? null,
    unique === null ? null : scopeCode(unique.scope),
  );
  db.run(
    `
    INSERT INTO job_state (
      id, lane, priority, status, waiting_on, due_at, start_by, finished_at, workflow
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    frame.lane,
    frame.priority,
    frame.status,
    frame.waitingOn,
    frame.dueAt,
    frame.expiresAt,
    frame.status === S.skipped ? now : null,
    frame.workflow,
  );
  for (let position = 0; position < edges.length; position++) {
    const { parent, rule } = edges[position]!;
    db.run(
      "INSERT INTO edges (child, position, parent, rule) VALUES (?, ?, ?, ?)",
      id,
      position,
      parent,
      rule,
    );
  }
  for (const tag of tags) db.run("INSERT OR IGNORE INTO tags (tag, job) VALUES (?, ?)", tag, id);
  if (unique !== null) {
    db.run("INSERT OR REPLACE INTO unique_keys (key, job) VALUES (?, ?)", unique.key, id);
  }
}

/** How the scope of a unique key is stored. */
export function scopeCode(scope: Unique["scope"]): number {
  if (scope === "unfinished") return -1;
  return scope === "always" ? -2 : Math.max(0, Math.round(scope));
}
