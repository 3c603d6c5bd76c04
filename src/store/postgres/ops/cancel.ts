/** Ends pending jobs, asks running ones to stop. Works alone: nothing changes between its statements. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import { S, statusOf } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { settle } from "./settle.ts";

export async function cancel(tx: Tx, ids: readonly JobId[], now: number): Promise<readonly Change[]> {
  const before = await statuses(tx, ids);
  const pending = [...before].filter(([, status]) => status < S.running).map(([id]) => id);
  if (pending.length > 0) {
    await tx.run(
      `
      UPDATE gigq.job_state SET status = 6, waiting_on = 0, finished_at = $2 WHERE id = ANY($1::bigint[])`,
      pending,
      now,
    );
  }
  const running = [...before].filter(([, status]) => status === S.running).map(([id]) => id);
  if (running.length > 0) {
    await tx.run("UPDATE gigq.job_state SET cancel_requested = true WHERE id = ANY($1::bigint[])", running);
  }
  await settle(tx, pending, now);
  return ids.map((id): Change => {
    const status = before.get(id);
    if (status === undefined) return { id, result: "missing", status: null };
    const result = status < S.running ? "done" : status === S.running ? "requested" : "refused";
    return { id, result, status: statusOf(status) };
  });
}

/** The status of each job that exists. */
export async function statuses(tx: Tx, ids: readonly JobId[]): Promise<Map<JobId, number>> {
  const rows = await tx.all<{ id: JobId; status: number }>(
    "SELECT id, status FROM gigq.job_state WHERE id = ANY($1::bigint[])",
    ids,
  );
  return new Map(rows.map((row) => [row.id, row.status]));
}
