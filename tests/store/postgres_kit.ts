/** Stores on PostgreSQL, each in a schema of its own that is dropped at the end. */

import pg from "pg";
import { registryFlags } from "../../scripts/registry.ts";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { testRegistry } from "../architecture/test_registry.ts";
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
/** Schemas that were emptied, to be used again: making one takes longer than a test. */
const spare: string[] = [];
const made = new Set<string>();

/** A new, empty store. */
export async function openOwnSchema(): Promise<Store> {
  const schema = spare.pop() ?? ownName();
  if (made.size === 0) addEventListener("unload", dropMade);
  made.add(schema);
  const { store } = await openStore(schemaUrl(schema));
  return placedIn(schema, closingWith(store, () => empty(schema)));
}

/** Opens once more what a store left; that one is closed, and its schema emptied, with this one. */
export async function reopenSchema(left: Store): Promise<Store> {
  const schema = schemas.get(left)!;
  const { store } = await openStore(schemaUrl(schema));
  return placedIn(schema, closingWith(store, () => left.close()));
}

function placedIn(schema: string, store: Store): Store {
  schemas.set(store, schema);
  return store;
}

/** Makes a schema as good as new, under another identity. */
async function empty(schema: string): Promise<void> {
  await query(`
    DO $$
    DECLARE name text;
    BEGIN
      FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = '${schema}' AND tablename <> 'store' LOOP
        EXECUTE format('DELETE FROM ${schema}.%I', name);
      END LOOP;
      FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = '${schema}' LOOP
        PERFORM setval(format('${schema}.%I', name)::regclass, 1, false);
      END LOOP;
      UPDATE ${schema}.store SET id = '${crypto.randomUUID()}', state = '{"type":"open"}';
    END $$`);
  spare.push(schema);
}

/** Nothing can be awaited while the program ends, but another one can be. */
function dropMade(): void {
  const script = new URL("./drop_schemas.ts", import.meta.url).pathname;
  const flags = registryFlags(testRegistry());
  new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", ...flags, script, ...made] })
    .outputSync();
}
