/** How a file is known to be ours, and how old it is. */

/** `PRAGMA application_id` of every GigQ database: "GigQ" in ASCII. */
export const APPLICATION_ID = 0x47696751;

/** `PRAGMA user_version` of a database that this code can use: the number of migrations. */
export const SCHEMA_VERSION = 1;
