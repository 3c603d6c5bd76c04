/** From a URL to a store: the connection, the schema, the time. */

import { Connection } from "./connection.ts";
import { noStore, toUserError } from "./errors.ts";
import { look, type StoreRow } from "./identity.ts";
import { Line } from "./line.ts";
import { type Place, placeOf } from "./place.ts";
import { admits } from "./guard.ts";
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
  const place = placeOf(settings);
  const statements = new Statements(settings.schema, settings.prepare);
  try {
    const connection = await Connection.open(settings.url, statements, settings.timeoutMs);
    const { id, state } = await prepare(connection, place, create);
    admits("transfer", state, place);
    const line = new Line({ settings, place, statements, id, busyTimeoutMs }, connection);
    return { store: new PostgresStore(line), now: () => Date.now() };
  } catch (error) {
    throw toUserError(error, place);
  }
}

/** What is there, or was made. */
async function prepare(connection: Connection, place: Place, create: boolean): Promise<StoreRow> {
  try {
    const found = await look(connection, place);
    if (found !== null) return found;
    if (!create) throw noStore(place);
    const { migrate } = await import("./migrate.ts");
    return await migrate(connection, place);
  } catch (error) {
    await connection.close();
    throw error;
  }
}
