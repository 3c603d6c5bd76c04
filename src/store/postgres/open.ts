/** From a URL to a store: the connection, the schema, the time. */

import { ServerClock } from "../server_clock.ts";
import { Connection } from "./connection.ts";
import { noStore, toUserError } from "./errors.ts";
import { look, SCHEMA_VERSION, type StoreRow } from "./identity.ts";
import { Line } from "./line.ts";
import { type Place, placeOf } from "./place.ts";
import { Signals } from "./signals.ts";
import type { Sql } from "./sql.ts";
import { Statements } from "./statements.ts";
import { PostgresStore } from "./store.ts";
import { parseUrl } from "./url.ts";

/** How a store is opened. */
export interface PostgresOptions {
  /** Make the schema when there is none; default `true`. */
  readonly create?: boolean;
  /** How long a call waits for a lock of another session before it fails as busy; default 30 s. */
  readonly busyTimeoutMs?: number;
}

const DEFAULT_BUSY_TIMEOUT_MS = 30_000;

/** A store, and the time of its server. */
export interface OpenedPostgres {
  readonly store: PostgresStore;
  readonly now: () => number;
}

/**
 * Opens (and by default makes) a store.
 *
 * @param location `postgres://USER:PASSWORD@HOST:PORT/DATABASE?schema=NAME`
 * @throws {UsageError} When a parameter of the address is wrong
 * @throws {UnavailableError} When the server cannot be reached, or has no such store and `create` is `false`
 * @throws {ConfigError} When it lets nobody in, is too old, or the schema is newer or another program's
 */
export async function openPostgres(location: string, options: PostgresOptions = {}): Promise<OpenedPostgres> {
  const { create = true, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS } = options;
  const settings = parseUrl(location);
  const place = placeOf(location, settings);
  const statements = new Statements(settings.schema, settings.prepare);
  try {
    const connection = await Connection.open(settings.url, statements, settings.timeoutMs);
    const { id } = await prepare(connection, place, create);
    const line = new Line({ settings, place, statements, id, busyTimeoutMs }, connection);
    const clock = new ServerClock(() => line.aside(serverTime));
    await clock.sample();
    const store = new PostgresStore(line, new Signals(line, settings.listenUrl));
    return { store, now: () => clock.now() };
  } catch (error) {
    throw toUserError(error, place);
  }
}

/** What is there, brought to our version, or was made. */
async function prepare(connection: Connection, place: Place, create: boolean): Promise<StoreRow> {
  try {
    const found = await look(connection, place);
    if (found?.version === SCHEMA_VERSION) return found;
    if (found === null && !create) throw noStore(place);
    const { migrate } = await import("./migrate.ts");
    return await migrate(connection, place);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Milliseconds since the epoch. */
async function serverTime(sql: Sql): Promise<number> {
  const row = await sql.get<{ now: number }>(
    "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now",
  );
  return row!.now;
}
