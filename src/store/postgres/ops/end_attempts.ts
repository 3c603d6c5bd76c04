/** The one way out of `running`: state, record of the attempt, result, error, and what follows for children. */

import type { JobId } from "../../../core/job.ts";
import { S } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { complete } from "./complete.ts";
import { endOtherwise, followUp } from "./end_otherwise.ts";
import type { Ending, Running } from "./ending.ts";
import { settle } from "./settle.ts";

/** Those of the jobs that are running, by id; they stay so until this transaction ends them. */
export async function lockRunning(tx: Tx, ids: readonly JobId[]): Promise<ReadonlyMap<JobId, Running>> {
  const rows = await tx.all<Running>(
    `
    SELECT id, attempt, lease_until, cancel_requested FROM gigq.job_state
    WHERE id = ANY($1::bigint[]) AND status = 3 ORDER BY id FOR UPDATE`,
    ids,
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Writes endings, which must be of distinct jobs that are running and locked. */
export async function endAttempts(tx: Tx, endings: readonly Ending[], now: number): Promise<void> {
  if (endings.length === 0) return;
  const completed = endings.filter((ending) => ending.outcome === "completed");
  const others = endings.filter((ending) => ending.outcome !== "completed");
  await complete(tx, completed, now);
  await endOtherwise(tx, others, now);
  const ended = endings.filter((ending) => ending.status >= S.completed);
  await settle(tx, ended.map((ending) => ending.id), now);
  await followUp(tx, others, now);
}
