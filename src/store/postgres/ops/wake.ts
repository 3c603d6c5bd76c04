/** Sets free those that wait for jobs which ended as they wished. */

import type { JobId } from "../../../core/job.ts";
import type { Tx } from "../tx.ts";

/**
 * Counts down for blocked jobs, by the rows of a table that say who waits for whom; at zero they can run. Jobs are locked
 * in the order of their ids, so that two who wake the same ones do not wait in a circle.
 *
 * @param waiters What the table calls those that wait, and those they wait for
 * @param ids The jobs that ended
 */
export async function wake(
  tx: Tx,
  { table, waits, awaited }: { readonly table: string; readonly waits: string; readonly awaited: string },
  ids: readonly JobId[],
  now: number,
): Promise<void> {
  await tx.run(
    `
    WITH d AS MATERIALIZED (
      SELECT t.${waits} AS job, count(*) AS settled FROM gigq.${table} t
      WHERE t.${awaited} = ANY($1::bigint[]) GROUP BY t.${waits}
    ), held AS MATERIALIZED (
      SELECT id FROM gigq.job_state WHERE status = 0 AND id = ANY(ARRAY(SELECT job FROM d))
      ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE gigq.job_state s SET
      waiting_on = s.waiting_on - d.settled,
      status = CASE WHEN s.waiting_on > d.settled THEN 0 WHEN s.due_at > $2::bigint THEN 1 ELSE 2 END,
      due_at = CASE WHEN s.waiting_on > d.settled THEN s.due_at ELSE greatest(s.due_at, $2::bigint) END
    FROM held h JOIN d ON d.job = h.id WHERE s.id = h.id`,
    ids,
    now,
  );
}
