/** Rows as JSON, with the names of their columns: for tables whose rows come in all shapes. */

import type { Tx } from "../tx.ts";

/** A row; columns that are missing are NULL. Text must hold no NUL, which no text in PostgreSQL can hold. */
export type Row = Readonly<Record<string, unknown>>;

/** Inserts rows that all have the columns of the first. */
export async function insertRows(tx: Tx, table: string, rows: readonly Row[], conflict = ""): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!).join(", ");
  await tx.run(
    `
    INSERT INTO gigq.${table} (${columns})
    SELECT ${columns} FROM json_populate_recordset(NULL::gigq.${table}, $1::json) ${conflict}`,
    JSON.stringify(rows),
  );
}
