/** Stores jobs. Everything is checked and decided before the first row is written. */

import { NotFoundError } from "../../../core/errors.ts";
import { type JobId, type NewJob, routeOf } from "../../../core/job.ts";
import type { Enqueued, NewWorkflow } from "../../../core/ports.ts";
import { isFinal, satisfies } from "../../../core/transitions.ts";
import { ms, ruleCode, S, statusOf } from "../codes.ts";
import type { Connection } from "../connection.ts";
import { insertRows, type JobRow } from "./insert.ts";
import { UniqueKeys } from "./unique.ts";

export interface Batch {
  readonly jobs: readonly NewJob[];
  readonly workflow?: NewWorkflow;
}

interface Parent {
  readonly id: JobId;
  readonly status: number;
}

/** @throws {NotFoundError} When a dependency names a job that does not exist */
export function enqueue(
  db: Connection,
  { jobs, workflow }: Batch,
  now: number,
): { jobs: readonly Enqueued[]; workflow: number | null } {
  const stored = loadParents(db, jobs);
  const workflowId = workflow === undefined ? null : insertWorkflow(db, workflow, now);
  const uniques = new UniqueKeys(db, jobs, now);
  const first = nextId(db);
  const rows: JobRow[] = [];
  const enqueued: Enqueued[] = [];
  /** What each job of the batch is to those after it. */
  const batch: Parent[] = [];
  for (const [index, job] of jobs.entries()) {
    const holder = uniques.holderOf(job);
    if (holder !== undefined) {
      enqueued.push({ id: holder.id, created: false });
      batch.push(holder);
      continue;
    }
    const row = toRow(
      db,
      first + rows.length,
      job,
      now,
      workflowId,
      (parent) => parentOf(parent, index, stored, batch),
    );
    if (job.unique !== null) uniques.take(job.unique, row);
    rows.push(row);
    enqueued.push({ id: row.id, created: true });
    batch.push(row);
  }
  insertRows(db, rows, now);
  takeIds(db, rows.length);
  return { jobs: enqueued, workflow: workflowId };
}

type Dependencies = NewJob["after"];

function parentOf(
  dependency: Dependencies[number],
  index: number,
  stored: ReadonlyMap<JobId, number>,
  batch: readonly Parent[],
): Parent {
  if ("id" in dependency) return { id: dependency.id, status: stored.get(dependency.id)! };
  const parent = batch[dependency.index];
  if (parent === undefined) {
    throw new NotFoundError(
      `Job ${index} of the batch depends on job ${dependency.index}, which is not before it`,
    );
  }
  return parent;
}

/** Statuses of the stored jobs that the batch depends on. */
function loadParents(db: Connection, jobs: readonly NewJob[]): ReadonlyMap<JobId, number> {
  const wanted = new Set<JobId>();
  for (const job of jobs) {
    for (const dependency of job.after) if ("id" in dependency) wanted.add(dependency.id);
  }
  if (wanted.size === 0) return new Map();
  const rows = db.all<Parent>(
    "SELECT id, status FROM job_state WHERE id IN (SELECT value FROM json_each(?))",
    JSON.stringify([...wanted]),
  );
  const found = new Map(rows.map((row) => [row.id, row.status]));
  for (const id of wanted) {
    if (!found.has(id)) {
      throw new NotFoundError(`Job ${id} does not exist, so nothing can wait for it`, {
        hint: "gigq list shows the jobs there are",
      });
    }
  }
  return found;
}

function insertWorkflow(db: Connection, workflow: NewWorkflow, now: number): number {
  const { value } = db.get<{ value: number }>(
    "UPDATE counters SET value = value + 1 WHERE name = 'workflow' RETURNING value",
  )!;
  db.run(
    "INSERT INTO workflows (id, name, key, params, created_at) VALUES (?, ?, ?, ?, ?)",
    value,
    workflow.name,
    workflow.key,
    JSON.stringify(workflow.params),
    now,
  );
  return value;
}

/** The next id; it is ours for as long as the transaction lasts. */
function nextId(db: Connection): JobId {
  return db.get<{ value: number }>("SELECT value FROM counters WHERE name = 'job'")!.value + 1;
}

/** Nobody gets these ids again, whatever becomes of their jobs. */
function takeIds(db: Connection, count: number): void {
  if (count > 0) db.run("UPDATE counters SET value = value + ? WHERE name = 'job'", count);
}

function toRow(
  db: Connection,
  id: JobId,
  job: NewJob,
  now: number,
  workflow: number | null,
  parentOf: (dependency: Dependencies[number]) => Parent,
): JobRow {
  let open = 0;
  let skipped = false;
  const edges = job.after.map((dependency) => {
    const parent = parentOf(dependency);
    if (!isFinal(statusOf(parent.status))) open++;
    else if (!satisfies(statusOf(parent.status), dependency.on)) skipped = true;
    return { parent: parent.id, rule: ruleCode(dependency.on) };
  });
  const dueAt = Math.max(now, job.runAt === null ? now : ms(job.runAt));
  const status = skipped ? S.skipped : open > 0 ? S.blocked : dueAt > now ? S.scheduled : S.ready;
  return {
    id,
    status,
    lane: db.lanes.id(job.queue, routeOf(job), job.kind),
    policy: db.policies.id(job.policy),
    priority: job.priority,
    payload: JSON.stringify(job.payload),
    name: job.name,
    tags: job.tags,
    dueAt,
    runAt: dueAt > now ? dueAt : null,
    expiresAt: job.expiresAt === null ? null : ms(job.expiresAt),
    waitingOn: skipped ? 0 : open,
    workflow,
    step: job.step,
    unique: job.unique,
    edges,
  };
}
