/** What the workflow can be told: `-p date=… -p hours=… -p source=… -p work=…`. */

import { resolve } from "node:path";
import { UsageError } from "../../mod.ts";

/** Where GH Archive publishes its files. */
export const ARCHIVE = "https://data.gharchive.org";

/** The options, checked; the same for every step. */
export interface ArchiveOptions {
  /** `2015-01-01`. */
  readonly date: string;
  /** From 0 to 23, rising. */
  readonly hours: readonly number[];
  /** Folder or URL that has `DATE-H.json.gz`. */
  readonly source: string;
  /** Folder for what each hour came to. */
  readonly work: string;
}

const KNOWN = ["date", "hours", "source", "work"];

/** Reads the options as the command line gives them. */
export function readOptions(params: Readonly<Record<string, string>>): ArchiveOptions {
  const unknown = Object.keys(params).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) {
    throw new UsageError(`Parameter "${unknown}" is unknown`, { hint: `Known are ${KNOWN.join(", ")}` });
  }
  const { date, hours = "0-23", source = ARCHIVE, work = "gharchive" } = params;
  return {
    date: readDate(date),
    hours: readHours(hours),
    source: isUrl(source) ? source.replace(/\/+$/, "") : resolve(source),
    work: resolve(work),
  };
}

/** Whether a source is fetched rather than read from disk. */
export function isUrl(source: string): boolean {
  return /^https?:\/\//.test(source);
}

function readDate(date: string | undefined): string {
  if (date === undefined) {
    throw new UsageError('Parameter "date" is missing', { hint: "Give it with -p date=2015-01-01" });
  }
  const real = /^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date)) &&
    new Date(date).toISOString().startsWith(date);
  if (!real) throw new UsageError(`Date "${date}" is not a day`, { hint: "Write it like 2015-01-01" });
  return date;
}

/** Reads `12`, `0-23` or `1,3,5-7`. */
export function readHours(text: string): readonly number[] {
  const hours = text.split(",").flatMap((part) => {
    const [, first, last = first] = /^\s*(\d{1,2})(?:-(\d{1,2}))?\s*$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || from > to || to > 23) {
      throw new UsageError(`Hours "${text}" are not understood`, { hint: "Write 12, 0-23 or 1,3,5-7" });
    }
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return [...new Set(hours)].sort((a, b) => a - b);
}
