/** Jobs that wait for something that may never come. */

import { counted } from "../../../core/counted.ts";
import type { Finding } from "../../../core/ports.ts";
import { ago, ok, problem, warning } from "../../finding.ts";
import type { Sql } from "../sql.ts";

/** Any worker that lives takes a job back within a lease of some seconds. */
const LONG_EXPIRED_MS = 5 * 60_000;
/** So long a ready job waits where a worker is busy; beyond it, there may be none. */
const UNSERVED_MS = 10 * 60_000;

/** Milliseconds since the epoch, by the server, which is what workers go by. */
export const NOW = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/** The checks `leases` and `waiting`. */
export async function* checkJobs(sql: Sql): AsyncGenerator<Finding> {
  yield await checkLeases(sql);
  const waiting = [...await findPaused(sql), ...await findUnserved(sql)];
  yield* waiting;
  if (waiting.length === 0) yield ok("waiting", "Nothing that is ready waits in vain");
}

async function checkLeases(sql: Sql): Promise<Finding> {
  const row = await sql.get<{ count: number; longest: number | null }>(
    `SELECT count(*) AS count, max(${NOW} - lease_until) AS longest FROM gigq.job_state
    WHERE status = 3 AND lease_until < ${NOW} - $1::bigint`,
    LONG_EXPIRED_MS,
  );
  const { count, longest } = row!;
  if (count === 0) return ok("leases", "No job is held beyond its lease");
  return problem(
    "leases",
    `${counted(count, "running job")} lost the worker, the first ${ago(longest!)}, and nobody took over`,
    "Start a worker, or let gigq doctor --fix hand them back",
  );
}

async function findPaused(sql: Sql): Promise<Finding[]> {
  const rows = await sql.all<{ queue: string; count: number }>(`
    SELECT l.queue, count(*) AS count FROM gigq.job_state s JOIN gigq.lanes l ON l.id = s.lane
    JOIN gigq.queues q ON q.name = l.queue AND q.paused
    WHERE s.status = 2 GROUP BY l.queue ORDER BY l.queue`);
  return rows.map(({ queue, count }) =>
    warning(
      "waiting",
      `${counted(count, "ready job")} in queue ${queue}, which is paused`,
      `gigq queue resume ${queue}`,
    )
  );
}

interface Lane {
  readonly queue: string;
  readonly route: string;
  readonly count: number;
  readonly waited: number;
}

/** Lanes with a job that waits for long, from which nothing was started meanwhile. */
async function findUnserved(sql: Sql): Promise<Finding[]> {
  const rows = await sql.all<Lane>(
    `
    SELECT l.queue, l.route, r.count, r.waited FROM (
      SELECT lane, count(*) AS count, max(${NOW} - due_at) AS waited
      FROM gigq.job_state WHERE status = 2 GROUP BY lane
    ) r JOIN gigq.lanes l ON l.id = r.lane
    WHERE r.waited > $1::bigint AND l.queue NOT IN (SELECT name FROM gigq.queues WHERE paused)
      AND NOT EXISTS (
        SELECT 1 FROM gigq.job_state s WHERE s.lane = r.lane AND s.status >= 3 AND s.started_at >= ${NOW} - $1::bigint
      )
    ORDER BY l.id`,
    UNSERVED_MS,
  );
  return rows.map(({ queue, route, count, waited }) =>
    warning(
      "waiting",
      `${counted(count, "job")} of ${route} in queue ${queue} ready since ${
        ago(waited)
      }, and no worker takes them`,
      route.startsWith("function:")
        ? `Run the script that registers the task ${route.slice("function:".length)}`
        : `gigq worker --queue ${queue}`,
    )
  );
}
