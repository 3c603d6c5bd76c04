/** Brings a database to the schema this code knows. Loaded only for files that need it. */

import type { Driver } from "./driver.ts";
import { MIGRATIONS } from "./migrations/mod.ts";
import { APPLICATION_ID, readVersion, SCHEMA_VERSION } from "./version.ts";

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
