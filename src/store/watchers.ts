/** Waking those who follow a store. */

/** Many wakes before a look are one. */
export class Watchers {
  readonly #wakes = new Set<() => void>();
  readonly #closed = new AbortController();

  /** Tells everyone who watches that something changed. */
  wake(): void {
    for (const wake of this.#wakes) wake();
  }

  /** Ends every watch, those to come included. */
  close(): void {
    this.#closed.abort();
  }

  /**
   * Yields once at the start, since something may have changed between the caller's last look and now, and then
   * after every wake.
   */
  async *watch(outer: AbortSignal): AsyncGenerator<void, void> {
    const signal = AbortSignal.any([outer, this.#closed.signal]);
    let dirty = true;
    let resume = (): void => {};
    const wake = (): void => {
      dirty = true;
      resume();
    };
    this.#wakes.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    try {
      while (!signal.aborted) {
        if (!dirty) await new Promise<void>((resolve) => resume = resolve);
        if (signal.aborted) return;
        dirty = false;
        yield;
      }
    } finally {
      this.#wakes.delete(wake);
      signal.removeEventListener("abort", wake);
    }
  }
}
