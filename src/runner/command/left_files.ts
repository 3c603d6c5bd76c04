/** Checkpoint files that attempts of commands have left on this machine: see `checkpoint_file.ts`. */

import { shownLocation } from "../../core/location.ts";
import { privateFolder } from "./private_folder.ts";

/** Hex digits of a database's digest that a file's name shows. */
const DIGEST_DIGITS = 16;

/** A file that an attempt has left. */
export interface LeftFile {
  readonly path: string;
  readonly attempt: number;
  /** `false` for one that only stands beside it, such as `….new`. */
  readonly whole: boolean;
}

/** What identifies a job in the name of a file. */
interface Named {
  readonly id: number;
  readonly createdAt: number;
}

/** What stands for a database in the names of files. Users and passwords of a server may change. */
export async function nameOf(location: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(shownLocation(location)));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
    .slice(0, DIGEST_DIGITS);
}

/** The beginning of the names of a job's files; the number of the attempt follows. */
export function baseOf(database: string, { id, createdAt }: Named): string {
  // With its time, since a database that is made anew counts its jobs from 1 again.
  return `${database}-${id}-${createdAt}-`;
}

/** Files whose names begin so, the latest attempt's last. */
export function leftFiles(folder: string, base: string): readonly LeftFile[] {
  const left: LeftFile[] = [];
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.startsWith(base)) continue;
    const [, attempt, rest] = /^(\d+)(.*)$/s.exec(name.slice(base.length)) ?? [];
    if (attempt === undefined) continue;
    left.push({ path: `${folder}/${name}`, attempt: Number(attempt), whole: rest === "" });
  }
  return left.toSorted((a, b) => a.attempt - b.attempt);
}

/** Removes what attempts of these jobs have left: they are to start from the beginning. */
export async function discardLeftFiles(location: string, jobs: readonly Named[]): Promise<void> {
  const folder = privateFolder();
  if (jobs.length === 0 || "problem" in folder) return;
  const database = await nameOf(location);
  for (const { path } of jobs.flatMap((job) => leftFiles(folder.path, baseOf(database, job)))) remove(path);
}

export function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Gone already, or a folder that a command has made there and filled.
  }
}
