/** The backends that measures run on, each time in an empty place of its own. */

import { withDatabase } from "./timing.ts";

export type BackendName = "sqlite" | "postgres" | "redis";

export const BACKENDS: readonly BackendName[] = ["sqlite", "postgres", "redis"];

/** Where measures run. */
export interface Backend {
  readonly name: BackendName;
  /** The server; `null` for a backend that needs none. */
  readonly url: string | null;
  /** Runs `work` with the location of a queue that does not exist yet, and deletes what it made. */
  withPlace<T>(work: (location: string) => Promise<T>): Promise<T>;
}

/** Deletes what was made in a space. */
type Drop = (url: string, space: string) => Promise<void>;

export const sqlite: Backend = { name: "sqlite", url: null, withPlace: withDatabase };

/**
 * A backend by its name; `null` when its server does not answer.
 *
 * @throws {Error} When there is no backend of this name
 */
export async function findBackend(name: string): Promise<Backend | null> {
  if (name === "sqlite") return sqlite;
  if (name !== "postgres" && name !== "redis") {
    throw new Error(`No backend "${name}": there are ${BACKENDS.join(", ")}`);
  }
  const { postgresUrl, redisUrl } = await import("../tests/servers.ts");
  const url = name === "postgres" ? postgresUrl : redisUrl;
  if (url === null) return null;
  return name === "postgres"
    ? onServer(name, url, "schema", dropSchema)
    : onServer(name, url, "prefix", dropKeys);
}

/** Letters, digits and `_`: fit for a schema and for a prefix. */
function ownSpace(): string {
  return `gigq_bench_${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
}

/** @param setting What the address of a queue calls its space on this server */
function onServer(name: BackendName, url: string, setting: string, drop: Drop): Backend {
  return {
    name,
    url,
    async withPlace<T>(work: (location: string) => Promise<T>): Promise<T> {
      const space = ownSpace();
      try {
        return await work(`${url}${url.includes("?") ? "&" : "?"}${setting}=${space}`);
      } finally {
        await drop(url, space);
      }
    },
  };
}

async function dropSchema(url: string, schema: string): Promise<void> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.end();
}

async function dropKeys(url: string, prefix: string): Promise<void> {
  const { Redis } = await import("ioredis");
  const redis = new Redis(url);
  for (let cursor = "0", first = true; first || cursor !== "0"; first = false) {
    const [next, keys] = await redis.scan(cursor, "MATCH", `{${prefix}}*`, "COUNT", 5_000);
    if (keys.length > 0) await redis.unlink(...keys);
    cursor = next;
  }
  await redis.quit();
}
