/** One transaction, from `BEGIN` to the word of the server that it stands. */

import type { Connection } from "./connection.ts";
import { isSevered } from "./failure.ts";
import type { Begun } from "./fate.ts";
import { otherStore, schemaGone } from "./errors.ts";
import type { StoreRow } from "./identity.ts";
import type { Place } from "./place.ts";
import { quoteLiteral } from "./statements.ts";
import { type Books, type Tx, View } from "./tx.ts";

/** `shared`: beside others of its kind · `exclusive`: alone, so that what it read stays true until its end. */
export type Lock = "shared" | "exclusive";

/** What a transaction needs to know of the store. */
export interface Terms {
  readonly place: Place;
  /** Id of the store. */
  readonly id: string;
  readonly lock: Lock;
  readonly timeoutMs: number;
  /** Whether {@linkcode Terms.admit} throws in any other state. */
  readonly mustBeOpen: boolean;
  /** Throws when the verb is not for a store in this state. */
  readonly admit: (state: string) => void;
}

/** The commit was sent, and no answer came. */
export class CommitLost extends Error {
  override readonly name = "CommitLost";
  readonly begun: Begun;
  /** What the call came to, if it was committed. */
  readonly value: unknown;

  constructor(begun: Begun, value: unknown, cause: unknown) {
    super("no answer to COMMIT", { cause });
    this.begun = begun;
    this.value = value;
  }
}

type BegunRow = Begun & Pick<StoreRow, "id" | "state">;

/**
 * Compiling a statement takes the server a second or more, whenever it is run, and is decided by what the planner fears it
 * might cost: ours touch few rows, and are feared for the runs of a thousand steps that there may be.
 */
export const JIT_OFF = "SET LOCAL jit = off";

/** The number that stands for a schema among the advisory locks of its database. */
export function lockKey(schema: string): string {
  return `hashtextextended(${quoteLiteral(`gigq ${schema}`)}, 0)`;
}

/**
 * Begins, takes the lock, and reads the state after it. The server ends by itself what nobody hears of any more: a
 * connection that broke may look whole from there. No such setting outlives the transaction, since a pooler may hand the
 * session to anybody.
 */
function beginSql({ place, lock, timeoutMs }: Terms): string {
  const take = lock === "shared" ? "pg_advisory_xact_lock_shared" : "pg_advisory_xact_lock";
  return `BEGIN;
    SET LOCAL transaction_isolation = 'read committed';
    SET LOCAL transaction_read_only = off;
    ${JIT_OFF};
    SET LOCAL statement_timeout = ${timeoutMs};
    SET LOCAL lock_timeout = ${Math.floor(timeoutMs * 0.8)};
    SET LOCAL idle_in_transaction_session_timeout = ${timeoutMs};
    SELECT ${take}(${lockKey(place.schema)});
    SELECT id, state, txid_current() AS xid, extract(epoch FROM now())::float8 AS at,
      extract(epoch FROM pg_postmaster_start_time())::float8 AS server
    FROM gigq.store`;
}

/**
 * Runs `body` within a transaction. Its first statement is sent without waiting for the answer to `BEGIN`.
 *
 * @throws {CommitLost} When nobody knows yet whether it was committed
 */
export async function transact<T>(
  connection: Connection,
  books: Books,
  terms: Terms,
  body: (tx: Tx) => Promise<T>,
): Promise<T> {
  const tx = new View(connection, books, terms.mustBeOpen);
  const begun = begin(connection, terms);
  begun.catch((error) => tx.refuse(error));
  const [opened, done] = await Promise.allSettled([begun, body(tx)]);
  tx.refuse(new Error("the transaction is over"));
  if (opened.status === "rejected" || done.status === "rejected") {
    await rollBack(connection);
    throw opened.status === "rejected" ? opened.reason : (done as PromiseRejectedResult).reason;
  }
  await commit(connection, opened.value, done.value);
  return done.value;
}

async function begin(connection: Connection, terms: Terms): Promise<BegunRow> {
  const answers = await connection.script(beginSql(terms));
  const row = answers.at(-1)!.rows[0] as BegunRow | undefined;
  if (row === undefined) throw schemaGone(terms.place);
  if (row.id !== terms.id) throw otherStore(terms.place, terms.id, row.id);
  terms.admit(row.state);
  return row;
}

async function commit(connection: Connection, begun: Begun, value: unknown): Promise<void> {
  try {
    const [answer] = await connection.script("COMMIT");
    if (answer!.command !== "COMMIT") throw new Error("a statement failed, and nobody told of it");
  } catch (error) {
    throw isSevered(error) ? new CommitLost(begun, value, error) : error;
  }
}

async function rollBack(connection: Connection): Promise<void> {
  try {
    await connection.script("ROLLBACK");
  } catch {
    connection.cut("It could not be rolled back");
  }
}
