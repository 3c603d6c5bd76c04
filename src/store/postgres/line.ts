/** The line to one store: connections that lead to it and to no other, and calls that are made again where that helps. */

import { UnavailableError } from "../../core/errors.ts";
import { Definitions } from "./books/definitions.ts";
import { Lanes } from "./books/lanes.ts";
import { Policies } from "./books/policies.ts";
import { Workers } from "./books/workers.ts";
import { Connection } from "./connection.ts";
import { closedError, schemaGone, toUserError } from "./errors.ts";
import { isLocked, isRetryable, isSevered } from "./failure.ts";
import { fateOf } from "./fate.ts";
import { admit, type Kind } from "./guard.ts";
import { recognise } from "./identity.ts";
import { type Place, shown } from "./place.ts";
import { Pool } from "./pool.ts";
import type { Sql } from "./sql.ts";
import type { Statements } from "./statements.ts";
import { CommitLost, JIT_OFF, type Lock, transact } from "./transaction.ts";
import { type Books, type Tx, View } from "./tx.ts";
import type { Settings } from "./url.ts";

/** Bounds of the wait before a transaction is run again. */
const MIN_WAIT_MS = 2;
const MAX_WAIT_MS = 50;
/** Many processes that wait for each other's locks sort it out sooner than this. */
const MOST_RETRIES = 100;

/** What people do to many jobs at once may take so many times as long as what workers do all the time. */
const LONGER = 6;

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

/** What is to happen in one transaction. */
export interface Write<T> {
  readonly kinds: readonly Kind[];
  readonly lock: Lock;
  /** Enters what the books need to know before it begins. */
  readonly enter?: (books: Books, sql: Sql) => Promise<void>;
  readonly body: (tx: Tx) => Promise<T>;
  /** Told after the commit, with the connection unless that broke. */
  readonly committed?: (value: T, connection: Connection | null) => void;
}

export class Line {
  readonly place: Place;
  readonly id: string;
  readonly #options: LineOptions;
  readonly #pool: Pool;
  /**
   * Read anew with each connection that is opened: the server may have come back as an older copy of itself, which has
   * given the numbers in them to nobody, or to somebody else.
   */
  #books: Books = emptyBooks();
  readonly #calls = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  /** @param first A connection that leads to the store */
  constructor(options: LineOptions, first: Connection) {
    this.place = options.place;
    this.id = options.id;
    this.#options = options;
    this.#pool = new Pool(() => this.#openAnew(), options.settings.pool);
    this.#pool.add(first);
  }

  /** Runs a transaction: again where it met others, and never twice with effect. */
  async write<T>({ kinds, lock, enter, body, committed }: Write<T>): Promise<T> {
    const { place, id, settings } = this.#options;
    const timeoutMs = settings.timeoutMs * (lock === "exclusive" ? LONGER : 1);
    const mustBeOpen = kinds.includes("change");
    const admitAll = (state: string): void => kinds.forEach((kind) => admit(kind, state, place));
    let told = false;
    const value = await this.#try(async (connection) => {
      const books = this.#books;
      connection.timeoutMs = timeoutMs;
      await enter?.(books, connection);
      const terms = { place, id, lock, timeoutMs, mustBeOpen, admit: admitAll };
      const value = await transact(connection, books, terms, body);
      committed?.(value, connection);
      told = true;
      return value;
    });
    if (!told) committed?.(value, null);
    return value;
  }

  /** Reads with one statement, which sees one moment. */
  read<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#try((connection) => this.#read(connection, body));
  }

  /**
   * The same for what is asked again and again, and is to cost little: {@linkcode JIT_OFF}. All is sent at once, so that
   * no transaction stays open while this process stands still.
   */
  readLean<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#try(async (connection) => {
      const begun = connection.script(`BEGIN READ ONLY; ${JIT_OFF}`);
      const read = this.#read(connection, body);
      const [opened, value] = await Promise.allSettled([begun, read, connection.script("COMMIT")]);
      if (opened.status === "rejected") throw opened.reason;
      if (value.status === "rejected") throw value.reason;
      return value.value;
    });
  }

  async #read<T>(connection: Connection, body: (tx: Tx) => Promise<T>): Promise<T> {
    const [store, value] = await Promise.allSettled([
      connection.get<{ state: string }>("SELECT state FROM gigq.store"),
      body(new View(connection, this.#books)),
    ]);
    if (store.status === "rejected") throw store.reason;
    if (store.value === undefined) throw schemaGone(this.place);
    admit("use", store.value.state, this.place);
    if (value.status === "rejected") throw value.reason;
    return value.value;
  }

  /** Reads with several statements that see one moment, whatever the state. */
  snapshot<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#try(async (connection) => {
      const begun = connection.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      const [, value] = await Promise.allSettled([begun, body(new View(connection, this.#books))]);
      await connection.script("COMMIT");
      if (value.status === "rejected") throw value.reason;
      return value.value;
    });
  }

  /** Statements for which the state does not matter. */
  aside<T>(body: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#try(body);
  }

  /** A connection beside the others, which hears what the server sends by itself. */
  async listen(url: string, channel: string, heard: (payload: string) => void): Promise<Connection> {
    const connection = await this.#open(url);
    try {
      connection.onNotification(heard);
      await connection.script(`LISTEN ${channel}`);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Resolves when the calls already made have been answered. */
  async quiet(): Promise<void> {
    await Promise.allSettled(this.#calls);
  }

  /** Ends the use of the line, after the calls already made: one that waits for its next try holds no connection. */
  close(): Promise<void> {
    return this.#closing ??= this.quiet().then(() => this.#pool.close());
  }

  async #openAnew(): Promise<Connection> {
    const connection = await this.#open();
    this.#books = emptyBooks();
    return connection;
  }

  async #open(url: string = this.#options.settings.url): Promise<Connection> {
    const { statements, settings: { timeoutMs } } = this.#options;
    const connection = await Connection.open(url, statements, timeoutMs);
    try {
      await recognise(connection, this.id, this.place);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Runs a call until it comes out one way or the other. */
  #try<T>(call: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) return Promise.reject(closedError(this.place));
    const answer = this.#insist(call);
    this.#calls.add(answer);
    return answer.finally(() => this.#calls.delete(answer));
  }

  async #insist<T>(call: (connection: Connection) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.#options.busyTimeoutMs;
    let fresh = false;
    for (let tries = 1;; tries++) {
      try {
        return await this.#pool.lend((connection) => {
          connection.timeoutMs = this.#options.settings.timeoutMs;
          return call(connection);
        }, fresh);
      } catch (error) {
        if (error instanceof CommitLost) {
          if (await this.#wasCommitted(error)) return error.value as T;
        } else if (isRetryable(error) && tries < MOST_RETRIES) await pause();
        else if (isLocked(error) && performance.now() < deadline) await pause();
        // An idle connection may have died long ago: that is known only now, and a new one tells how things are.
        else if (isSevered(error) && !fresh) fresh = true;
        else throw toUserError(error, this.place);
      }
    }
  }

  /** @throws {UnavailableError} When the server does not come back to tell */
  async #wasCommitted({ begun, cause }: CommitLost): Promise<boolean> {
    const fate = await fateOf(begun, (use) => this.#pool.lend(use, true), this.#options.busyTimeoutMs);
    if (fate !== "unknown") return fate === "committed";
    throw new UnavailableError(
      `The connection to ${shown(this.place)} broke during a commit, which may or may not stand`,
      { hint: "Look whether it was stored before you try again", cause },
    );
  }
}

function emptyBooks(): Books {
  return {
    lanes: new Lanes(),
    policies: new Policies(),
    workers: new Workers(),
    definitions: new Definitions(),
  };
}

function pause(): Promise<void> {
  const ms = MIN_WAIT_MS + Math.random() * (MAX_WAIT_MS - MIN_WAIT_MS);
  return new Promise((resolve) => setTimeout(resolve, ms));
}
