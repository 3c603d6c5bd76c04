/** Hands out ready jobs. Its cost follows the number of jobs handed out, not the number stored or waiting. */

import type { JobId } from "../../../core/job.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { Claim, ClaimedJob, ClaimRequest } from "../../../core/ports.ts";
import { ms } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { expireOverdue, promoteDue } from "./due.ts";
import { type Look, lookAround } from "./look_around.ts";
import { takeReady } from "./ready.ts";

/** A job as it was taken. */
export interface ClaimRow {
  readonly id: JobId;
  readonly lane: number;
  readonly priority: number;
  readonly attempt: number;
  readonly failures: number;
  readonly due_at: number;
  readonly first_started_at: number;
  readonly payload: string;
  readonly policy: number;
  readonly name: string | null;
  readonly created_at: number;
  readonly has_parents: boolean;
  readonly has_checkpoint: boolean;
  readonly workflow: number | null;
  readonly step: string | null;
}

/** So that `Infinity` is a limit too. */
const MAX_LIMIT = 2 ** 31 - 1;

export async function claim(tx: Tx, request: ClaimRequest, now: number): Promise<Claim> {
  const look = await lookWhenDone(tx, request, now);
  const limit = Math.min(Math.floor(request.limit), MAX_LIMIT);
  const rows = limit < 1 ? [] : await takeReady(tx, look, {
    limit,
    workflow: request.workflow,
    worker: tx.workers.id(request.worker),
    leaseUntil: ms(now + request.leaseMs),
    now,
  });
  await Promise.all([
    tx.lanes.load(tx, rows.map((row) => row.lane)),
    tx.policies.load(tx, rows.map((row) => row.policy)),
  ]);
  const { nextAt, nextRetryAt } = look;
  return { jobs: rows.map((row) => toClaimed(tx, row, now)), nextAt, nextRetryAt };
}

/** Does what time alone demands, and then looks again: mostly there is nothing to do. */
async function lookWhenDone(tx: Tx, request: ClaimRequest, now: number): Promise<Look> {
  const look = await lookAround(tx, request, now);
  if (!look.overdue && !look.due) return look;
  if (look.overdue) await expireOverdue(tx, now);
  // Those whose parents have just expired may be due as well.
  await promoteDue(tx, now);
  return await lookAround(tx, request, now);
}

function toClaimed({ lanes, policies }: Tx, row: ClaimRow, now: number): ClaimedJob {
  const { kind, queue } = lanes.get(row.lane);
  return {
    id: row.id,
    attempt: row.attempt,
    failures: row.failures,
    kind,
    name: row.name,
    queue,
    priority: row.priority,
    payload: JSON.parse(row.payload) as JsonObject,
    policy: policies.get(row.policy),
    createdAt: row.created_at,
    dueAt: row.due_at,
    startedAt: now,
    firstStartedAt: row.first_started_at,
    workflow: row.workflow,
    step: row.step,
    hasParents: row.has_parents,
    hasCheckpoint: row.has_checkpoint,
  };
}
