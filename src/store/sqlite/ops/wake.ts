/** Sets free those that wait for jobs which ended as they wished. */

import type { Connection } from "../connection.ts";

/**
 * Counts down for blocked jobs, by the rows of a table that say who waits for whom; at zero they can run.
 *
 * @param waiters What the table calls those that wait, and those they wait for
 * @param ids JSON: the jobs that ended
 */
export function wake(
  db: Connection,
  { table, waits, awaited }: { readonly table: string; readonly waits: string; readonly awaited: string },
  ids: string,
  now: number,
): void {
  db.run(
    `
    UPDATE job_state SET
      waiting_on = waiting_on - d.settled,
      status = CASE WHEN waiting_on > d.settled THEN 0 WHEN due_at > ?2 THEN 1 ELSE 2 END,
      due_at = CASE WHEN waiting_on > d.settled THEN due_at ELSE max(due_at, ?2) END
    FROM (
      SELECT t.${waits} AS job, count(*) AS settled FROM json_each(?1) p
      CROSS JOIN ${table} t ON t.${awaited} = p.value
      GROUP BY t.${waits}
    ) AS d
    WHERE job_state.id = d.job AND job_state.status = 0`,
    ids,
    now,
  );
}
