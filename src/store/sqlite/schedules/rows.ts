/** Schedules and their histories as rows. */

import type { Firing, Schedule, ScheduleState } from "../../../core/schedule.ts";
import { firingStatusCode, firingStatusOf, ms } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import type { Value } from "../driver.ts";
import { insertAll } from "../ops/bulk.ts";

export interface ScheduleRow {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly created_at: number;
  readonly state: string;
  readonly definition: string;
}

/** The columns of a {@linkcode ScheduleRow}, of schedules `s` and definitions `d`. */
export const SCHEDULE_COLUMNS = "s.id, s.name, s.version, s.created_at, s.state, d.body AS definition";

export function toSchedule({ id, name, version, created_at, state, definition }: ScheduleRow): Schedule {
  return {
    ...{ id, name, version },
    createdAt: created_at,
    definition: JSON.parse(definition),
    state: JSON.parse(state),
  };
}

/** When a state is due, as the whole millisecond from which on it is. */
export function nextAtOf({ nextAt }: ScheduleState): number | null {
  return nextAt === null ? null : Math.ceil(nextAt);
}

export interface FiringRow {
  readonly schedule: number;
  readonly slot: number;
  readonly status: number;
  readonly fired_by: Firing["trigger"];
  readonly reason: string | null;
  readonly slots: number;
  readonly decided_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly job: number | null;
  readonly run: number | null;
  readonly decided_by: string | null;
}

/** The columns of a {@linkcode FiringRow}. */
export const FIRING_COLUMNS =
  "schedule, slot, status, fired_by, reason, slots, decided_at, started_at, ended_at, job, run, decided_by";

export function toFiring(row: FiringRow): Firing {
  return {
    schedule: row.schedule,
    slot: row.slot,
    status: firingStatusOf(row.status),
    trigger: row.fired_by,
    reason: row.reason === null ? null : JSON.parse(row.reason),
    slots: row.slots,
    decidedAt: row.decided_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    job: row.job,
    run: row.run,
    by: row.decided_by,
  };
}

/** Adds entries, each of which takes the place of the one of its slot. */
export function writeFirings(db: Connection, firings: readonly Firing[]): void {
  insertAll(db, `INSERT OR REPLACE INTO firings (${FIRING_COLUMNS})`, firings.map(toValues));
}

function toValues(firing: Firing): Value[] {
  const { schedule, slot, status, trigger, reason, slots, decidedAt, startedAt, endedAt, job, run, by } =
    firing;
  return [
    ...[
      schedule,
      ms(slot),
      firingStatusCode(status),
      trigger,
      reason === null ? null : JSON.stringify(reason),
      slots,
    ],
    ...[
      ms(decidedAt),
      startedAt === null ? null : ms(startedAt),
      endedAt === null ? null : ms(endedAt),
      job,
      run,
      by,
    ],
  ];
}
