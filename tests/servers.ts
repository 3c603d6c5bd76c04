/**
 * The servers that tests may use: those that `GIGQ_TEST_POSTGRES` and `GIGQ_TEST_REDIS` name, else whatever answers on the
 * usual ports of this machine. Tests that need one that is not there are ignored; with `GIGQ_TEST_SERVERS=required` that
 * is an error. Each test uses a schema or a prefix of its own, and deletes it.
 */

import pg from "pg";

const required = Deno.env.get("GIGQ_TEST_SERVERS") === "required";

/** Where PostgreSQL is; `null` where there is none. */
export const postgresUrl: string | null = await find("PostgreSQL", "GIGQ_TEST_POSTGRES", [
  "postgres://postgres@127.0.0.1:5432/postgres",
], async (url) => {
  // Where there is none, that is said at once: the time only ends what would never end.
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 60_000 });
  await client.connect();
  await client.end();
});

/** Where Redis is; `null` where there is none. */
export const redisUrl: string | null = await find("Redis", "GIGQ_TEST_REDIS", [
  "redis://127.0.0.1:6379",
], async (url) => {
  const { hostname, port } = new URL(url);
  (await Deno.connect({ hostname, port: Number(port || 6379) })).close();
});

/** A name that no other test uses: letters, digits and `_`. */
export function ownName(): string {
  return `gigq_test_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
}

async function find(
  server: string,
  variable: string,
  usual: readonly string[],
  look: (url: string) => Promise<void>,
): Promise<string | null> {
  const named = Deno.env.get(variable);
  if (named === "") return missing(server, `${variable} is empty`);
  let last: unknown;
  for (const url of named === undefined ? usual : [named]) {
    try {
      await look(url);
      return url;
    } catch (error) {
      if (named !== undefined) throw new Error(`${variable}=${named} does not answer`, { cause: error });
      last = error;
    }
  }
  return missing(server, `nothing answers at ${usual.join(", ")}`, last);
}

function missing(server: string, why: string, cause?: unknown): null {
  if (required) throw new Error(`Tests need ${server}: ${why}`, { cause });
  return null;
}
