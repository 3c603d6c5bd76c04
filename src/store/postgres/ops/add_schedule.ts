/** Stores schedules. Works alone, so that those who bring the same names in another order do not wait in a circle. */

import type { NewSchedule, Schedule } from "../../../core/schedule.ts";
import { ms } from "../../codes.ts";
import { isOpenSql } from "../guard.ts";
import type { Tx } from "../tx.ts";
import { nextAtOf } from "./advance.ts";

/** A sequence does not take an id back, so it is asked for none while the name is taken. */
const ADD_SQL = `
  INSERT INTO gigq.schedules (id, name, version, created_at, definition, defined, state, next_at)
  SELECT nextval('gigq.schedule_id'), $1, 1, $2::bigint, $3, 1, $4, $5::bigint
  WHERE ${isOpenSql("$6")} AND NOT EXISTS (SELECT 1 FROM gigq.schedules WHERE name = $1)
  RETURNING id`;

/** @returns `null` when there is one of this name */
export async function addSchedule(tx: Tx, schedule: NewSchedule, now: number): Promise<Schedule | null> {
  const { name, definition, state } = schedule;
  const row = await tx.get<{ id: number }>(
    ADD_SQL,
    name,
    ms(now),
    JSON.stringify(definition),
    JSON.stringify(state),
    nextAtOf(state),
    tx.mustBeOpen,
  );
  if (row === undefined) return null;
  return { id: row.id, name, version: 1, createdAt: ms(now), definition, state };
}
