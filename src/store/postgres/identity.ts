/** Which store a connection leads to. */

import type { Connection } from "./connection.ts";
import { foreignSchema, newerSchema, oldServer, otherStore, replica, schemaGone } from "./errors.ts";
import { isServerFailure } from "./failure.ts";
import { MIGRATIONS } from "./migrations/mod.ts";
import type { Place } from "./place.ts";
import { quoteIdentifier, quoteLiteral } from "./statements.ts";

/** The row that makes a schema a store. */
export interface StoreRow {
  /** A UUID. */
  readonly id: string;
  readonly version: number;
  /** `StoreState` as JSON. */
  readonly state: string;
}

interface Server {
  readonly version: number;
  readonly replica: boolean;
}

const OLDEST = 120_000;
const SERVER = "SELECT current_setting('server_version_num')::int AS version, pg_is_in_recovery() AS replica";

/** Each migration adds one. */
export const SCHEMA_VERSION: number = MIGRATIONS.length;

/**
 * Looks at what is there.
 *
 * @returns `null` for nothing; a store whose version is below ours is yet to be migrated
 * @throws {ConfigError} When the server is too old, the schema is newer than this code, or another program's
 * @throws {UnavailableError} When the server only reads
 */
export async function look(connection: Connection, place: Place): Promise<StoreRow | null> {
  try {
    // In one go, since there mostly is a store.
    const [server, store] = await connection.script(`${SERVER}; SELECT id, version, state FROM gigq.store`);
    checkServer(server!.rows[0] as Server, place);
    return checkVersion(store!.rows[0] as StoreRow | undefined, place);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const [server, tables] = await connection.script(`${SERVER};
    SELECT count(*) AS count FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${quoteLiteral(place.schema)} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`);
  checkServer(server!.rows[0] as Server, place);
  if ((tables!.rows[0] as { count: number }).count > 0) {
    // Unless another process made the store between the two looks.
    if (!await hasStore(connection, place)) throw foreignSchema(place);
    return await look(connection, place);
  }
  return null;
}

/** Whether a table, or the schema, is not there. */
export function isMissing(error: unknown): boolean {
  return isServerFailure(error) && (error.code === "42P01" || error.code === "3F000");
}

async function hasStore(connection: Connection, { schema }: Place): Promise<boolean> {
  const name = quoteLiteral(`${quoteIdentifier(schema)}.store`);
  const [answer] = await connection.script(`SELECT to_regclass(${name}) IS NOT NULL AS found`);
  return (answer!.rows[0] as { found: boolean }).found;
}

/** @throws {ConfigError} When the connection leads to another store, or to none */
export async function recognise(connection: Connection, id: string, place: Place): Promise<void> {
  const found = await look(connection, place);
  if (found === null || found.version < SCHEMA_VERSION) throw schemaGone(place);
  if (found.id !== id) throw otherStore(place, id, found.id);
}

function checkServer(server: Server, place: Place): void {
  if (server.version < OLDEST) throw oldServer(place, server.version);
  if (server.replica) throw replica(place);
}

function checkVersion(row: StoreRow | undefined, place: Place): StoreRow {
  if (row === undefined) throw schemaGone(place);
  if (row.version > SCHEMA_VERSION) throw newerSchema(place, row.version, SCHEMA_VERSION);
  return row;
}
