/** How often each input was seen, for inputs in the millions: sixteen bytes apiece instead of a string. */

/** Half full at most, so that probes stay short. */
const LOAD = 0.5;

/**
 * Counts 53-bit digests. An open-addressing table of numbers: a `Map` of a million keys takes four times as much
 * and stops the event loop to grow.
 */
export class Occurrences {
  #table: Float64Array;
  #used = 0;
  /** Counts above one, which are rare. */
  readonly #repeats = new Map<number, number>();

  /** @param capacity Digests expected; the table grows as needed */
  constructor(capacity = 1_024) {
    this.#table = new Float64Array(powerOfTwo(capacity / LOAD));
  }

  /**
   * Counts one more of this digest.
   *
   * @param digest An integer from 1 to 2^53 - 1, evenly spread
   * @returns How often it was seen before: 0 for the first
   */
  add(digest: number): number {
    if (this.#insert(digest)) return 0;
    const before = this.#repeats.get(digest) ?? 1;
    this.#repeats.set(digest, before + 1);
    return before;
  }

  #insert(digest: number): boolean {
    if (this.#used + 1 > this.#table.length * LOAD) this.#grow();
    const slot = find(this.#table, digest);
    if (this.#table[slot] === digest) return false;
    this.#table[slot] = digest;
    this.#used++;
    return true;
  }

  #grow(): void {
    const larger = new Float64Array(this.#table.length * 2);
    for (const digest of this.#table) {
      if (digest !== 0) larger[find(larger, digest)] = digest;
    }
    this.#table = larger;
  }
}

/** The slot that holds the digest, or the free one where it belongs. */
function find(table: Float64Array, digest: number): number {
  const mask = table.length - 1;
  let slot = digest % table.length;
  while (table[slot] !== 0 && table[slot] !== digest) slot = (slot + 1) & mask;
  return slot;
}

function powerOfTwo(least: number): number {
  let size = 16;
  while (size < least) size *= 2;
  return size;
}
