/** Figures: jobs by status and queue. */

import type { Status } from "../../../core/job.ts";
import type { QueueStats, Stats } from "../../../core/ports.ts";
import { STATUSES } from "../../../core/transitions.ts";
import { statusOf } from "../../codes.ts";
import type { Sql } from "../sql.ts";

type Counts = Partial<Record<Status, number>>;

/** Each part walks the index of its status. Paused queues come along, since they may hold no job. */
const COUNT_SQL = `
  SELECT l.queue, c.status, c.count, false AS paused FROM (
    SELECT lane, 0 AS status, count(*) AS count FROM gigq.job_state WHERE status = 0 GROUP BY lane
    UNION ALL SELECT lane, 1, count(*) FROM gigq.job_state WHERE status = 1 GROUP BY lane
    UNION ALL SELECT lane, 2, count(*) FROM gigq.job_state WHERE status = 2 GROUP BY lane
    UNION ALL SELECT lane, 3, count(*) FROM gigq.job_state WHERE status = 3 GROUP BY lane
    UNION ALL SELECT lane, status, count(*) FROM gigq.job_state WHERE status >= 4 GROUP BY lane, status
  ) c JOIN gigq.lanes l ON l.id = c.lane
  UNION ALL SELECT name, NULL, 0, true FROM gigq.queues WHERE paused`;

interface CountRow {
  readonly queue: string;
  readonly status: number | null;
  readonly count: number;
  readonly paused: boolean;
}

export async function stats(sql: Sql): Promise<Stats> {
  const statuses = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  const queues = new Map<string, { paused: boolean; statuses: Counts }>();
  let total = 0;
  for (const { queue, status: code, count, paused } of await sql.all<CountRow>(COUNT_SQL)) {
    const entry = queues.get(queue) ?? { paused: false, statuses: {} };
    queues.set(queue, entry);
    if (paused) entry.paused = true;
    if (code === null) continue;
    const status = statusOf(code);
    entry.statuses[status] = (entry.statuses[status] ?? 0) + count;
    statuses[status] += count;
    total += count;
  }
  const sorted: [string, QueueStats][] = [...queues].sort(([a], [b]) => a < b ? -1 : 1);
  return { total, statuses, queues: Object.fromEntries(sorted) };
}
