/** What a connection has read and need not read again, bounded. */

/** Far more than run or wait at once; beyond it everything is read anew, which is cheap. */
const KEPT = 10_000;

/** Notes an entry. A program that runs for months meets ever new workers and policies, and must not keep them all. */
export function remember<K, V>(book: Map<K, V>, key: K, value: V, kept: number = KEPT): void {
  if (book.size >= kept) book.clear();
  book.set(key, value);
}
