/** Deletes what tests leave on servers. */

import { Redis } from "ioredis";
import pg from "pg";

/** Deletes the schema that a location names, with all that is in it. */
export async function dropSchema(location: string): Promise<void> {
  const url = new URL(location);
  const schema = url.searchParams.get("schema");
  url.search = "";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  } finally {
    await client.end();
  }
}

/** Deletes all keys under the prefix that a location names. */
export async function dropPrefix(location: string): Promise<void> {
  const url = new URL(location);
  const prefix = url.searchParams.get("prefix");
  url.search = "";
  const client = new Redis(url.href);
  try {
    let cursor = "0";
    do {
      const [next, keys] = await client.scan(cursor, "MATCH", `*${prefix}*`, "COUNT", 1_000);
      if (keys.length > 0) await client.unlink(...keys);
      cursor = next;
    } while (cursor !== "0");
  } finally {
    client.disconnect();
  }
}
