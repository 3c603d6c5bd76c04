/** Where the crash tests keep their jobs: a file, or a schema or prefix of their own on a server. */

import { schemeOf } from "../../src/core/location.ts";
import { ownName, postgresUrl, redisUrl } from "../servers.ts";
import { dropSchema, schemaUrl } from "../store/postgres_kit.ts";
import { deletePrefix, prefixUrl } from "../store/redis_kit.ts";
import { size } from "./sizes.ts";

export interface Backend {
  /** Begins the title of each test of it. */
  readonly name: string;
  readonly available: boolean;
  /** A new, empty place. */
  locate(dir: string): string;
  /** Deletes what was left there. */
  clean(location: string): Promise<void>;
}

export const SQLITE: Backend = {
  name: "sqlite",
  available: true,
  locate: (dir) => `${dir}/jobs.db`,
  // The folder goes with the test.
  clean: () => Promise.resolve(),
};

export const POSTGRES: Backend = {
  name: "postgres",
  available: postgresUrl !== null,
  locate: () => schemaUrl(ownName()),
  clean: (location) => dropSchema(new URL(location).searchParams.get("schema")!),
};

export const REDIS: Backend = {
  name: "redis",
  available: redisUrl !== null,
  locate: () => prefixUrl(ownName()),
  clean: (location) => deletePrefix(new URL(location).searchParams.get("prefix")!),
};

/** All of them. */
export const BACKENDS: readonly Backend[] = [SQLITE, POSTGRES, REDIS];

/**
 * The size of a case on one of them. Quick runs do less on servers: what the store does is the same, and what costs is the
 * start of so many processes.
 */
export function sizeOn(
  backend: Backend,
  name: string,
  { file, server, long }: { readonly file: number; readonly server: number; readonly long: number },
): number {
  return backend === SQLITE ? size(name, file, long) : size(`${name} ${backend.name}`, server, long);
}

/** Whether it is in a file, which can be looked at from outside. */
export function isFile(location: string): boolean {
  return schemeOf(location) === null;
}
