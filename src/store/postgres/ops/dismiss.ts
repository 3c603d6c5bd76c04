/** Takes failed jobs off the dead letters. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import { statusOf } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { statuses } from "./cancel.ts";

export async function dismiss(tx: Tx, ids: readonly JobId[]): Promise<readonly Change[]> {
  const before = await statuses(tx, ids);
  const rows = await tx.all<{ id: JobId }>(
    "DELETE FROM gigq.dead_letters WHERE id = ANY($1::bigint[]) RETURNING id",
    ids,
  );
  const dead = new Set(rows.map((row) => row.id));
  return ids.map((id): Change => {
    const status = before.get(id);
    if (status === undefined) return { id, result: "missing", status: null };
    return { id, result: dead.has(id) ? "done" : "refused", status: statusOf(status) };
  });
}
