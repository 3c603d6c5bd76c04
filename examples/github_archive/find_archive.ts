/** Looks for real data near at hand. */

import { join } from "node:path";

/** A folder of archives, and what it has of one day. */
export interface FoundArchive {
  readonly folder: string;
  readonly date: string;
  readonly hours: readonly number[];
}

/** The folder that `GHARCHIVE_DIR` names, else `../shared/data/gharchive` beside the checkout; `null` when empty. */
export async function findArchive(): Promise<FoundArchive | null> {
  const folder = Deno.env.get("GHARCHIVE_DIR") ??
    join(import.meta.dirname!, "..", "..", "..", "shared", "data", "gharchive");
  const days = new Map<string, number[]>();
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const [, date, hour] = /^(\d{4}-\d\d-\d\d)-(\d{1,2})\.json\.gz$/.exec(name) ?? [];
      if (date !== undefined) days.set(date, [...days.get(date) ?? [], Number(hour)]);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const date = [...days.keys()].sort()[0];
  return date === undefined ? null : { folder, date, hours: days.get(date)!.sort((a, b) => a - b) };
}
