/** What an operation gets: statements within its transaction, and the books. */

import type { Definitions } from "./books/definitions.ts";
import type { Lanes } from "./books/lanes.ts";
import type { Policies } from "./books/policies.ts";
import type { Workers } from "./books/workers.ts";
import type { Sql, Value } from "./sql.ts";

/**
 * Books map names to numbers. What a verb brings (jobs of `enqueue`, the worker of `claim`) is entered before its
 * transaction begins, so that `id()` finds it at once; what it meets in rows is loaded with `load(tx, ids)`, after which
 * `get()` finds it.
 */
export interface Books {
  readonly lanes: Lanes;
  readonly policies: Policies;
  readonly workers: Workers;
  /** Not by names: texts that need not be sent again. */
  readonly definitions: Definitions;
}

/** Statements may be sent without waiting for the one before; they run in the order they were sent. */
export interface Tx extends Sql, Books {
  /**
   * Whether the transaction comes to nothing unless the store is open. Its first statement may run before that is known,
   * and numbers that a sequence gave away do not come back: see `isOpenSql`.
   */
  readonly mustBeOpen: boolean;
}

/** A connection as an operation sees it, for as long as it may. */
export class View implements Tx {
  readonly lanes: Books["lanes"];
  readonly policies: Books["policies"];
  readonly workers: Books["workers"];
  readonly definitions: Books["definitions"];
  readonly #sql: Sql;
  #refusal: unknown;

  constructor(
    sql: Sql,
    { lanes, policies, workers, definitions }: Books,
    readonly mustBeOpen: boolean = false,
  ) {
    this.#sql = sql;
    this.lanes = lanes;
    this.policies = policies;
    this.workers = workers;
    this.definitions = definitions;
  }

  /** Fails what is asked from now on: outside of a transaction it would happen by itself. */
  refuse(reason: unknown): void {
    this.#refusal ??= reason;
  }

  all<Row>(text: string, ...params: readonly Value[]): Promise<Row[]> {
    return this.#refusal === undefined ? this.#sql.all<Row>(text, ...params) : Promise.reject(this.#refusal);
  }

  get<Row>(text: string, ...params: readonly Value[]): Promise<Row | undefined> {
    return this.#refusal === undefined ? this.#sql.get<Row>(text, ...params) : Promise.reject(this.#refusal);
  }

  run(text: string, ...params: readonly Value[]): Promise<number> {
    return this.#refusal === undefined ? this.#sql.run(text, ...params) : Promise.reject(this.#refusal);
  }
}
