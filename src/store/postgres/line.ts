/** The line to one store: connections that lead to it and to no other, transactions that are run again where that helps. */

import { UnavailableError } from "../../core/errors.ts";
import { Lanes } from "./books/lanes.ts";
import { Policies } from "./books/policies.ts";
import { Workers } from "./books/workers.ts";
import { Connection } from "./connection.ts";
import { closedError, toUserError } from "./errors.ts";
import { isLocked, isRetryable, isSevered } from "./failure.ts";
import { fateOf } from "./fate.ts";
import { admits, type Kind } from "./guard.ts";
import { OPEN, recognise } from "./identity.ts";
import { type Place, shown } from "./place.ts";
import { Pool } from "./pool.ts";
import type { Sql } from "./sql.ts";
import type { Statements } from "./statements.ts";
import { CommitLost, type Lock, transact } from "./transaction.ts";
import { type Books, type Tx, View } from "./tx.ts";
import type { Settings } from "./url.ts";

/** Bounds of the wait before a transaction is run again. */
const MIN_WAIT_MS = 2;
const MAX_WAIT_MS = 50;
/** Many processes that wait for each other's locks sort it out sooner than this. */
const MOST_RETRIES = 100;

/** What a line is made of. */
export interface LineOptions {
  readonly settings: Settings;
  readonly place: Place;
  readonly statements: Statements;
  /** Id of the store. */
  readonly id: string;
  /** How long a call waits for a lock. */
  readonly busyTimeoutMs: number;
}

export class Line {
  readonly place: Place;
  readonly id: string;
  readonly #settings: Settings;
  readonly #statements: Statements;
  readonly #busyTimeoutMs: number;
  readonly #pool: Pool;
  readonly #books: Books = { lanes: new Lanes(), policies: new Policies(), workers: new Workers() };
  #closing: Promise<void> | undefined;

  /** @param first A connection that leads to the store */
  constructor({ settings, place, statements, id, busyTimeoutMs }: LineOptions, first: Connection) {
    this.#settings = settings;
    this.place = place;
    this.#statements = statements;
    this.id = id;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#pool = new Pool(() => this.#open(), settings.pool);
    this.#pool.add(first);
  }

  /**
   * Runs a verb in a transaction: again where it met others, and never twice with effect.
   *
   * @param enter What the books need to know before it begins
   */
  write<T>(
    kind: Kind,
    lock: Lock,
    body: (tx: Tx) => Promise<T>,
    enter?: (books: Books, sql: Sql) => Promise<void>,
  ): Promise<T> {
    return this.#guarded(async (again) => {
      if (enter !== undefined) await this.#lend((connection) => enter(this.#books, connection), again);
      return await this.#lend((connection) =>
        transact(connection, this.#books, {
          place: this.place,
          id: this.id,
          lock,
          timeoutMs: this.#settings.timeoutMs,
          admit: (state) => admits(kind, state, this.place),
        }, body), again);
    });
  }

  /** Reads with one statement, which sees one moment. */
  read<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#guarded((again) =>
      this.#lend(async (connection) => {
        const [state, value] = await Promise.allSettled([
          connection.get<{ state: string }>("SELECT state FROM gigq.store"),
          body(new View(connection, this.#books)),
        ]);
        if (state.status === "rejected") throw state.reason;
        admits("read", state.value?.state ?? OPEN, this.place);
        if (value.status === "rejected") throw value.reason;
        return value.value;
      }, again)
    );
  }

  /** A statement outside of any transaction, for what is no part of the store's content. */
  aside<T>(body: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#guarded((again) => this.#lend(body, again));
  }

  /** Ends the use of the line, after the calls already made. */
  close(): Promise<void> {
    return this.#closing ??= this.#pool.close();
  }

  async #open(): Promise<Connection> {
    const { url, timeoutMs } = this.#settings;
    const connection = await Connection.open(url, this.#statements, timeoutMs);
    try {
      await recognise(connection, this.id, this.place);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  #lend<T>(use: (connection: Connection) => Promise<T>, fresh: boolean): Promise<T> {
    return this.#pool.lend(use, fresh);
  }

  /** Runs a call until it comes out one way or the other. */
  async #guarded<T>(call: (again: boolean) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw closedError(this.place);
    const deadline = performance.now() + this.#busyTimeoutMs;
    let reconnected = false;
    for (let tries = 1;; tries++) {
      try {
        return await call(reconnected);
      } catch (error) {
        if (error instanceof CommitLost) {
          if (await this.#wasCommitted(error)) return error.value as T;
        } else if (isRetryable(error) && tries < MOST_RETRIES) await pause();
        else if (isLocked(error) && performance.now() < deadline) await pause();
        // An idle connection may have died long ago: that is known only now, and a new one tells how things are.
        else if (isSevered(error) && !reconnected) reconnected = true;
        else throw toUserError(error, this.place);
      }
    }
  }

  /** @throws {UnavailableError} When the server does not come back to tell */
  async #wasCommitted({ xid, cause }: CommitLost): Promise<boolean> {
    const fate = await fateOf(xid, (use) => this.#pool.lend(use, true), this.#busyTimeoutMs);
    if (fate !== "unknown") return fate === "committed";
    throw new UnavailableError(
      `The connection to ${shown(this.place)} broke during a commit: it may or may not stand`,
      {
        hint: "Look whether it was stored before you try again",
        cause,
      },
    );
  }
}

function pause(): Promise<void> {
  const ms = MIN_WAIT_MS + Math.random() * (MAX_WAIT_MS - MIN_WAIT_MS);
  return new Promise((resolve) => setTimeout(resolve, ms));
}
