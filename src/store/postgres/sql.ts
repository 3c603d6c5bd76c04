/** What operations see of the server: statements within a transaction, or within a read of one moment. */

/** A value that can be handed to a statement. Arrays become PostgreSQL arrays; large sets are handed as JSON text. */
export type Value = string | number | boolean | null | Uint8Array | readonly (string | number | null)[];

/**
 * Statements name their tables `gigq.jobs`: the name of the schema is put in its place before they are sent, and nothing
 * depends on `search_path`, which a pooler between us and the server may not keep. Integers and times come back as
 * numbers, `bytea` as bytes, JSON as text.
 */
export interface Sql {
  all<Row>(text: string, ...params: readonly Value[]): Promise<Row[]>;
  get<Row>(text: string, ...params: readonly Value[]): Promise<Row | undefined>;
  /** How many rows it changed. */
  run(text: string, ...params: readonly Value[]): Promise<number>;
}
