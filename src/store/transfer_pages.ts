/** Reading all that a store holds in pages: what the stores on this machine share. */

import { UsageError } from "../core/errors.ts";
import type { TransferPage, TransferRecord } from "../core/ports.ts";

/** Where reading a part goes on: what its order goes by. */
export type Key = string | readonly number[];

/** Some records of one part. */
export interface Slice {
  readonly records: readonly TransferRecord[];
  /** Where to go on; `null` when the part is read. */
  readonly after: Key | null;
}

/** Records of one kind, read in a fixed order. */
export type Part = (after: Key | null, limit: number) => Slice;

/**
 * A page over all parts, one after the other.
 *
 * @throws {UsageError} For a cursor of another store
 */
export function readPage(
  parts: Readonly<Record<string, Part>>,
  cursor: string | null,
  limit: number,
): TransferPage {
  const names = Object.keys(parts);
  const [name, key] = cursor === null ? [names[0]!, null] : JSON.parse(cursor) as [string, Key | null];
  const start = names.indexOf(name);
  if (start < 0) throw new UsageError(`${cursor} is no place to go on reading from`);
  const records: TransferRecord[] = [];
  for (let at = start; at < names.length; at++) {
    if (records.length >= limit) return { records, next: JSON.stringify([names[at]!, null]) };
    const slice = parts[names[at]!]!(at === start ? key : null, limit - records.length);
    records.push(...slice.records);
    if (slice.after !== null) return { records, next: JSON.stringify([names[at]!, slice.after]) };
  }
  return { records, next: null };
}
