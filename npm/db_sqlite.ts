/**
 * `@db/sqlite` for machines that reach only the npm registry, which does not have the native library. It loads, and
 * says at the first use what it is, whereupon the builtin driver serves.
 */

/** There is none. */
export const SQLITE_VERSION: string = "0.0.0";

/** Cannot be constructed. */
export class Database {
  constructor(_path: string, _options?: { int64?: boolean; parseJson?: boolean }) {
    throw new Error("@db/sqlite is not available from the npm registry");
  }
}
