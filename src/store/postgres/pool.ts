/** Connections that are lent to one caller at a time. */

import type { Connection } from "./connection.ts";

/** How long a connection may stay idle. */
const IDLE_MS = 60_000;

interface Idle {
  readonly connection: Connection;
  readonly since: number;
}

export class Pool {
  readonly #open: () => Promise<Connection>;
  readonly #size: number;
  readonly #idle: Idle[] = [];
  readonly #queue: PromiseWithResolvers<void>[] = [];
  #lent = 0;
  #sweep: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param open Opens a connection that is fit for use
   * @param size The most that are open at once
   */
  constructor(open: () => Promise<Connection>, size: number) {
    this.#open = open;
    this.#size = size;
  }

  /**
   * Lends a connection to `use`.
   *
   * @param fresh Opens a new one, since those that were idle may be as dead as the one that just failed
   */
  async lend<T>(use: (connection: Connection) => Promise<T>, fresh = false): Promise<T> {
    while (this.#lent >= this.#size) await this.#turn();
    this.#lent++;
    let connection: Connection | undefined;
    try {
      if (fresh) this.#drop();
      connection = this.#takeIdle() ?? await this.#open();
      return await use(connection);
    } finally {
      this.#lent--;
      if (connection !== undefined) this.add(connection);
      this.#queue.shift()?.resolve();
    }
  }

  /** Puts a connection among those to lend. */
  add(connection: Connection): void {
    if (!connection.alive) return;
    this.#idle.push({ connection, since: performance.now() });
    if (this.#sweep === undefined) this.#sweepLater();
  }

  /** Closes all; nothing is lent any more. */
  async close(): Promise<void> {
    clearTimeout(this.#sweep);
    await Promise.all(this.#idle.splice(0).map(({ connection }) => connection.close()));
  }

  #turn(): Promise<void> {
    const turn = Promise.withResolvers<void>();
    this.#queue.push(turn);
    return turn.promise;
  }

  /** The one used last: so the others come to be closed. */
  #takeIdle(): Connection | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.connection.alive) return idle.connection;
    }
    return undefined;
  }

  #drop(): void {
    for (const { connection } of this.#idle.splice(0)) void connection.close();
  }

  #sweepLater(): void {
    this.#sweep = setTimeout(() => {
      this.#sweep = undefined;
      const limit = performance.now() - IDLE_MS;
      while (this.#idle.length > 0 && this.#idle[0]!.since <= limit) {
        void this.#idle.shift()!.connection.close();
      }
      if (this.#idle.length > 0) this.#sweepLater();
    }, IDLE_MS);
    Deno.unrefTimer(this.#sweep);
  }
}
