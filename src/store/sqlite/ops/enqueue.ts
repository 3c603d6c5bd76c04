/** Stores jobs. Every check is made within the transaction, which a failed one undoes. */

import { NotFoundError } from "../../../core/errors.ts";
import { type JobId, type NewJob, routeOf } from "../../../core/job.ts";
import type { Enqueued, NewWorkflow } from "../../../core/ports.ts";
import { isFinal, satisfies } from "../../../core/transitions.ts";
import { ms, ruleCode, S, statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { type Edge, insertRow, insertRun, type JobFrame } from "./insert.ts";
import { MIN_RUN, RUN_CHARS, runLength } from "./runs.ts";
import { UniqueKeys } from "./unique.ts";
import { runFor } from "./workflow.ts";

export interface Batch {
  readonly jobs: readonly NewJob[];
  readonly workflow?: NewWorkflow | number;
}

/** What is known of a batch while it is written. */
interface Writing {
  readonly db: Connection;
  readonly jobs: readonly NewJob[];
  readonly workflow: number | null;
  readonly now: number;
  /** Statuses of the stored jobs that the batch depends on. */
  readonly stored: ReadonlyMap<JobId, number>;
  /** What was said of each job so far, and its status. */
  readonly enqueued: Enqueued[];
  readonly statuses: number[];
  /** The id of the next new job. */
  nextId: JobId;
}

/** @throws {NotFoundError} When a dependency names a job, or the batch a run, that does not exist */
export function enqueue(
  db: Connection,
  { jobs, workflow }: Batch,
  now: number,
): { jobs: readonly Enqueued[]; workflow: number | null } {
  const stored = loadParents(db, jobs);
  const workflowId = workflow === undefined ? null : runFor(db, workflow, now);
  const uniques = new UniqueKeys(db, jobs, now);
  const first = nextId(db);
  const enqueued: Enqueued[] = [];
  const batch: Writing = {
    db,
    jobs,
    workflow: workflowId,
    now,
    stored,
    enqueued,
    statuses: [],
    nextId: first,
  };
  for (let index = 0; index < jobs.length; index = enqueued.length) {
    const length = runLength(db, jobs, index);
    if (length >= MIN_RUN) writeRun(batch, index, length);
    else for (let i = index; i < index + length; i++) writeOne(batch, i, uniques);
  }
  takeIds(db, batch.nextId - first);
  return { jobs: enqueued, workflow: workflowId };
}

/** Writes jobs that differ in their payload alone: all of them, or the first so many when they are large. */
function writeRun(batch: Writing, start: number, length: number): void {
  const { db, jobs, enqueued, statuses, now } = batch;
  const first = batch.nextId;
  const frame = toFrame(batch, jobs[start]!, NO_EDGES);
  let payloads = JSON.stringify(jobs[start]!.payload);
  let count = 1;
  while (count < length && payloads.length < RUN_CHARS) {
    payloads += "," + JSON.stringify(jobs[start + count]!.payload);
    count++;
  }
  insertRun(db, first, frame, `[${payloads}]`, count, now);
  for (let i = 0; i < count; i++) {
    enqueued.push({ id: first + i, created: true });
    statuses.push(frame.status);
  }
  batch.nextId += count;
}

function writeOne(batch: Writing, index: number, uniques: UniqueKeys): void {
  const { db, enqueued, statuses, now } = batch;
  const job = batch.jobs[index]!;
  const holder = uniques.holderOf(job);
  if (holder !== undefined) {
    enqueued.push({ id: holder.id, created: false });
    statuses.push(holder.status);
    return;
  }
  const id = batch.nextId++;
  const edges = job.after.length === 0 ? NO_EDGES : toEdges(batch, index);
  const frame = toFrame(batch, job, edges);
  if (job.unique !== null) uniques.take(job.unique, { id, status: frame.status });
  insertRow(db, id, job, frame, edges.list, now);
  enqueued.push({ id, created: true });
  statuses.push(frame.status);
}

/** The edges of a job, and what they make of it. */
interface Edges {
  readonly list: readonly Edge[];
  /** How many parents are not final. */
  readonly open: number;
  /** Whether one ended the wrong way. */
  readonly broken: boolean;
}

const NO_EDGES: Edges = { list: [], open: 0, broken: false };

function toEdges(batch: Writing, index: number): Edges {
  let open = 0;
  let broken = false;
  const list = batch.jobs[index]!.after.map((dependency) => {
    const parent = parentOf(dependency, index, batch);
    if (!isFinal(statusOf(parent.status))) open++;
    else if (!satisfies(statusOf(parent.status), dependency.on)) broken = true;
    return { parent: parent.id, rule: ruleCode(dependency.on) };
  });
  return { list, open, broken };
}

function parentOf(
  dependency: NewJob["after"][number],
  index: number,
  { stored, enqueued, statuses }: Writing,
): { readonly id: JobId; readonly status: number } {
  if ("id" in dependency) return { id: dependency.id, status: stored.get(dependency.id)! };
  const parent = enqueued[dependency.index];
  if (parent === undefined) {
    throw new NotFoundError(
      `Job ${index} of the batch depends on job ${dependency.index}, which is not before it`,
    );
  }
  return { id: parent.id, status: statuses[dependency.index]! };
}

function toFrame({ db, workflow, now }: Writing, job: NewJob, { open, broken }: Edges): JobFrame {
  const dueAt = Math.max(now, job.runAt === null ? now : ms(job.runAt));
  return {
    status: broken ? S.skipped : open > 0 ? S.blocked : dueAt > now ? S.scheduled : S.ready,
    lane: db.lanes.id(job.queue, routeOf(job), job.kind),
    policy: db.policies.id(job.policy),
    priority: job.priority,
    name: job.name,
    dueAt,
    runAt: dueAt > now ? dueAt : null,
    expiresAt: job.expiresAt === null ? null : ms(job.expiresAt),
    waitingOn: broken ? 0 : open,
    workflow,
    step: job.step,
  };
}

/** Statuses of the stored jobs that the batch depends on. */
function loadParents(db: Connection, jobs: readonly NewJob[]): ReadonlyMap<JobId, number> {
  const wanted = new Set<JobId>();
  for (const job of jobs) {
    for (const dependency of job.after) if ("id" in dependency) wanted.add(dependency.id);
  }
  if (wanted.size === 0) return new Map();
  const rows = db.all<{ id: JobId; status: number }>(
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

/** The next id; it is ours for as long as the transaction lasts. */
function nextId(db: Connection): JobId {
  return db.get<{ value: number }>("SELECT value FROM counters WHERE name = 'job'")!.value + 1;
}

/** Nobody gets these ids again, whatever becomes of their jobs. */
function takeIds(db: Connection, count: number): void {
  if (count > 0) db.run("UPDATE counters SET value = value + ? WHERE name = 'job'", count);
}
