/** Pages over parts that are read one after the other. */

import { UsageError } from "../../../core/errors.ts";
import type { TransferPage, TransferRecord } from "../../../core/ports.ts";
import type { Key, Slice } from "../../transfer_pages.ts";

/** Records of one kind, read in a fixed order. */
export type Part = (after: Key | null, limit: number) => Promise<Slice>;

/**
 * A page over all parts.
 *
 * @throws {UsageError} For a cursor of another store
 */
export async function readPage(
  parts: Readonly<Record<string, Part>>,
  cursor: string | null,
  limit: number,
): Promise<TransferPage> {
  const names = Object.keys(parts);
  const [name, key] = cursor === null ? [names[0]!, null] : JSON.parse(cursor) as [string, Key | null];
  const start = names.indexOf(name);
  if (start < 0) throw new UsageError(`${cursor} is no place to go on reading from`);
  const records: TransferRecord[] = [];
  for (let at = start; at < names.length; at++) {
    if (records.length >= limit) return { records, next: JSON.stringify([names[at]!, null]) };
    const slice = await parts[names[at]!]!(at === start ? key : null, limit - records.length);
    records.push(...slice.records);
    if (slice.after !== null) return { records, next: JSON.stringify([names[at]!, slice.after]) };
  }
  return { records, next: null };
}

/** What a page may hold in bytes beyond its first record: a payload may be a million times as large as another. */
const PAGE_BYTES = 8_000_000;

/** The first rows, as many as fit into a page; at least one. */
export function cut<T extends { readonly bytes: number }>(rows: readonly T[]): readonly T[] {
  let sum = 0;
  const end = rows.findIndex(({ bytes }, at) => (sum += bytes) > PAGE_BYTES && at > 0);
  return end < 0 ? rows : rows.slice(0, end);
}
