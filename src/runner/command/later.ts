/** Things to do some time after a command has started: one timer for all of them, however many start and end. */

interface Entry {
  readonly due: number;
  readonly act: () => void;
}

/** Calls back after at least `ms`, and at most twice that. */
export class Later {
  readonly #waiting = new Set<Entry>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ms: number) {}

  /** Plans `act`. What is returned takes it back; no timer outlives the last plan. */
  plan(act: () => void): () => void {
    const entry = { due: performance.now() + this.ms, act };
    this.#waiting.add(entry);
    this.#timer ??= setTimeout(() => this.#look(), this.ms);
    return () => this.#takeBack(entry);
  }

  #takeBack(entry: Entry): void {
    this.#waiting.delete(entry);
    if (this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const now = performance.now();
    for (const entry of this.#waiting) {
      if (entry.due > now) break;
      this.#waiting.delete(entry);
      entry.act();
    }
    this.#timer = this.#waiting.size === 0 ? undefined : setTimeout(() => this.#look(), this.ms);
  }
}
