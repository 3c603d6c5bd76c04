/** What an hour came to, kept in a file: exact counts of distinct names are too much for a job's result. */

import { join } from "node:path";
import { type Counts, countsFromJson, countsToJson } from "./counts.ts";

/** Changes whenever what is counted does: older files are then counted again. */
const VERSION = 1;

/** Says which archive was counted. */
export interface Origin {
  readonly date: string;
  readonly hour: number;
  /** Folder or URL it came from. */
  readonly source: string;
  /** Bytes of the archive, where it is a file; `null` for a URL. */
  readonly size: number | null;
}

/** The file of an hour within the work folder. */
export function aggregatePath(work: string, { date, hour }: Origin): string {
  return join(work, `${date}-${hour}.counts.json`);
}

/** Reads the counts of an hour; `null` when there are none of this very archive. */
export async function readAggregate(path: string, origin?: Origin): Promise<Counts | null> {
  let stored: Record<string, unknown>;
  try {
    stored = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
    throw error;
  }
  const { version, origin: from, counts } = stored as { version: unknown; origin: Origin; counts: never };
  const same = origin === undefined || JSON.stringify(from) === JSON.stringify(origin);
  return version === VERSION && same ? countsFromJson(counts) : null;
}

/** Writes the counts of an hour: all of them or nothing, whenever the process ends. */
export async function writeAggregate(path: string, origin: Origin, counts: Counts): Promise<void> {
  const part = `${path}.${crypto.randomUUID()}.part`;
  try {
    await Deno.writeTextFile(
      part,
      JSON.stringify({ version: VERSION, origin, counts: countsToJson(counts) }),
    );
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
}
