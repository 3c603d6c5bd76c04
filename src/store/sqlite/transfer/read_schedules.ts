/** Schedules with their histories. */

import { cut, type Sized, type Slice } from "../../transfer_pages.ts";
import type { Connection } from "../connection.ts";
import { intactFirings } from "../schedules/intact.ts";
import { list } from "../schedules/keep.ts";
import { FIRING_COLUMNS, type FiringRow, toFiring } from "../schedules/rows.ts";

/** By id. */
export function readSchedules(db: Connection, after: number, limit: number): Slice {
  const found = db.all<Sized & { id: number }>(
    `
    SELECT s.id, length(CAST(d.body AS BLOB)) AS bytes
    FROM schedules s CROSS JOIN schedule_definitions d ON d.id = s.id
    WHERE s.id > ? ORDER BY s.id LIMIT ? + 0`,
    after,
    limit,
  );
  const ids = cut(found).map(({ id }) => id);
  const schedules = ids.length === 0 ? [] : list(db, { ids }).toSorted((a, b) => a.id - b.id);
  const more = ids.length < found.length || found.length === limit;
  return {
    records: schedules.map((schedule) => ({ type: "schedule", schedule })),
    after: more ? ids.slice(-1) : null,
  };
}

/** By schedule and slot; the slots of a schedule may be before 1970. */
export function readFirings(db: Connection, after: readonly number[] | null, limit: number): Slice {
  const rows = db.all<FiringRow>(
    `
    SELECT ${FIRING_COLUMNS} FROM firings WHERE (schedule, slot) > (?, ?) ORDER BY schedule, slot LIMIT ? + 0`,
    ...after ?? FIRST,
    limit,
  );
  const firings = intactFirings(rows.map(toFiring));
  const last = firings.at(-1);
  return {
    records: firings.map((firing) => ({ type: "firing", firing })),
    after: last === undefined || firings.length < limit ? null : [last.schedule, last.slot],
  };
}

/** Before every entry: ids begin with 1. */
const FIRST = [0, 0] as const;
