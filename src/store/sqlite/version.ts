/** How a file is known to be ours, and how old it is. */

import type { Driver } from "./driver.ts";
import { foreignDatabase, newerSchema } from "./errors.ts";

/** `PRAGMA application_id` of every GigQ database: "GigQ" in ASCII. */
export const APPLICATION_ID = 0x47696751;

/** `PRAGMA user_version` of a database that this code can use: the number of migrations. */
export const SCHEMA_VERSION = 4;

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

/**
 * {@linkcode readVersion} outside of a transaction: at one moment, since between two reads another process may bring
 * an empty file to its schema, which would then look like somebody else's.
 */
export function lookAtVersion(driver: Driver, path: string): number {
  driver.prepare("BEGIN").run();
  try {
    return readVersion(driver, path);
  } finally {
    driver.prepare("COMMIT").run();
  }
}
