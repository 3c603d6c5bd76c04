/** Brings a database to the schema this code knows. Loaded only for files that need it. */

import { APPLICATION_ID, SCHEMA_VERSION } from "./version.ts";
import type { Driver } from "./driver.ts";
import { foreignDatabase, newerSchema } from "./errors.ts";
import { MIGRATIONS } from "./migrations/mod.ts";

/**
 * Runs what is missing, in one transaction. Of several processes that open a new file at once, the first to get
 * the lock does the work and the others find it done.
 *
 * @throws {DataError} When the file is somebody else's
 * @throws {ConfigError} When its schema is newer than this code
 */
export function migrate(driver: Driver, path: string): void {
  driver.prepare("BEGIN IMMEDIATE").run();
  try {
    // Read again: another process may have been here between our first look and the lock.
    const from = readVersion(driver, path);
    for (const sql of MIGRATIONS.slice(from)) driver.exec(sql);
    if (from === 0) driver.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    if (from < SCHEMA_VERSION) driver.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    driver.prepare("COMMIT").run();
  } catch (error) {
    try {
      driver.prepare("ROLLBACK").run();
    } catch {
      // SQLite has rolled back by itself already; the first error is the one to tell.
    }
    throw error;
  }
}

/**
 * The schema version of an open database; 0 for an empty one.
 *
 * @throws {DataError} When the file is somebody else's
 * @throws {ConfigError} When its schema is newer than this code
 */
export function readVersion(driver: Driver, path: string): number {
  const { application_id } = driver.prepare("PRAGMA application_id").get<{ application_id: number }>()!;
  if (application_id !== APPLICATION_ID) {
    const { tables } = driver.prepare("SELECT count(*) AS tables FROM sqlite_schema").get<
      { tables: number }
    >()!;
    if (application_id !== 0 || tables > 0) throw foreignDatabase(path);
    return 0;
  }
  const { user_version } = driver.prepare("PRAGMA user_version").get<{ user_version: number }>()!;
  if (user_version > SCHEMA_VERSION) throw newerSchema(path, user_version, SCHEMA_VERSION);
  return user_version;
}
