/** Schedules as they are stored. */

import type { Schedules } from "../../../core/ports.ts";
import type { Schedule, ScheduleState } from "../../../core/schedule.ts";
import { type DefinitionRow, KnownDefinitions } from "../books/definitions.ts";
import type { Sql, Value } from "../sql.ts";

export interface ScheduleRow extends DefinitionRow {
  readonly name: string;
  readonly version: number;
  readonly created_at: number;
  /** `ScheduleState` as JSON. */
  readonly state: string;
}

/** Of a schedule `s`, whose definition is left out where a row `k` says that it is known. */
export const UNKNOWN_COLUMNS = `
  s.id, s.name, s.version, s.created_at, s.state, s.defined,
  CASE WHEN k.id IS NULL THEN s.definition END AS definition`;

/** The rows `k`, of `KnownDefinitions`. */
export function knownSql(ids: string, versions: string): string {
  return `unnest(${ids}::bigint[], ${versions}::bigint[]) AS k (id, defined)
    ON k.id = s.id AND k.defined = s.defined`;
}

/** By name, as JavaScript compares texts: no collation of PostgreSQL does. */
export async function schedules(
  sql: Sql,
  { ids, names }: NonNullable<Parameters<Schedules["list"]>[0]> = {},
): Promise<readonly Schedule[]> {
  const terms: string[] = ["true"];
  const params: Value[] = [];
  if (ids !== undefined) terms.push(`id = ANY($${params.push(ids.filter(Number.isSafeInteger))}::bigint[])`);
  if (names !== undefined) terms.push(`name = ANY($${params.push(names)}::text[])`);
  const rows = await sql.all<ScheduleRow>(
    `
    SELECT id, name, version, created_at, state, defined, definition FROM gigq.schedules
    WHERE ${terms.join(" AND ")}`,
    ...params,
  );
  return rows.map((row) => toSchedule(row)).sort((a, b) => a.name < b.name ? -1 : 1);
}

/** @param known What the statement was told */
export function toSchedule(row: ScheduleRow, known: KnownDefinitions = new KnownDefinitions()): Schedule {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    createdAt: row.created_at,
    definition: known.parse(row),
    state: JSON.parse(row.state) as ScheduleState,
  };
}
