/** What needs attention: read by indexes that hold nothing else. */

import { BOUNDS } from "../../../core/bounds.ts";
import type { Status } from "../../../core/job.ts";
import type { Due, DueSchedule, OpenFiring } from "../../../core/ports.ts";
import type { Firing } from "../../../core/schedule.ts";
import { statusOf } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { countJobs } from "../ops/overview.ts";
import { stateOf } from "../state.ts";
import { intactFirings, intactSchedules } from "./intact.ts";
import {
  FIRING_COLUMNS,
  type FiringRow,
  SCHEDULE_COLUMNS,
  type ScheduleRow,
  toFiring,
  toSchedule,
} from "./rows.ts";

export function due(db: Connection, now: number): Due {
  if (stateOf(db).type === "sealed") return { schedules: [], nextAt: null };
  const queued = countQueued(db);
  const others = db.all<{ id: number }>(
    `
    SELECT id FROM schedules WHERE next_at <= ?
    UNION ALL SELECT DISTINCT schedule FROM firings WHERE status = 1`,
    now,
  );
  const ids = new Set([...queued.keys(), ...others.map(({ id }) => id)]);
  const { nextAt } = db.get<{ nextAt: number | null }>(
    "SELECT min(next_at) AS nextAt FROM schedules WHERE next_at > ?",
    now,
  )!;
  return { schedules: ids.size === 0 ? [] : read(db, [...ids].sort((a, b) => a - b), queued), nextAt };
}

function read(
  db: Connection,
  ids: readonly number[],
  queued: ReadonlyMap<number, number>,
): DueSchedule[] {
  const rows = db.all<ScheduleRow>(
    `
    SELECT ${SCHEDULE_COLUMNS} FROM json_each(?) i
    CROSS JOIN schedules s ON s.id = i.value
    CROSS JOIN schedule_definitions d ON d.id = s.id
    ORDER BY i.key`,
    JSON.stringify(ids),
  );
  const open = Map.groupBy(readOpen(db, ids), ({ schedule }) => schedule);
  return intactSchedules(rows.map(toSchedule)).map((schedule) => ({
    schedule,
    open: open.get(schedule.id) ?? [],
    queued: queued.get(schedule.id) ?? 0,
  }));
}

/** By slot. */
function readOpen(db: Connection, ids: readonly number[]): OpenFiring[] {
  const sql = `
    SELECT * FROM (
      SELECT ${FIRING_COLUMNS} FROM firings WHERE schedule = ?1 AND status = 0 ORDER BY slot LIMIT ${BOUNDS.queuedShown}
    )
    UNION ALL SELECT ${FIRING_COLUMNS} FROM firings WHERE schedule = ?1 AND status = 1`;
  const rows = ids.flatMap((id) => db.all<FiringRow>(sql, id));
  const firings = intactFirings(rows.map(toFiring)).toSorted((a, b) => a.slot - b.slot);
  const runs = countJobs(db, firings.flatMap(({ run }) => run ?? []));
  const jobs = statusesOf(db, firings);
  return firings.map((firing) => ({
    ...firing,
    jobs: runs.get(firing.run ?? -1) ?? jobs.get(firing.job ?? -1) ?? {},
  }));
}

function countQueued(db: Connection): ReadonlyMap<number, number> {
  const rows = db.all<{ schedule: number; count: number }>(
    "SELECT schedule, count(*) AS count FROM firings WHERE status = 0 GROUP BY schedule",
  );
  return new Map(rows.map(({ schedule, count }) => [schedule, count]));
}

/** The status of the job of each firing that has one, counted. */
function statusesOf(
  db: Connection,
  firings: readonly Firing[],
): ReadonlyMap<number, Partial<Record<Status, 1>>> {
  const rows = db.all<{ id: number; status: number }>(
    "SELECT s.id, s.status FROM json_each(?) i CROSS JOIN job_state s ON s.id = i.value",
    JSON.stringify(firings.flatMap(({ job }) => job ?? [])),
  );
  return new Map(rows.map(({ id, status }) => [id, { [statusOf(status)]: 1 }]));
}
