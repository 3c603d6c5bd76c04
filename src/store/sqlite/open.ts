/** From a path to a store: the file, the driver, the schema, the settings of the connection. */

import { Connection } from "./connection.ts";
import type { Driver, OpenDriver } from "./driver.ts";
import { chooseDriver, type DriverChoice } from "./drivers/choose.ts";
import { toUserError } from "./errors.ts";
import { type FileState, prepareFile } from "./file.ts";
import { driverOf, fileKey, register } from "./registry.ts";
import { retryWhileBusy } from "./retry.ts";
import { SqliteStore } from "./store.ts";
import { SCHEMA_VERSION } from "./version.ts";

/** How a database is opened. */
export interface SqliteOptions {
  /** Make the file when there is none; default `true`. */
  readonly create?: boolean;
  /** Default `auto`; one-shot programs say `builtin`, which loads at once. */
  readonly driver?: DriverChoice;
  /** How long a call waits for another process to release its lock before it fails as busy; default 30 s. */
  readonly busyTimeoutMs?: number;
}

const DEFAULT_BUSY_TIMEOUT_MS = 30_000;

/** How long SQLite itself waits, during which the event loop stands still. */
const BUSY_MS = 20;

/** Pages of the log after which a commit moves them into the database: 16 MB. */
const CHECKPOINT_PAGES = 4_000;
const JOURNAL_BYTES = 64_000_000;
const CACHE_KIB = 32_000;

/**
 * Opens (and by default creates) a database.
 *
 * @param path A path, or `:memory:`
 * @throws {UnavailableError} When the file or its folder does not exist
 * @throws {CannotCreateError} When it cannot be created or written
 * @throws {DataError} When it is not a database of GigQ, or damaged
 * @throws {ConfigError} When its schema is newer, its file system is unfit, or a demanded driver is missing
 * @throws {BusyError} When another process keeps it locked
 */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<SqliteStore> {
  const { create = true, driver: wish = "auto", busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS } = options;
  const inMemory = path === ":memory:";
  const openDriver = await chooseDriver(wish, inMemory ? undefined : driverOf(fileKey(path)));
  const state = inMemory ? "new" : prepareFile(path, create);
  const driver = await retryWhileBusy(busyTimeoutMs, () => open(path, state, openDriver)).catch((error) => {
    throw toUserError(error, path);
  });
  const release = inMemory ? (): void => {} : register(fileKey(path)!, driver.name);
  return new SqliteStore(new Connection(driver), path, busyTimeoutMs, release);
}

async function open(path: string, state: FileState, openDriver: OpenDriver): Promise<Driver> {
  const driver = openDriver(path, BUSY_MS);
  try {
    if (state === "new" || schemaVersion(driver) !== SCHEMA_VERSION) {
      const { migrate } = await import("./migrate.ts");
      migrate(driver, path);
    }
    configure(driver);
    return driver;
  } catch (error) {
    driver.close();
    throw error;
  }
}

function schemaVersion(driver: Driver): number {
  return driver.prepare("PRAGMA user_version").get<{ user_version: number }>()!.user_version;
}

/** The schema is written before the file becomes a WAL database, so that its header always tells whose it is. */
function configure(driver: Driver): void {
  const mode = driver.prepare("PRAGMA journal_mode").get<{ journal_mode: string }>()!.journal_mode;
  if (mode !== "wal" && mode !== "memory") driver.prepare("PRAGMA journal_mode = WAL").get();
  driver.exec(`
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA journal_size_limit = ${JOURNAL_BYTES};
    PRAGMA cache_size = -${CACHE_KIB};
    PRAGMA temp_store = MEMORY;
  `);
}
