/** Tells other processes that something changed. */

/**
 * Not within the transactions that change something: the server lets those that notify commit only one after the other.
 * The first notice goes at once; those that follow it closely are one.
 */
const QUIET_MS = 10;

export class Notifier {
  readonly #send: () => Promise<unknown>;
  #lastAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send Sends a notice; when that fails, those who wait look for themselves before long */
  constructor(send: () => Promise<unknown>) {
    this.#send = send;
  }

  /** Something changed. */
  changed(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#lastAt + QUIET_MS - performance.now();
    if (wait <= 0) void this.#now();
    else this.#timer = setTimeout(() => void this.#now(), wait);
  }

  /** Sends what is still to be sent. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) await this.#now();
  }

  async #now(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lastAt = performance.now();
    try {
      await this.#send();
    } catch {
      // The next one may get through.
    }
  }
}
