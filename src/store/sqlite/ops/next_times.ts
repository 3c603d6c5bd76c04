/** When the next scheduled job within a claim becomes ready: how long a worker may sleep. */

import type { Claim } from "../../../core/ports.ts";
import type { Connection } from "../connection.ts";

interface Times {
  readonly first: number | null;
  readonly retry: number | null;
}

/** Two seeks a lane in the index `state_next`. */
const LANES_SQL = `
  SELECT min(fresh) AS first, min(again) AS retry FROM (
    SELECT
      (SELECT min(due_at) FROM job_state WHERE status = 1 AND lane = value AND (attempt > 0) = 0) AS fresh,
      (SELECT min(due_at) FROM job_state WHERE status = 1 AND lane = value AND (attempt > 0) = 1) AS again
    FROM json_each(?1)
  )`;

const WORKFLOW_SQL = `
  SELECT min(CASE WHEN s.attempt = 0 THEN s.due_at END) AS first, min(CASE WHEN s.attempt > 0 THEN s.due_at END) AS retry
  FROM jobs j CROSS JOIN job_state s ON s.id = j.id
  WHERE j.workflow = ?2 AND s.status = 1 AND s.lane IN (SELECT value FROM json_each(?1))`;

const NONE = { nextAt: null, nextRetryAt: null };

export function nextTimes(
  db: Connection,
  lanes: readonly number[],
  workflow: number | undefined,
): Pick<Claim, "nextAt" | "nextRetryAt"> {
  if (!db.exists("SELECT 1 AS found FROM job_state WHERE status = 1 LIMIT 1")) return NONE;
  const list = JSON.stringify(lanes);
  const { first, retry } = workflow === undefined
    ? db.get<Times>(LANES_SQL, list)!
    : db.get<Times>(WORKFLOW_SQL, list, workflow)!;
  return { nextAt: min(first, retry), nextRetryAt: retry };
}

function min(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
