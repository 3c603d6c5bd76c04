/**
 * Writes a copy of an open database. Copying the file would miss what stands in the log beside it, and reading it
 * would drop SQLite's locks: SQLite writes the copy itself, out of one snapshot, while others go on.
 */

import { CannotCreateError, DataError, UsageError } from "../../core/errors.ts";
import type { Backup, BackupOptions } from "../../core/ports.ts";
import type { Connection } from "./connection.ts";
import type { Driver } from "./driver.ts";
import { builtin } from "./drivers/builtin.ts";
import { toUserError } from "./errors.ts";
import { fileError, folderOf } from "./file.ts";
import { driverOf, fileKey } from "./registry.ts";
import { retryWhileBusy } from "./retry.ts";
import { APPLICATION_ID } from "./version.ts";

/** From where to where. */
export interface BackupJob extends BackupOptions {
  /** The database, for messages. */
  readonly from: string;
  /** The file to write, absolute. */
  readonly to: string;
  /** How long to wait for a lock. */
  readonly busyTimeoutMs: number;
}

/**
 * Writes the copy beside its target, checks it, syncs it to the disk, and only then gives it its name: whoever finds
 * a file of that name finds a whole backup.
 *
 * @throws {CannotCreateError} When the target exists and `force` is not given, is in use, or cannot be written
 * @throws {UsageError} When the target is the database itself
 * @throws {DataError} When the database is damaged
 */
export async function writeBackup(db: Connection, job: BackupJob): Promise<Backup> {
  refuseTarget(job);
  const temporary = `${job.to}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    createEmpty(temporary, job.to);
    await retryWhileBusy(job.busyTimeoutMs, () => copy(db, temporary)).catch((error) => {
      throw copyError(error, job);
    });
    const jobs = checkCopy(temporary, job);
    const bytes = sync(temporary, job.to);
    publish(temporary, job);
    return { path: job.to, bytes, jobs };
  } finally {
    removeIfThere(temporary);
  }
}

function refuseTarget({ from, to, force = false }: BackupJob): void {
  const key = fileKey(to);
  if (key !== undefined && key === fileKey(from)) {
    throw new UsageError(`${to} is the database itself`, { hint: "Name another file for the backup" });
  }
  // A log that is not its own would be taken for the backup's as soon as somebody opens it.
  if (driverOf(key) !== undefined || exists(`${to}-wal`)) {
    throw new CannotCreateError(`${to} is a database in use, or its log ${to}-wal was left behind`, {
      hint: "Name another file for the backup",
    });
  }
  if (isFolder(to)) {
    throw new CannotCreateError(`${to} is a folder`, { hint: "Name a file in it for the backup" });
  }
  if (exists(to) && !force) throw taken(to);
}

function taken(to: string): CannotCreateError {
  return new CannotCreateError(`${to} is there already`, {
    hint: "Name another file, or say --force to replace it",
  });
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return exists(path) && Deno.lstatSync(path).isDirectory;
}

/** SQLite writes into an empty file, and keeps its rights: its owner's alone. */
function createEmpty(temporary: string, to: string): void {
  try {
    Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 }).close();
    if (Deno.build.os !== "windows") Deno.chmodSync(temporary, 0o600);
  } catch (error) {
    throw targetError(to, error);
  }
}

function targetError(to: string, error: unknown): unknown {
  if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
    return fileError(to, error);
  }
  return new CannotCreateError(`There is no folder ${folderOf(to)} for the backup`, {
    hint: "Create the folder, or name another file",
    cause: error,
  });
}

function copy(db: Connection, temporary: string): void {
  db.driver.prepare("VACUUM INTO ?").run(temporary);
}

/** What went wrong while copying is the target's fault, but for a damaged or locked database. */
function copyError(error: unknown, { from, to }: BackupJob): unknown {
  const shown = toUserError(error, to);
  return shown instanceof CannotCreateError ? shown : toUserError(error, from);
}

/** A backup is worth what a restore from it would be. */
function checkCopy(temporary: string, { from, to }: BackupJob): number {
  let driver: Driver | undefined;
  try {
    // The copy is nobody else's yet, so it may be opened by whichever driver is at hand.
    driver = builtin.open(temporary, { busyMs: 0, readOnly: true });
    const [first] = driver.prepare("PRAGMA integrity_check(1)").all<{ integrity_check: string }>();
    const { application_id: owner } = driver.prepare("PRAGMA application_id").get<
      { application_id: number }
    >()!;
    if (first?.integrity_check !== "ok" || owner !== APPLICATION_ID) {
      throw new DataError(`The copy of ${from} is damaged: ${first?.integrity_check}`, {
        hint: `gigq doctor --db ${from} tells what is wrong with the database`,
      });
    }
    return driver.prepare("SELECT count(*) AS jobs FROM jobs").get<{ jobs: number }>()!.jobs;
  } catch (error) {
    throw toUserError(error, to);
  } finally {
    driver?.close();
  }
}

/** SQLite does not wait for the disk while it writes a copy. */
function sync(temporary: string, to: string): number {
  try {
    using file = Deno.openSync(temporary, { read: true, write: true });
    file.syncSync();
    return file.statSync().size;
  } catch (error) {
    throw targetError(to, error);
  }
}

/** Gives the file its name in one step; without `force` never over another file, not even one that came just now. */
function publish(temporary: string, { to, force = false }: BackupJob): void {
  try {
    if (force) Deno.renameSync(temporary, to);
    else Deno.linkSync(temporary, to);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw taken(to);
    // Some file systems have no hard links.
    if (force || exists(to)) throw targetError(to, error);
    Deno.renameSync(temporary, to);
  }
  syncFolder(folderOf(to));
}

/** So that the name, too, outlives a power cut. Not every platform opens folders. */
function syncFolder(folder: string): void {
  try {
    using handle = Deno.openSync(folder);
    handle.syncSync();
  } catch {
    // Windows: the file itself is on the disk, and its name follows.
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It has its name by now, or was never made.
  }
}
