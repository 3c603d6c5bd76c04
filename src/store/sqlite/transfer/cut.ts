/** Keeps pages small in bytes, too: a payload may be a million times as large as another. */

/** What a page may hold beyond its first record. */
const PAGE_BYTES = 8_000_000;

/** Something and how large it is. */
export interface Sized {
  readonly bytes: number;
}

/** The first rows, as many as fit into a page; at least one. */
export function cut<T extends Sized>(rows: readonly T[]): readonly T[] {
  let sum = 0;
  const end = rows.findIndex(({ bytes }, at) => (sum += bytes) > PAGE_BYTES && at > 0);
  return end < 0 ? rows : rows.slice(0, end);
}
