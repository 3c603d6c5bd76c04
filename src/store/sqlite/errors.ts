/** What went wrong inside SQLite, said once in words that help. */

import {
  BusyError,
  CannotCreateError,
  ConfigError,
  DataError,
  DiskFullError,
  GigqError,
  UnavailableError,
} from "../../core/errors.ts";
import { refusal } from "../refusal.ts";
import { Unreadable } from "../unreadable.ts";
import { Code, SqliteFailure } from "./driver.ts";
import { Refused } from "./state.ts";

/** Whether trying again later may help: another connection holds a lock. */
export function isBusy(error: unknown): boolean {
  return error instanceof SqliteFailure && (error.code === Code.busy || error.code === Code.locked);
}

/** Whether the file, the disk or a lock is to blame, which no single call of a group can help. */
export function isOutside(error: unknown): boolean {
  return error instanceof SqliteFailure && OUTSIDE.has(error.code);
}

const OUTSIDE: ReadonlySet<number> = new Set([
  Code.perm,
  Code.busy,
  Code.locked,
  Code.readonly,
  Code.io,
  Code.corrupt,
  Code.full,
  Code.cannotOpen,
  Code.notADatabase,
]);

/**
 * The error for a user. Errors of our own, and failures that only a bug in GigQ can cause, pass unchanged. Text that
 * is no JSON (a `SyntaxError`) can only come from what is stored: what is to be stored was checked.
 *
 * @param path The database file, named in the message
 */
export function toUserError(error: unknown, path: string): unknown {
  if (error instanceof Refused) return refusal(error.state, path, error.verb);
  if (error instanceof Unreadable || error instanceof SyntaxError) return unreadableError(path, error);
  if (error instanceof GigqError || !(error instanceof SqliteFailure)) return error;
  if (isAltered(error)) return alteredSchema(path, error);
  switch (error.code) {
    case Code.busy:
    case Code.locked:
      return busyError(path, error);
    case Code.notADatabase:
      return notADatabase(path, error);
    case Code.corrupt:
      return new DataError(`${path} is damaged: ${error.message}`, { hint: RESTORE, cause: error });
    case Code.readonly:
    case Code.perm:
      return readOnly(path, error);
    case Code.full:
      return diskFull(path, error);
    case Code.cannotOpen:
      return new CannotCreateError(`Cannot open ${path}, or create the files -wal and -shm beside it`, {
        hint: "Check the rights of the file and its folder, and the space on the disk",
        cause: error,
      });
    case Code.io:
      return new UnavailableError(`Reading or writing ${path} failed: ${error.message}`, {
        hint: "Check the disk and the space on it; a network or virtual file system may not support locks",
        cause: error,
      });
    default:
      return error;
  }
}

const RESTORE = "Restore it from a backup, or save what is left with: sqlite3 FILE .recover";

/**
 * Our statements fit our schema: where SQLite misses a table or a column, or finds one that should not be there
 * yet, the file is not what its version says.
 */
function isAltered({ code, message }: SqliteFailure): boolean {
  return code === Code.error && /^no such (table|column|index)|already exists|^malformed/.test(message);
}

function alteredSchema(path: string, cause: SqliteFailure): DataError {
  return new DataError(`${path} is damaged, or was altered by another program: ${cause.message}`, {
    hint: RESTORE,
    cause,
  });
}

/** The error for a user when a read came upon such a value. */
export function unreadableError(path: string, cause: unknown): DataError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new DataError(`${path} holds a value that cannot be read: ${message}`, {
    hint: `gigq doctor --db ${path} tells what is wrong with it`,
    cause,
  });
}

/** No room for what was to be written. */
export function diskFull(path: string, cause: unknown): DiskFullError {
  return new DiskFullError(`Cannot write ${path}: the disk is full`, {
    hint: "Free some space and try again; nothing was half-written",
    cause,
  });
}

/** Somebody else held the lock until the deadline. */
export function busyError(path: string, cause: unknown): BusyError {
  return new BusyError(`${path} is locked by another process`, {
    hint: "Try again; if it stays locked, find the process that has a transaction open",
    cause,
  });
}

/** The file has other content. */
export function notADatabase(path: string, cause?: unknown): DataError {
  return new DataError(`${path} is not a database`, { hint: "Name another file with --db", cause });
}

/** The file is an SQLite database, and somebody else's. */
export function foreignDatabase(path: string): DataError {
  return new DataError(`${path} is an SQLite database of another program`, {
    hint: "Name another file with --db",
  });
}

/** The file was written by a later version. */
export function newerSchema(path: string, found: number, known: number): ConfigError {
  return new ConfigError(`${path} has schema version ${found}, and this GigQ knows versions up to ${known}`, {
    hint: "Upgrade GigQ, or name another file with --db",
  });
}

/** The file exists and must not be written. */
export function readOnly(path: string, cause?: unknown): CannotCreateError {
  return new CannotCreateError(`${path} is read-only`, {
    hint: "Make the file and its folder writable: GigQ writes even when it only looks",
    cause,
  });
}
