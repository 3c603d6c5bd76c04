/** What an operation gets: statements within its transaction, and the books. */

import type { Lanes } from "./books/lanes.ts";
import type { Policies } from "./books/policies.ts";
import type { Workers } from "./books/workers.ts";
import type { Sql } from "./sql.ts";

/**
 * Books map names to numbers. What a verb brings (jobs of `enqueue`, the worker of `claim`) is entered before its
 * transaction begins, so that `id()` finds it at once; what it meets in rows is loaded with `load(tx, ids)`, after which
 * `get()` finds it.
 */
export interface Books {
  readonly lanes: Lanes;
  readonly policies: Policies;
  readonly workers: Workers;
}

/** Statements may be sent without waiting for the one before; they run in the order they were sent. */
export interface Tx extends Sql, Books {}
