/** Looks at the database file before SQLite does, so that nothing is touched that is not ours. */

import { CannotCreateError, ConfigError, DataError, UnavailableError } from "../../core/errors.ts";
import { diskFull, foreignDatabase, newerSchema, notADatabase, readOnly } from "./errors.ts";
import { refuseNetwork } from "./mounts.ts";
import { driverOf, fileKey } from "./registry.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./version.ts";

/**
 * What was found. `new`: an empty file that wants its first schema · `existing`: a database of ours · `open`: some
 * process has it open, or crashed with it open, and only SQLite may look.
 */
export type FileState = "new" | "existing" | "open";

/** Offsets in the header of a database: https://sqlite.org/fileformat.html */
const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
const PAGE_COUNT = 28;
const SCHEMA_COOKIE = 40;
const USER_VERSION = 60;
const APPLICATION = 68;

/**
 * Makes sure that `path` is a database of ours or an empty file, which it creates if asked to.
 *
 * @throws {UnavailableError} When there is none and `create` is false, or its folder is missing
 * @throws {CannotCreateError} When it cannot be created or written
 * @throws {DataError} When it is something else
 * @throws {ConfigError} When it is a symbolic link, its schema is newer, or it lies on a network file system
 */
export function prepareFile(path: string, create: boolean): FileState {
  refuseLink(path);
  const info = stat(path);
  if (info === undefined) {
    if (!create) throw missing(path);
    refuseNetwork(realFolder(path));
    createFile(path);
    return "new";
  }
  if (info.isDirectory) throw new DataError(`${path} is a folder, not a database file`);
  if (!info.isFile) throw new DataError(`${path} is not a regular file`);
  refuseNetwork(Deno.realPathSync(path));
  if (info.mode !== null && (info.mode & 0o222) === 0) throw readOnly(path);
  if (info.size === 0) return "new";
  // A handle of our own would drop the locks of whoever has the file open in this process, in another thread
  // perhaps; an open database has its log beside it.
  if (driverOf(fileKey(path)) !== undefined || stat(`${path}-wal`) !== undefined) return "open";
  checkHeader(path);
  return "existing";
}

function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fileError(path, error);
  }
}

/**
 * In a folder that others may write to, a link can lead anywhere: to a file that they want overwritten, or to a
 * database of theirs full of programs to run. Links among the folders of the path are fine.
 */
function refuseLink(path: string): void {
  try {
    if (!Deno.lstatSync(path).isSymlink) return;
  } catch {
    // There is nothing, or no right to look: what follows says which.
    return;
  }
  const target = linkTarget(path);
  throw new ConfigError(`${path} is a symbolic link, and a database must be a file of its own`, {
    hint: target === undefined ? "Name another file with --db" : `Name the file it leads to: --db ${target}`,
  });
}

function linkTarget(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

function missing(path: string): UnavailableError {
  return new UnavailableError(`There is no database at ${path}`, {
    hint: "gigq submit makes one; --db names another",
  });
}

function realFolder(path: string): string {
  try {
    return Deno.realPathSync(folderOf(path));
  } catch (error) {
    throw fileError(path, error);
  }
}

/** The folder of a file. */
export function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf("/"), Deno.build.os === "windows" ? path.lastIndexOf("\\") : -1);
  return end < 0 ? "." : path.slice(0, end) || "/";
}

/** Only its owner may read it; SQLite gives its sidecars the same rights. */
function createFile(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
    // The umask can only have taken rights away.
    if (Deno.build.os !== "windows") Deno.chmodSync(path, 0o600);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw fileError(path, error);
  }
}

function checkHeader(path: string): void {
  const header = readHeader(path);
  const text = new TextDecoder("latin1").decode(header.subarray(0, MAGIC.length));
  if (header.length < HEADER_BYTES || text !== MAGIC) throw notADatabase(path);
  const view = new DataView(header.buffer);
  if (view.getUint32(APPLICATION) === APPLICATION_ID) {
    const version = view.getUint32(USER_VERSION);
    if (version > SCHEMA_VERSION) throw newerSchema(path, version, SCHEMA_VERSION);
    return;
  }
  // A database in which nothing was ever made may become ours.
  const empty = view.getUint32(PAGE_COUNT) <= 1 && view.getUint32(SCHEMA_COOKIE) === 0;
  if (view.getUint32(APPLICATION) !== 0 || !empty) throw foreignDatabase(path);
}

/** Opened for writing too, so that missing rights are noticed here. */
function readHeader(path: string): Uint8Array<ArrayBuffer> {
  try {
    using file = Deno.openSync(path, { read: true, write: true });
    const header = new Uint8Array(HEADER_BYTES);
    let length = 0;
    for (let read: number | null; (read = file.readSync(header.subarray(length))); length += read);
    return header.slice(0, length);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** An error of the operating system, in our words. */
export function fileError(path: string, error: unknown): unknown {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return new UnavailableError(`There is no folder ${folderOf(path)} for the database`, {
      hint: "Create the folder, or name another file with --db",
      cause: error,
    });
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new CannotCreateError(`No right to read and write ${path}`, {
      hint: "Check the rights of the file and its folder",
      cause: error,
    });
  }
  if (error instanceof Deno.errors.NotCapable) return error;
  const { code, message } = error as { code?: string; message: string };
  if (code === "EROFS") return readOnly(path, error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return diskFull(path, error);
  }
  return new CannotCreateError(`Cannot open ${path}: ${message}`, { cause: error });
}
