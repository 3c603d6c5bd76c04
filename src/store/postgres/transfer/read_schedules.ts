/** Schedules, and then their histories. */

import { cut, type Slice } from "../../transfer_pages.ts";
import { type FiringRow, toFiring } from "../reads/firings.ts";
import { schedules } from "../reads/schedules.ts";
import type { Tx } from "../tx.ts";

/** Only the lengths, which are known without reading the values. */
const SIZES = `
  SELECT id, octet_length(definition) + octet_length(state) AS bytes FROM gigq.schedules
  WHERE id > $1 ORDER BY id LIMIT $2::bigint`;

export async function readSchedules(tx: Tx, after: number, limit: number): Promise<Slice> {
  const found = await tx.all<{ id: number; bytes: number }>(SIZES, after, limit);
  const ids = cut(found).map((row) => row.id);
  const more = ids.length < found.length || found.length === limit;
  const read = ids.length === 0 ? [] : (await schedules(tx, { ids })).toSorted((a, b) => a.id - b.id);
  const records = read.map((schedule) => ({ type: "schedule", schedule } as const));
  return { records, after: more ? ids.slice(-1) : null };
}

/** In the order of the index. */
export async function readFirings(tx: Tx, after: readonly number[], limit: number): Promise<Slice> {
  const rows = await tx.all<FiringRow>(
    `
    SELECT * FROM gigq.firings WHERE (schedule, slot) > ($1::bigint, $2::bigint)
    ORDER BY schedule, slot LIMIT $3::bigint`,
    ...after,
    limit,
  );
  const records = rows.map((row) => ({ type: "firing", firing: toFiring(row) } as const));
  const last = rows.at(-1);
  return { records, after: rows.length < limit || last === undefined ? null : [last.schedule, last.slot] };
}
