/**
 * Stores jobs. Every check is made before an id is taken, since a sequence does not take ids back.
 *
 * Others work at the same time. Stored parents are locked against becoming final (`FOR KEY SHARE`): whoever makes a job
 * final takes its row `FOR UPDATE` and looks for children after that. So a parent either is final already when it is
 * read here, or finds the new edge when it ends. Claims and heartbeats take weaker locks and are not kept waiting.
 */

import { NotFoundError } from "../../../core/errors.ts";
import type { JobId, NewJob } from "../../../core/job.ts";
import type { Enqueued, NewWorkflow } from "../../../core/ports.ts";
import { isOpenSql } from "../guard.ts";
import type { Tx } from "../tx.ts";
import { insertAlike, insertMixed } from "./insert.ts";
import { Plan } from "./plan.ts";
import { areAlike } from "./runs.ts";
import { holdersFor, takeKeys } from "./unique.ts";
import { findRun, insertRun } from "./workflow.ts";

export interface Batch {
  readonly jobs: readonly NewJob[];
  readonly workflow?: NewWorkflow | number;
}

/** What was stored. */
export interface Stored {
  readonly jobs: readonly Enqueued[];
  readonly workflow: number | null;
}

/** @throws {NotFoundError} When a dependency names a job, or the batch a run, that does not exist */
export async function enqueue(tx: Tx, { jobs, workflow }: Batch, now: number): Promise<Stored> {
  if (typeof workflow === "number") await findRun(tx, workflow);
  if (areAlike(tx, jobs)) {
    const run = await runOf(tx, workflow, now);
    const ids = await insertAlike(tx, jobs, run, now);
    return { jobs: ids.map((id) => ({ id, created: true })), workflow: run };
  }
  const parents = await lockParents(tx, jobs);
  const plan = new Plan(jobs, parents, await holdersFor(tx, jobs, now), now);
  const run = await runOf(tx, workflow, now);
  const ids = await newIds(tx, plan.rows.length);
  await Promise.all([insertMixed(tx, plan.rows, ids, run, now), takeKeys(tx, plan.rows, ids)]);
  return { jobs: plan.enqueued(ids), workflow: run };
}

async function runOf(tx: Tx, workflow: Batch["workflow"], now: number): Promise<number | null> {
  if (workflow === undefined) return null;
  return typeof workflow === "number" ? workflow : await insertRun(tx, workflow, now);
}

async function newIds(tx: Tx, count: number): Promise<readonly JobId[]> {
  if (count === 0) return [];
  const rows = await tx.all<{ id: JobId }>(
    `SELECT nextval('gigq.job_id') AS id FROM generate_series(1, $1::int) WHERE ${isOpenSql("$2")}`,
    count,
    tx.mustBeOpen,
  );
  return rows.map((row) => row.id);
}

/** Statuses of the stored jobs that the batch depends on. */
async function lockParents(tx: Tx, jobs: readonly NewJob[]): Promise<ReadonlyMap<JobId, number>> {
  const wanted = new Set<JobId>();
  for (const job of jobs) {
    for (const dependency of job.after) if ("id" in dependency) wanted.add(dependency.id);
  }
  if (wanted.size === 0) return new Map();
  const rows = await tx.all<{ id: JobId; status: number }>(
    "SELECT id, status FROM gigq.job_state WHERE id = ANY($1::bigint[]) ORDER BY id FOR KEY SHARE",
    [...wanted],
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
