/** From a location to a store. */

import { UsageError } from "../core/errors.ts";
import { brokenScheme, schemeOf, serverOf, shownLocation } from "../core/location.ts";
import type { Store } from "../core/ports.ts";
import { importLate } from "./late.ts";

/** How a store is opened. */
export interface StoreOptions {
  /** Make the database when there is none; default `true`. Programs that only look say `false`. */
  readonly create?: boolean;
  /**
   * `auto`: the native SQLite library where it can be had, else the runtime's own · default `auto`. One-shot
   * programs say `builtin`, which loads at once.
   */
  readonly driver?: "auto" | "ffi" | "builtin";
  /** How long a call waits for a lock of another process; default 30 s. */
  readonly busyTimeoutMs?: number;
}

/** A store and where it is. */
export interface OpenedStore {
  readonly store: Store;
  /** The absolute path, `:memory:`, or the URL of a server with all that is needed to open it again. */
  readonly location: string;
  /** The time of the server, which all its users share; absent: that of this machine. */
  readonly now?: () => number;
}

type Open = (location: string, options: StoreOptions) => Promise<Pick<OpenedStore, "store" | "now">>;

/** What the modules of servers export, in words that name no driver: `servers.ts` holds them to it. */
export interface PostgresModule {
  readonly openPostgres: Open;
}

/** See {@linkcode PostgresModule}. */
export interface RedisModule {
  readonly openRedis: Open;
}

/**
 * Opens the store at a location.
 *
 * @param location A path (relative ones count from the working directory), a `file:` URL, `:memory:`, or the URL of a
 * server: `postgres://…` or `redis://…`
 * @throws {UsageError} When the location names a kind of server that is not known, or makes no sense
 * @throws {UnavailableError} When the file, its folder or the server cannot be reached, or holds no store and none is to
 * be made
 * @throws {CannotCreateError} When it cannot be created or written
 * @throws {DataError} When it is not a database of GigQ, or damaged
 * @throws {ConfigError} When a newer GigQ made it, its file system is unfit, or the server refuses
 * @throws {BusyError} When another process keeps it locked
 */
export async function openStore(location: string, options: StoreOptions = {}): Promise<OpenedStore> {
  const server = serverOf(location);
  if (server === "postgres") {
    const { openPostgres } = await importLate<PostgresModule>("./postgres/open.ts");
    return { ...await openPostgres(location, options), location };
  }
  if (server === "redis") {
    const { openRedis } = await importLate<RedisModule>("./redis/open.ts");
    return { ...await openRedis(location, options), location };
  }
  const path = toPath(location);
  const { openSqlite } = await import("./sqlite/open.ts");
  return { store: await openSqlite(path, options), location: path };
}

/**
 * The absolute path that a location means, or `:memory:`.
 *
 * @throws {UsageError} When it is empty, or names a server
 */
export function toPath(location: string): string {
  if (location === "") throw new UsageError("The database has no name", { hint: "Name a file with --db" });
  if (location === ":memory:") return location;
  const broken = brokenScheme(location);
  if (broken !== null) {
    // What follows may hold a password.
    throw new UsageError(`The address of a server begins with ${broken}://, and this one with ${broken}:`, {
      hint: `Write ${broken}://HOST, or ./${broken}:… for a file of such a name`,
    });
  }
  const scheme = schemeOf(location);
  if (scheme === "file") return fromFileUrl(new URL(location));
  if (scheme === null) return isAbsolute(location) ? location : join(Deno.cwd(), location);
  if (serverOf(location) !== null) {
    throw new UsageError(`${shownLocation(location)} is not a file`, { hint: "Name a file" });
  }
  throw new UsageError(`${scheme}:// is not supported: a queue is a file, or on postgres:// or redis://`, {
    hint: "Name a file, such as gigq.db, or the address of a server, such as postgres://HOST/DATABASE",
  });
}

function fromFileUrl(url: URL): string {
  const path = decodeURIComponent(url.pathname);
  return Deno.build.os === "windows" ? path.slice(1) : path;
}

/** `node:path` would do this too, and would take longer to load than the rest of the way to the store. */
function join(folder: string, relative: string): string {
  const separator = Deno.build.os === "windows" ? /[\\/]/ : "/";
  const parts = folder.split(separator);
  for (const part of relative.split(separator)) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 1) parts.pop();
  }
  return parts.join("/") || "/";
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || (Deno.build.os === "windows" && /^([a-z]:[\\/]|\\\\)/i.test(path));
}
