/** Writes schedules and their histories as another store had them. */

import type { Firing, Schedule } from "../../../core/schedule.ts";
import { ms } from "../../codes.ts";
import { nextAtOf } from "../ops/advance.ts";
import { countSql, writeFirings } from "../ops/firings.ts";
import type { Tx } from "../tx.ts";
import { insertRows, type Row } from "./insert_rows.ts";

export async function writeSchedules(tx: Tx, schedules: readonly Schedule[]): Promise<void> {
  if (schedules.length === 0) return;
  const ids = schedules.map((schedule) => schedule.id);
  await tx.run("DELETE FROM gigq.schedules WHERE id = ANY($1::bigint[])", ids);
  // One that was removed where it comes from, and made anew under another id, since it was written here.
  await tx.run(
    `
    WITH gone AS (DELETE FROM gigq.schedules WHERE name = ANY($1::text[]) RETURNING id)
    DELETE FROM gigq.firings WHERE schedule IN (SELECT id FROM gone)`,
    schedules.map((schedule) => schedule.name),
  );
  await insertRows(tx, "schedules", schedules.map(toRow));
  await countOpen(tx, ids);
}

export async function writeHistories(tx: Tx, firings: readonly Firing[]): Promise<void> {
  if (firings.length === 0) return;
  await writeFirings(tx, firings);
  await countOpen(tx, [...new Set(firings.map((firing) => firing.schedule))]);
}

function toRow({ id, name, version, createdAt, definition, state }: Schedule): Row {
  return {
    id,
    name,
    version,
    created_at: ms(createdAt),
    definition: JSON.stringify(definition),
    defined: version,
    state: JSON.stringify(state),
    next_at: nextAtOf(state),
    started: 0,
    queued: 0,
  };
}

async function countOpen(tx: Tx, ids: readonly number[]): Promise<void> {
  await tx.run(
    `
    UPDATE gigq.schedules s SET started = ${countSql("started")}, queued = ${countSql("queued")}
    WHERE s.id = ANY($1::bigint[])`,
    ids,
  );
}
