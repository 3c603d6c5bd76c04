/** Tells other processes that something changed. */

import type { Connection } from "./connection.ts";

type Use = (connection: Connection) => Promise<unknown>;

/**
 * Not within the transactions that change something: the server lets those that notify commit only one after the other.
 * The first notice goes at once; those that follow it closely are one.
 */
const QUIET_MS = 10;

export class Notifier {
  readonly #send: Use;
  readonly #lend: (use: Use) => Promise<unknown>;
  #lastAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> = Promise.resolve();

  /**
   * @param send Sends a notice; when that fails, those who wait look for themselves before long
   * @param lend Lends a connection
   */
  constructor(send: Use, lend: (use: Use) => Promise<unknown>) {
    this.#send = send;
    this.#lend = lend;
  }

  /**
   * Something changed.
   *
   * @param connection On which it did, and which can be used without waiting for another
   */
  changed(connection: Connection | null): void {
    if (this.#timer !== undefined) return;
    const wait = this.#lastAt + QUIET_MS - performance.now();
    if (wait <= 0) this.#now(connection);
    else this.#timer = setTimeout(() => this.#now(null), wait);
  }

  /** Sends what is still to be sent. */
  async flush(): Promise<void> {
    if (this.#timer !== undefined) this.#now(null);
    await this.#sending;
  }

  #now(connection: Connection | null): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lastAt = performance.now();
    const sent = connection === null ? this.#lend(this.#send) : this.#send(connection);
    // The next one may get through.
    this.#sending = sent.then(() => {}, () => {});
  }
}
