/** Stores on PostgreSQL, each in a schema of its own that is dropped at the end. */

import pg from "pg";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { ownName, postgresUrl } from "../servers.ts";
import { closingWith } from "./closing_with.ts";

/** The address of a schema. */
export function schemaUrl(schema: string, base: string = postgresUrl!): string {
  return `${base}${base.includes("?") ? "&" : "?"}schema=${schema}`;
}

/** Statements as nobody in particular. */
export async function query(
  text: string,
  base: string = postgresUrl!,
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: base });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

export async function dropSchema(schema: string, base?: string): Promise<void> {
  await query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`, base);
}

/** The schema of each store. */
const schemas = new WeakMap<Store, string>();

/** A new, empty store. */
export async function openOwnSchema(): Promise<Store> {
  const schema = ownName();
  const { store } = await openStore(schemaUrl(schema));
  return placedIn(schema, closingWith(store, () => dropSchema(schema)));
}

/** Opens once more what a store left; that one is closed, and its schema dropped, with this one. */
export async function reopenSchema(left: Store): Promise<Store> {
  const schema = schemas.get(left)!;
  const { store } = await openStore(schemaUrl(schema));
  return placedIn(schema, closingWith(store, () => left.close()));
}

function placedIn(schema: string, store: Store): Store {
  schemas.set(store, schema);
  return store;
}
