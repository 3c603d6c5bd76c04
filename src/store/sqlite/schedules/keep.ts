/** Adding, listing and removing schedules. */

import type { NewSchedule, Schedule } from "../../../core/schedule.ts";
import { ms } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { intactSchedules } from "./intact.ts";
import { nextAtOf, SCHEDULE_COLUMNS, type ScheduleRow, toSchedule } from "./rows.ts";

/** @returns `null` when the name is taken */
export function add(db: Connection, { name, definition, state }: NewSchedule, now: number): Schedule | null {
  if (db.exists("SELECT 1 AS found FROM schedules WHERE name = ?", name)) return null;
  const { value: id } = db.get<{ value: number }>(
    "UPDATE counters SET value = value + 1 WHERE name = 'schedule' RETURNING value",
  )!;
  const row = { id, name, version: 1, created_at: ms(now), state: JSON.stringify(state) };
  db.run(
    "INSERT INTO schedules (id, name, version, created_at, next_at, state) VALUES (?, ?, ?, ?, ?, ?)",
    ...[id, name, row.version, row.created_at, nextAtOf(state), row.state],
  );
  const body = JSON.stringify(definition);
  db.run("INSERT INTO schedule_definitions (id, body) VALUES (?, ?)", id, body);
  return toSchedule({ ...row, definition: body });
}

export interface ScheduleFilter {
  readonly ids?: readonly number[];
  readonly names?: readonly string[];
}

/** By name, as JavaScript compares texts: SQLite compares their bytes. */
export function list(db: Connection, { ids, names }: ScheduleFilter): Schedule[] {
  const terms = Object.entries({ id: ids, name: names }).filter(([, values]) => values !== undefined);
  const rows = db.all<ScheduleRow>(
    `
    SELECT ${SCHEDULE_COLUMNS} FROM schedules s CROSS JOIN schedule_definitions d ON d.id = s.id
    WHERE ${
      ["1", ...terms.map(([column]) => `s.${column} IN (SELECT value FROM json_each(?))`)].join(" AND ")
    }`,
    ...terms.map(([, values]) => JSON.stringify(values)),
  );
  return intactSchedules(rows.map(toSchedule)).toSorted((a, b) => a.name < b.name ? -1 : 1);
}

/** Its jobs stay. Returns whether there was one. */
export function remove(db: Connection, id: number): boolean {
  if (!db.exists("SELECT 1 AS found FROM schedules WHERE id = ?", id)) return false;
  db.run("DELETE FROM firings WHERE schedule = ?", id);
  db.run("DELETE FROM schedule_definitions WHERE id = ?", id);
  db.run("DELETE FROM schedules WHERE id = ?", id);
  return true;
}
