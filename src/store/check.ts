/** From a location to a check-up. Apart from `open.ts`, so that programs that only open a store load none of it. */

import { UsageError } from "../core/errors.ts";
import { serverOf } from "../core/location.ts";
import type { Finding } from "../core/ports.ts";
import { importLate } from "./late.ts";
import { toPath } from "./open.ts";
import { checkSqlite, type DoctorOptions } from "./sqlite/doctor/doctor.ts";

type Check = (location: string, options: DoctorOptions) => AsyncGenerator<Finding>;

/** What the doctors of servers export, in words that name no driver: `servers.ts` holds them to it. */
export interface PostgresDoctor {
  readonly checkPostgres: Check;
}

/** See {@linkcode PostgresDoctor}. */
export interface RedisDoctor {
  readonly checkRedis: Check;
}

/**
 * Checks a store without opening it for use, so that one that cannot be opened is checked, too.
 *
 * @throws {UsageError} For a queue in memory, or a server that this build does not know
 */
export async function* checkStore(location: string, options: DoctorOptions): AsyncGenerator<Finding> {
  const server = serverOf(location);
  if (server === "postgres") {
    const { checkPostgres } = await importLate<PostgresDoctor>("./postgres/doctor/doctor.ts");
    return yield* checkPostgres(location, options);
  }
  if (server === "redis") {
    const { checkRedis } = await importLate<RedisDoctor>("./redis/doctor/doctor.ts");
    return yield* checkRedis(location, options);
  }
  const path = toPath(location);
  if (path === ":memory:") {
    throw new UsageError("A queue in memory has nothing to check", { hint: "Name a file with --db" });
  }
  yield* checkSqlite(path, options);
}
