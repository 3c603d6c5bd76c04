/** Histories of schedules. */

import type { FiringFilter } from "../../../core/ports.ts";
import type { Firing } from "../../../core/schedule.ts";
import { firingStatusCode, firingStatusOf } from "../../codes.ts";
import type { Sql, Value } from "../sql.ts";
import { toLimit } from "./limit.ts";

export interface FiringRow {
  readonly schedule: number;
  readonly slot: number;
  readonly status: number;
  readonly trigger: Firing["trigger"];
  /** JSON, as {@linkcode FiringRow.decided_by} is. */
  readonly reason: string | null;
  readonly slots: number;
  readonly decided_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly job: number | null;
  readonly run: number | null;
  readonly decided_by: string | null;
}

/** By schedule, then the latest slot first. Each history is read from its end, so that a limit is a limit of what is read. */
export async function firings(sql: Sql, filter: FiringFilter): Promise<readonly Firing[]> {
  const { sql: text, params } = firingsSql(filter);
  return (await sql.all<FiringRow>(text, ...params)).map(toFiring);
}

/** The statement for a filter: only the terms that are given, so that the index is used for what they say. */
export function firingsSql(
  { schedules, statuses, from, until, limit }: FiringFilter,
): { readonly sql: string; readonly params: readonly Value[] } {
  const params: Value[] = [toLimit(limit)];
  const terms = ["f.schedule = s.id"];
  const add = (term: string, type: string, value: Value): void => {
    terms.push(`${term} $${params.push(value)}${type}`);
  };
  if (statuses !== undefined) terms.push(statusTerm(statuses.map(firingStatusCode)));
  if (from !== undefined && from !== -Infinity) add("f.slot >=", "::bigint", Math.ceil(from));
  if (until !== undefined && until !== Infinity) add("f.slot <=", "::bigint", Math.floor(until));
  const which = schedules === undefined
    ? "true"
    : `s.id = ANY($${params.push(schedules.filter(Number.isSafeInteger))}::bigint[])`;
  const sql = `
    SELECT f.* FROM gigq.schedules s CROSS JOIN LATERAL (
      SELECT f.* FROM gigq.firings f WHERE ${terms.join(" AND ")} ORDER BY f.slot DESC LIMIT $1::bigint
    ) f
    WHERE ${which} ORDER BY f.schedule, f.slot DESC`;
  return { sql, params };
}

/** Numbers in the text: a partial index is chosen by what the text says. */
function statusTerm(codes: readonly number[]): string {
  return codes.length === 0 ? "false" : `f.status IN (${codes.join(", ")})`;
}

export function toFiring(row: FiringRow): Firing {
  return {
    schedule: row.schedule,
    slot: row.slot,
    status: firingStatusOf(row.status),
    trigger: row.trigger,
    reason: parse(row.reason),
    slots: row.slots,
    decidedAt: row.decided_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    job: row.job,
    run: row.run,
    by: parse(row.decided_by),
  };
}

function parse(text: string | null): string | null {
  return text === null ? null : JSON.parse(text) as string;
}
