/** A binary heap: the smallest entry first. */
export class Heap<T> {
  readonly #entries: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  /** @param before Whether `a` comes out before `b` */
  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  push(entry: T): void {
    const entries = this.#entries;
    let at = entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(entry, entries[parent]!)) break;
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  }

  /** The first entry that `isLive`; dead ones in front of it are dropped for good. */
  peek(isLive: (entry: T) => boolean): T | undefined {
    while (this.#entries.length > 0 && !isLive(this.#entries[0]!)) this.#drop();
    return this.#entries[0];
  }

  /** Takes out the first entry that `isLive`. */
  pop(isLive: (entry: T) => boolean): T | undefined {
    const first = this.peek(isLive);
    if (first !== undefined) this.#drop();
    return first;
  }

  #drop(): void {
    const entries = this.#entries;
    const last = entries.pop()!;
    if (entries.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && this.#before(entries[child + 1]!, entries[child]!)) child++;
      if (!this.#before(entries[child]!, last)) break;
      entries[at] = entries[child]!;
      at = child;
    }
    entries[at] = last;
  }
}
