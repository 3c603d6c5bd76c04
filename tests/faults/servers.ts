/**
 * Servers that a test may break. `null` where the programs are not installed: then the test is ignored, or with
 * `GIGQ_TEST_SERVERS=required` that is an error.
 *
 * ```ts
 * Deno.test({ name: "…", ignore: privatePostgres === null, fn: async () => {
 *   await using server = await privatePostgres!({ settings: { max_connections: 5 } });
 *   await server.restart();
 * } });
 * ```
 */

import { postgresPrograms, startPostgres } from "./postgres_server.ts";
import type { Server } from "./process.ts";
import { hasRedis, startRedis } from "./redis_server.ts";

export type { PostgresOptions, PostgresServer } from "./postgres_server.ts";
export { PASSWORD } from "./postgres_server.ts";
export { freePort, type Server, until } from "./process.ts";
export type { RedisOptions, RedisServer } from "./redis_server.ts";

/** Starts a PostgreSQL with a new, empty cluster. */
export const privatePostgres: typeof startPostgres | null = postgresPrograms !== null
  ? startPostgres
  : missing("PostgreSQL");

/** Starts a Redis with nothing in it. */
export const privateRedis: typeof startRedis | null = hasRedis ? startRedis : missing("Redis");

/** A kind of server, for tests that are the same for both. */
export interface Kind {
  readonly name: string;
  readonly start: (() => Promise<Server>) | null;
  /** What a client says when it wants something to be kept. */
  readonly commit: string;
  /** Where a queue is on a server. Calls give up after two seconds, or so many. */
  locate(url: string, seconds?: number): string;
}

export const KINDS: readonly Kind[] = [
  {
    name: "postgres",
    start: privatePostgres,
    commit: "COMMIT",
    locate: (url, seconds = 2) => `${url}?schema=faults&timeout=${seconds}s`,
  },
  {
    name: "redis",
    start: privateRedis,
    commit: "EVALSHA",
    locate: (url, seconds = 2) => `${url}?prefix=faults&timeout=${seconds}s`,
  },
];

function missing(server: string): null {
  if (Deno.env.get("GIGQ_TEST_SERVERS") === "required") {
    throw new Error(`Tests need the programs of ${server} on Linux, and as root a user for them`);
  }
  return null;
}
