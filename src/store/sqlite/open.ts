/** From a path to a store: the file, the driver, the schema, the settings of the connection. */

import { Connection } from "./connection.ts";
import type { Driver, DriverFactory } from "./driver.ts";
import { chooseDriver, type DriverChoice } from "./drivers/choose.ts";
import { type FileState, prepareFile } from "./file.ts";
import { readError } from "./intact.ts";
import { driverOf, fileKey, register } from "./registry.ts";
import { retryWhileBusy } from "./retry.ts";
import { SqliteStore } from "./store.ts";
import { lookAtVersion, SCHEMA_VERSION } from "./version.ts";

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
export const BUSY_MS = 20;

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
  const { create = true, driver = "auto", busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS } = options;
  const place = path === ":memory:" ? await inMemory(driver) : await onDisk(path, driver, create);
  try {
    const connection = await retryWhileBusy(busyTimeoutMs, () => connect(path, place));
    return new SqliteStore(new Connection(connection), path, busyTimeoutMs, place.release);
  } catch (error) {
    place.release();
    throw readError(error, path);
  }
}

/** Where a database is, and how it is served. */
interface Place {
  readonly state: FileState;
  readonly driver: DriverFactory;
  readonly release: () => void;
}

async function inMemory(wish: DriverChoice): Promise<Place> {
  const driver = await chooseDriver(wish === "auto" ? "builtin" : wish, undefined);
  return { state: "new", driver, release: () => {} };
}

async function onDisk(path: string, wish: DriverChoice, create: boolean): Promise<Place> {
  for (;;) {
    const driver = await chooseDriver(wish, driverOf(fileKey(path)));
    // Nothing is awaited between the look at the file and its registration, so that no other call can look then.
    const state = prepareFile(path, create);
    const key = fileKey(path) ?? path;
    if ((driverOf(key) ?? driver.name) === driver.name) {
      return { state, driver, release: register(key, driver.name) };
    }
  }
}

async function connect(path: string, { state, driver: { open } }: Place): Promise<Driver> {
  if (state === "open") checkThroughSqlite(path, open);
  const driver = open(path, { busyMs: BUSY_MS });
  try {
    // Asked again at every try, without a lock: a file that was new may have its schema by now, and whoever waited
    // for the lock only to see that might wait in vain while others work.
    const version = state === "new" ? lookAtVersion(driver, path) : schemaVersion(driver);
    if (version !== SCHEMA_VERSION) {
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

/** A connection that cannot write leaves a file alone even if a crashed writer left a log beside it. */
function checkThroughSqlite(path: string, open: DriverFactory["open"]): void {
  const driver = open(path, { busyMs: BUSY_MS, readOnly: true });
  try {
    lookAtVersion(driver, path);
  } finally {
    driver.close();
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
