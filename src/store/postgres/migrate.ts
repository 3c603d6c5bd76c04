/** Makes a store, or brings one to the schema that this code knows. */

import type { Connection } from "./connection.ts";
import { isMissing, look, SCHEMA_VERSION, type StoreRow } from "./identity.ts";
import { MIGRATIONS } from "./migrations/mod.ts";
import type { Place } from "./place.ts";
import { quoteIdentifier, quoteLiteral } from "./statements.ts";
import { lockKey } from "./transaction.ts";

/**
 * Runs what is missing, in one transaction. Of several processes that open a new store at once, the first to get the
 * lock does the work and the others find it done.
 *
 * @throws {ConfigError} When the schema is newer than this code, or a right is missing
 */
export async function migrate(connection: Connection, place: Place): Promise<StoreRow> {
  const name = quoteLiteral(place.schema);
  await connection.script(`BEGIN; SELECT pg_advisory_xact_lock(${lockKey(place.schema)})`);
  try {
    const [schema] = await connection.script(
      `SELECT to_regnamespace(quote_ident(${name})) IS NOT NULL AS found`,
    );
    const version = await versionNow(connection);
    if (version < SCHEMA_VERSION) {
      const { found } = schema!.rows[0] as { found: boolean };
      await connection.script([
        // Asking for a schema that is there needs the right to make one.
        ...found ? [] : [`CREATE SCHEMA ${quoteIdentifier(place.schema)}`],
        ...MIGRATIONS.slice(version),
        version === 0
          ? `INSERT INTO gigq.store (id, version) VALUES ('${crypto.randomUUID()}', ${SCHEMA_VERSION})`
          : `UPDATE gigq.store SET version = ${SCHEMA_VERSION}`,
      ].join(";\n"));
    }
    await connection.script("COMMIT");
  } catch (error) {
    await connection.script("ROLLBACK").catch(() => {});
    throw error;
  }
  return (await look(connection, place))!;
}

/** Read after the lock: another process may have been here between our first look and it. */
async function versionNow(connection: Connection): Promise<number> {
  await connection.script("SAVEPOINT looking");
  try {
    const [store] = await connection.script("SELECT version FROM gigq.store; RELEASE looking");
    return (store!.rows[0] as { version: number }).version;
  } catch (error) {
    if (!isMissing(error)) throw error;
    await connection.script("ROLLBACK TO looking");
    return 0;
  }
}
