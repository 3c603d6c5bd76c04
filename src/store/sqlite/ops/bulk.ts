/** Inserts that differ in every column, where a set in JSON would cost more to take apart than to insert. */

import type { Connection } from "../connection.ts";
import type { Value } from "../driver.ts";

/** Rows a statement: a third less time than one by one, and more gains nothing. */
const BATCH = 16;

/**
 * Inserts rows of equal width.
 *
 * @param head The statement up to its column list
 */
export function insertAll(db: Connection, head: string, rows: readonly (readonly Value[])[]): void {
  if (rows.length === 0) return;
  const row = `(?${", ?".repeat(rows[0]!.length - 1)})`;
  const whole = rows.length - rows.length % BATCH;
  if (whole > 0) {
    const batch = db.prepare(`${head} VALUES ${row}${`, ${row}`.repeat(BATCH - 1)}`);
    for (let start = 0; start < whole; start += BATCH) batch.run(...rows.slice(start, start + BATCH).flat());
  }
  if (whole === rows.length) return;
  const single = db.prepare(`${head} VALUES ${row}`);
  for (const values of rows.slice(whole)) single.run(...values);
}
