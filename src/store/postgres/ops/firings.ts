/** Entries of histories. Whoever writes some has locked the rows of their schedules: see `advance.ts`. */

import { BOUNDS } from "../../../core/bounds.ts";
import type { Firing } from "../../../core/schedule.ts";
import { firingStatusCode, ms } from "../../codes.ts";
import type { Tx } from "../tx.ts";
import { sparse } from "./sparse.ts";

export const WRITE_SQL = `
  INSERT INTO gigq.firings (
    schedule, slot, status, trigger, reason, slots, decided_at, started_at, ended_at, job, run, decided_by
  )
  SELECT * FROM unnest(
    $1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::bigint[],
    $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[]
  )
  ON CONFLICT (schedule, slot) DO UPDATE SET
    status = excluded.status, trigger = excluded.trigger, reason = excluded.reason, slots = excluded.slots,
    decided_at = excluded.decided_at, started_at = excluded.started_at, ended_at = excluded.ended_at,
    job = excluded.job, run = excluded.run, decided_by = excluded.decided_by`;

/** Adds entries, each of another slot, or puts them in the place of those that are there. */
export async function writeFirings(tx: Tx, firings: readonly Firing[]): Promise<void> {
  if (firings.length === 0) return;
  const column = <T extends string | number | null>(of: (firing: Firing) => T): T[] => firings.map(of);
  await tx.run(
    WRITE_SQL,
    column((firing) => firing.schedule),
    column(({ slot }) => ms(slot)),
    column(({ status }) => firingStatusCode(status)),
    column((firing) => firing.trigger),
    sparse(column(({ reason }) => jsonOrNull(reason))),
    column((firing) => firing.slots),
    column(({ decidedAt }) => ms(decidedAt)),
    sparse(column(({ startedAt }) => msOrNull(startedAt))),
    sparse(column(({ endedAt }) => msOrNull(endedAt))),
    sparse(column((firing) => firing.job)),
    sparse(column((firing) => firing.run)),
    sparse(column(({ by }) => jsonOrNull(by))),
  );
}

/** SQL for the firings of the schedule `s` with a status, which an index tells without reading any of them. */
export function countSql(status: "started" | "queued"): string {
  const code = firingStatusCode(status);
  return `(SELECT count(*) FROM gigq.firings f WHERE f.schedule = s.id AND f.status = ${code})`;
}

export const TRIM_SQL = `
  DELETE FROM gigq.firings WHERE schedule = $1 AND status > 1 AND slot <= (
    SELECT slot FROM gigq.firings WHERE schedule = $1 AND status > 1
    ORDER BY slot DESC OFFSET ${BOUNDS.firings} LIMIT 1
  )`;

/** Deletes the oldest entries beyond those that are kept. */
export async function trimFirings(tx: Tx, schedule: number): Promise<void> {
  await tx.run(TRIM_SQL, schedule);
}

/** Text as JSON, which may hold any character. */
function jsonOrNull(text: string | null): string | null {
  return text === null ? null : JSON.stringify(text);
}

function msOrNull(time: number | null): number | null {
  return time === null ? null : ms(time);
}
