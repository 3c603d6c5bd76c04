/** Histories of schedules. */

import { BOUNDS } from "../../../core/bounds.ts";
import type { FiringFilter } from "../../../core/ports.ts";
import type { Firing } from "../../../core/schedule.ts";
import { firingStatusCode } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { intactFirings } from "./intact.ts";
import { FIRING_COLUMNS, type FiringRow, toFiring } from "./rows.ts";

/** By schedule, then the latest slot first. */
export function firings(db: Connection, filter: FiringFilter): Firing[] {
  const { statuses, from = -Infinity, until = Infinity, limit = Infinity } = filter;
  const wanted = statuses === undefined ? "" : "AND status IN (SELECT value FROM json_each(?5))";
  const params = [
    ...[within(from), within(until), Number.isFinite(limit) ? Math.max(0, Math.floor(limit)) : -1],
    ...statuses === undefined ? [] : [JSON.stringify(statuses.map(firingStatusCode))],
  ];
  // One walk along the primary key for each schedule, which ends with the limit.
  const sql = `
    SELECT ${FIRING_COLUMNS} FROM firings WHERE schedule = ?1 AND slot BETWEEN ?2 AND ?3 ${wanted}
    ORDER BY slot DESC LIMIT ?4 + 0`;
  const ids = idsOf(db, filter.schedules);
  return ids.flatMap((id) => intactFirings(db.all<FiringRow>(sql, id, ...params).map(toFiring)));
}

/** As a number that SQLite knows. */
function within(time: number): number {
  return Math.min(Math.max(time, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

function idsOf(db: Connection, wanted: readonly number[] | undefined): number[] {
  const asked = wanted === undefined ? "" : "WHERE id IN (SELECT value FROM json_each(?))";
  const rows = db.all<{ id: number }>(
    `SELECT id FROM schedules ${asked} ORDER BY id`,
    ...wanted === undefined ? [] : [JSON.stringify(wanted)],
  );
  return rows.map(({ id }) => id);
}

/** Deletes the oldest entries of a schedule beyond those that are kept; open ones stay. */
export function shorten(db: Connection, schedule: number): void {
  db.run(
    `
    DELETE FROM firings WHERE schedule = ?1 AND status > 1 AND slot <= (
      SELECT slot FROM firings WHERE schedule = ?1 AND status > 1 ORDER BY slot DESC LIMIT 1 OFFSET ?2 + 0
    )`,
    schedule,
    BOUNDS.firings,
  );
}
