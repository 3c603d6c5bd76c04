/** The file as the operating system sees it. Nothing is opened here: see `registry.ts`. */

import { statfsSync } from "node:fs";
import type { Finding } from "../../../core/ports.ts";
import { formatBytes } from "../../../output/bytes.ts";
import { fileError, folderOf } from "../file.ts";
import { networkType, readMounts } from "../mounts.ts";
import { ok, problem, warning } from "../../finding.ts";

/** Readable or writable by others than the owner. */
const OTHERS = 0o077;
const WORLD_WRITABLE = 0o002;
const STICKY = 0o1000;
/** Below the first a disk will be full soon; below the second, commits fail any moment. */
const LITTLE_SPACE = 100_000_000;
const NO_SPACE = 2_000_000;
const SIDECARS = ["-wal", "-shm"] as const;

/**
 * The file of the database and what lies beside it.
 *
 * @param rights Whether others may read or write it, too; who wants to mend that looks later, by {@linkcode checkRights}
 */
export function* checkFile(path: string, rights: boolean): Generator<Finding> {
  const info = lstat(path);
  if (info === undefined) return yield orphanedLog(path);
  if (info.isSymlink || !info.isFile) return;
  yield ok("file", `${path}, ${formatBytes(info.size)}`);
  if (Deno.build.os !== "windows") {
    if (rights) yield checkRights(path, false);
    yield* checkOwner(path, info);
    yield* checkFolder(path);
  }
  yield* checkNetwork(path);
  yield* checkSpace(path);
}

/** What the program may not ask (`--allow-sys`) is left out. */
function ifAllowed<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fileError(path, error);
  }
}

function orphanedLog(path: string): Finding {
  const left = SIDECARS.map((end) => `${path}${end}`).filter((file) => lstat(file) !== undefined);
  const missing = `There is no database at ${path}`;
  if (left.length === 0) {
    return problem("file", missing, "Name another file with --db; gigq submit makes one");
  }
  return problem(
    "file",
    `${missing}, but its log is there: ${left.join(", ")}`,
    "Put the database back beside its log: it holds what was written last; or move the log away",
  );
}

/** Mended are the rights of what is known to be a database of GigQ, and of no other file. */
export function checkRights(path: string, fix: boolean): Finding {
  const files = [path, ...SIDECARS.map((end) => `${path}${end}`)];
  const open = files.filter((file) => ((lstat(file)?.mode ?? 0) & OTHERS) !== 0);
  if (open.length === 0) return ok("permissions", "Only the owner may read and write it");
  const modes = open.map((file) => `${file} (${(lstat(file)!.mode! & 0o777).toString(8)})`).join(", ");
  if (!fix) {
    return problem(
      "permissions",
      `Others than the owner have rights on ${modes}`,
      `chmod 600 ${open.join(" ")}`,
    );
  }
  try {
    for (const file of open) Deno.chmodSync(file, 0o600);
  } catch (error) {
    return problem("permissions", `The rights of ${modes} cannot be changed: ${messageOf(error)}`, null);
  }
  return ok("permissions", `Taken from others: the rights on ${modes}`, true);
}

function* checkOwner(path: string, { uid }: Deno.FileInfo): Generator<Finding> {
  const own = ifAllowed(() => Deno.uid()) ?? null;
  if (uid === null || own === null || own === 0 || uid === own) return;
  yield warning(
    "owner",
    `${path} belongs to user ${uid}, and you are user ${own}`,
    "Run GigQ as the owner of the file",
  );
}

function* checkFolder(path: string): Generator<Finding> {
  const folder = folderOf(path);
  const mode = Deno.statSync(folder).mode ?? 0;
  if ((mode & WORLD_WRITABLE) === 0 || (mode & STICKY) !== 0) return;
  yield warning(
    "folder",
    `Everybody may put and replace files in ${folder}, the database too`,
    `chmod o-w ${folder}`,
  );
}

function* checkNetwork(path: string): Generator<Finding> {
  const mounts = readMounts();
  if (mounts === "") return;
  const type = networkType(Deno.realPathSync(path), mounts);
  if (type === undefined) return yield ok("network", "Not on a network file system");
  yield warning(
    "network",
    `${path} lies on a network file system (${type}), where SQLite's locks do not hold`,
    "Put the database on a local disk",
  );
}

function* checkSpace(path: string): Generator<Finding> {
  const disk = ifAllowed(() => statfsSync(folderOf(path)));
  if (disk === undefined) return;
  const free = disk.bavail * disk.bsize;
  const message = `${formatBytes(free)} free on the disk of ${path}`;
  const hint = "Free some space, or gigq clear what is not needed any more";
  if (free < NO_SPACE) yield problem("disk", message, hint);
  else yield free < LITTLE_SPACE ? warning("disk", message, hint) : ok("disk", message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
