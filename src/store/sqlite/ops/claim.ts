/** Hands out ready jobs. Its cost follows the number of jobs handed out, not the number stored or waiting. */

import type { JobId } from "../../../core/job.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { Claim, ClaimedJob, ClaimRequest } from "../../../core/ports.ts";
import { FIRST_STARTED, ms } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { refuseUnlessOpen } from "../state.ts";
import { expireOverdue, lookAhead, promoteDue } from "./due.ts";
import { pickReady } from "./ready.ts";
import { nextTimes } from "./next_times.ts";

interface ClaimRow {
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
  readonly parents: number;
  readonly checkpoint: number;
  readonly workflow: number | null;
  readonly step: string | null;
}

/** So that `Infinity` is a limit too. */
const MAX_LIMIT = 2 ** 31;

const NOTHING: Claim = { jobs: [], nextAt: null, nextRetryAt: null };

export function claim(db: Connection, request: ClaimRequest, now: number): Claim {
  const ahead = lookAhead(db, now);
  if (!ahead.isOpen) {
    refuseUnlessOpen(db, "use");
    return NOTHING;
  }
  if (ahead.overdue) expireOverdue(db, now);
  if (ahead.due) promoteDue(db, now);
  const lanes = db.lanes.open(request);
  const limit = Math.min(Math.floor(request.limit), MAX_LIMIT);
  const ids = limit < 1 ? [] : pickReady(db, lanes, limit, request.workflow);
  const jobs = ids.length === 0 ? [] : take(db, ids, request, now);
  return { jobs, ...nextTimes(db, lanes, request.workflow) };
}

function take(db: Connection, ids: readonly JobId[], request: ClaimRequest, now: number): ClaimedJob[] {
  const list = JSON.stringify(ids);
  db.run(
    `
    UPDATE job_state SET
      status = 3, attempt = attempt + 1, worker = ?2, lease_until = ?3, started_at = ?4, start_by = NULL
    WHERE id IN (SELECT value FROM json_each(?1))`,
    list,
    db.workers.id(request.worker),
    ms(now + request.leaseMs),
    now,
  );
  const rows = db.all<ClaimRow>(
    `
    SELECT s.id, s.lane, s.priority, s.attempt, s.failures, s.due_at, s.workflow, ${FIRST_STARTED} AS first_started_at,
      j.payload, j.policy, j.name, j.created_at, j.step,
      j.parents > 0 AND EXISTS (SELECT 1 FROM edges WHERE child = s.id) AS parents,
      s.attempt > 1 AND EXISTS (SELECT 1 FROM checkpoints WHERE job = s.id) AS checkpoint
    FROM json_each(?1) i
    CROSS JOIN job_state s ON s.id = i.value
    CROSS JOIN jobs j ON j.id = s.id
    ORDER BY i.key`,
    list,
  );
  return rows.map((row) => toClaimed(db, row, now));
}

function toClaimed(db: Connection, row: ClaimRow, now: number): ClaimedJob {
  const { kind, queue } = db.lanes.get(row.lane);
  return {
    id: row.id,
    attempt: row.attempt,
    failures: row.failures,
    kind,
    name: row.name,
    queue,
    priority: row.priority,
    payload: JSON.parse(row.payload) as JsonObject,
    policy: db.policies.get(row.policy),
    createdAt: row.created_at,
    dueAt: row.due_at,
    startedAt: now,
    firstStartedAt: row.first_started_at,
    workflow: row.workflow,
    step: row.step,
    hasParents: row.parents === 1,
    hasCheckpoint: row.checkpoint === 1,
  };
}
