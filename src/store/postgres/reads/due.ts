/** What there is to do about schedules. Every worker asks, again and again, and mostly there is nothing. */

import { BOUNDS } from "../../../core/bounds.ts";
import type { Status } from "../../../core/job.ts";
import type { Due, DueSchedule, OpenFiring } from "../../../core/ports.ts";
import { statusOf } from "../../codes.ts";
import type { KnownDefinitions } from "../books/definitions.ts";
import { OPEN } from "../guard.ts";
import type { Tx } from "../tx.ts";
import { type FiringRow, toFiring } from "./firings.ts";
import { knownSql, type ScheduleRow, toSchedule, UNKNOWN_COLUMNS } from "./schedules.ts";

/** A row without `id` is there to tell of `soonest` alone. */
interface DueRow extends ScheduleRow {
  readonly soonest: number | null;
  readonly queued: number;
  /** `OpenRow[]` as JSON. */
  readonly open: string | null;
}

/** A firing with its jobs: how many have each status, by code. */
type OpenRow = FiringRow & { readonly jobs: Readonly<Record<string, number>> | null };

/** Each state is looked up by the job's id: a planner whose statistics are old would walk all states. */
const JOBS = `
  SELECT json_object_agg(c.status, c.count) FILTER (WHERE c.status IS NOT NULL) FROM (
    SELECT m.status, count(*) AS count FROM (
      SELECT (SELECT t.status FROM gigq.job_state t WHERE t.id = f.job) AS status
      UNION ALL
      SELECT (SELECT t.status FROM gigq.job_state t WHERE t.id = j.id) FROM gigq.jobs j WHERE j.workflow = f.run
    ) m GROUP BY m.status
  ) c`;

const OPEN_FIRINGS = `
  SELECT json_agg(o ORDER BY o.slot) FROM (
    SELECT f.*, (${JOBS}) AS jobs FROM (
      (SELECT * FROM gigq.firings WHERE schedule = s.id AND status = 1)
      UNION ALL
      (SELECT * FROM gigq.firings WHERE schedule = s.id AND status = 0 ORDER BY slot LIMIT ${BOUNDS.queuedShown})
    ) f
  ) o`;

/**
 * One statement, which sees one moment. It steps through the index from one schedule to the next: how many there are, no
 * statistics tell, and those who believe that it is most of them walk the table.
 */
export const DUE_SQL = `
  WITH RECURSIVE due AS (
    (SELECT look_at, id FROM gigq.schedules WHERE look_at <= $1::bigint ORDER BY look_at, id LIMIT 1)
    UNION ALL
    SELECT n.look_at, n.id FROM due d CROSS JOIN LATERAL (
      SELECT look_at, id FROM gigq.schedules WHERE (look_at, id) > (d.look_at, d.id) AND look_at <= $1::bigint
      ORDER BY look_at, id LIMIT 1
    ) n
  )
  SELECT
    (SELECT next_at FROM gigq.schedules WHERE next_at > $1::bigint ORDER BY next_at LIMIT 1) AS soonest,
    ${UNKNOWN_COLUMNS}, s.queued, CASE WHEN s.started + s.queued > 0 THEN (${OPEN_FIRINGS}) END AS open
  FROM (VALUES (1)) one
  LEFT JOIN due d ON true
  LEFT JOIN LATERAL (SELECT * FROM gigq.schedules WHERE id = d.id OFFSET 0) s ON true
  LEFT JOIN ${knownSql("$2", "$3")}
  WHERE (SELECT state FROM gigq.store) = '${OPEN}'
  ORDER BY s.id`;

export async function due(tx: Tx, now: number): Promise<Due> {
  const { known } = tx.definitions;
  const all = await tx.all<DueRow>(DUE_SQL, Math.floor(now), known.ids, known.versions);
  const rows = all.filter(({ id }) => id !== null);
  tx.definitions.keep(rows.map((row) => ({ ...row, definition: known.text(row) })));
  return { schedules: rows.map((row) => toDue(row, known)), nextAt: all[0]?.soonest ?? null };
}

function toDue(row: DueRow, known: KnownDefinitions): DueSchedule {
  const open = row.open === null ? [] : JSON.parse(row.open) as OpenRow[];
  return { schedule: toSchedule(row, known), open: open.map(toOpen), queued: row.queued };
}

function toOpen(row: OpenRow): OpenFiring {
  const jobs: Partial<Record<Status, number>> = {};
  for (const [code, count] of Object.entries(row.jobs ?? {})) jobs[statusOf(Number(code))] = count;
  return { ...toFiring(row), jobs };
}
