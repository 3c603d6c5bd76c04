/** What has been read and need not be read again, bounded. */

/** Far more than meets in one transaction. */
const KEPT = 50_000;

/**
 * A map that forgets what has not been asked for while `kept` others came. A program that runs for months meets ever new
 * workers and policies, and must not keep them all.
 */
export class Book<K, V> {
  readonly #kept: number;
  #recent = new Map<K, V>();
  #older = new Map<K, V>();

  constructor(kept: number = KEPT) {
    this.#kept = kept;
  }

  get(key: K): V | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    if (this.#recent.size >= this.#kept) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, value);
  }

  /** Those of the keys that are not known, each once. */
  missing(keys: Iterable<K>): K[] {
    return [...new Set(keys)].filter((key) => this.get(key) === undefined);
  }
}
