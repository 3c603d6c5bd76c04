/** The little that the store asks of an SQLite library. Two adapters implement it: `drivers/`. */

/** What SQLite stores and gives back. Integers beyond 2^53 do not occur in our schema. */
export type Value = null | number | string | Uint8Array;

/** A prepared statement, run any number of times. */
export interface Statement {
  /** Runs it to its end; rows are thrown away. Not for statements with `RETURNING`. */
  run(...params: Value[]): void;
  /** The first row. */
  get<T>(...params: Value[]): T | undefined;
  /** All rows. */
  all<T>(...params: Value[]): T[];
}

/** One connection. */
export interface Driver {
  readonly name: DriverName;
  /** Version of the SQLite library, such as `3.50.2`. */
  readonly version: string;
  prepare(sql: string): Statement;
  /** Runs statements that have neither parameters nor rows. */
  exec(sql: string): void;
  /** Finalizes all statements and closes the connection. */
  close(): void;
}

/** `builtin`: the runtime's `node:sqlite` · `ffi`: the native library through `@db/sqlite`. */
export type DriverName = "builtin" | "ffi";

/** How a connection is opened. */
export interface DriverOptions {
  /** How long SQLite waits for a lock, during which the event loop stands still. */
  readonly busyMs: number;
  /** Refuses to write; does not even tidy up behind a crashed writer. */
  readonly readOnly?: boolean;
}

/** A way to open connections. */
export interface DriverFactory {
  readonly name: DriverName;
  open(path: string, options: DriverOptions): Driver;
}

/** A failure inside SQLite. `code` is the primary result code, whatever the driver. */
export class SqliteFailure extends Error {
  override readonly name = "SqliteFailure";
  readonly code: number;

  constructor(code: number, message: string, cause: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Primary result codes that the store tells apart: https://sqlite.org/rescode.html */
export const Code = {
  error: 1,
  perm: 3,
  busy: 5,
  locked: 6,
  readonly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** SQLite's own texts, for where a driver passes on the message and loses the number. */
const TEXTS: readonly (readonly [string, number])[] = [
  ["database is locked", Code.busy],
  ["table is locked", Code.locked],
  ["access permission denied", Code.perm],
  ["readonly database", Code.readonly],
  ["disk I/O error", Code.io],
  ["malformed", Code.corrupt],
  ["database or disk is full", Code.full],
  ["unable to open database", Code.cannotOpen],
  ["not a database", Code.notADatabase],
];

/** `SQLITE_IOERR_SHMSIZE`: the file `-shm` cannot grow, which is what a full disk says first when a store is opened. */
const SHM_SIZE = 4_874;

/** Turns whatever a driver threw into a {@linkcode SqliteFailure}; `code` may be an extended one. */
export function toFailure(error: unknown, code: number | undefined): SqliteFailure {
  const message = error instanceof Error ? error.message : String(error);
  const known = code ?? TEXTS.find(([text]) => message.includes(text))?.[1] ?? Code.error;
  return new SqliteFailure(known === SHM_SIZE ? Code.full : known & 0xff, message, error);
}
