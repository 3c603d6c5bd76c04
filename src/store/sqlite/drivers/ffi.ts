/** The native SQLite library through `@db/sqlite`: reads large results twice as fast, takes longer to load. */

import type { Driver, DriverFactory, DriverOptions, SqliteFailure, Statement, Value } from "../driver.ts";
import { toFailure } from "../driver.ts";
import { isGranted } from "../permissions.ts";
import { isMarked, mark, markerPath } from "./marker.ts";

/** A name, not a literal: Deno resolves literal imports when a program starts, and that would open the network. */
const SPECIFIER: string = "@db/sqlite";
/** Part of the marker's name: a later release gets its own chance. */
const LIBRARY = "db-sqlite-0.13";
/** The first version with all we use (`STRICT`, `RETURNING`, JSON operators). */
const MIN_VERSION = [3, 38];
/** A download that takes longer is given up for this start. */
const LOAD_TIMEOUT_MS = 5_000;

/** The part of `@db/sqlite` that is used here. */
interface Library {
  readonly SQLITE_VERSION: string;
  readonly Database: new (path: string, options: FfiOptions) => FfiDatabase;
}

interface FfiOptions {
  readonly readonly?: boolean;
  /** Without it, integers are cut to 32 bits. */
  readonly int64: true;
  /** We know which columns are JSON. */
  readonly parseJson: false;
}

interface FfiDatabase {
  prepare(sql: string): FfiStatement;
  exec(sql: string): unknown;
  close(): void;
}

interface FfiStatement {
  run(...params: Value[]): unknown;
  get(...params: Value[]): unknown;
  all(...params: Value[]): unknown[];
}

/** The driver, or why there is none. */
export interface Loaded {
  readonly driver?: DriverFactory;
  readonly why?: string;
  readonly cause?: unknown;
  /** Whether finding out took the network, and is not to be repeated at each start. */
  readonly costly?: boolean;
}

let loading: Promise<Loaded> | undefined;

/**
 * Loads the library once a process.
 *
 * @param demanded Try even when a marker says that it was in vain lately, and wait as long as it takes
 */
export function loadFfi(demanded: boolean): Promise<Loaded> {
  if (!isGranted({ name: "ffi" }) || !isGranted({ name: "read" }) || !isGranted({ name: "env" })) {
    return Promise.resolve({ why: "it needs --allow-ffi, --allow-read and --allow-env" });
  }
  if (demanded) return importLibrary();
  return loading ??= loadQuietly();
}

async function loadQuietly(): Promise<Loaded> {
  const marker = markerPath(LIBRARY);
  if (isMarked(marker)) return { why: `it could not be loaded lately; delete ${marker} to try again` };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<Loaded>((resolve) => {
    timer = setTimeout(() => resolve({ why: "its download took too long", costly: true }), LOAD_TIMEOUT_MS);
  });
  const loaded = await Promise.race([importLibrary(), timeout]);
  clearTimeout(timer);
  if (loaded.costly) mark(marker, loaded.why ?? "");
  return loaded;
}

async function importLibrary(): Promise<Loaded> {
  try {
    const library = await withoutNotice(() => import(SPECIFIER)) as Library;
    return tryLibrary(library);
  } catch (cause) {
    const why = messageOf(cause);
    // A name that no import map knows is refused without asking anybody.
    return { why, cause, costly: !why.includes(`"${SPECIFIER}"`) };
  }
}

function tryLibrary(library: Library): Loaded {
  try {
    // The stand-in for the npm registry says here what it is.
    new library.Database(":memory:", { int64: true, parseJson: false }).close();
  } catch (cause) {
    return { why: messageOf(cause), cause };
  }
  const version = library.SQLITE_VERSION;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < MIN_VERSION[0]! || (major === MIN_VERSION[0] && minor < MIN_VERSION[1]!)) {
    return { why: `its SQLite ${version} is older than ${MIN_VERSION.join(".")}` };
  }
  const open = (path: string, options: DriverOptions): Driver => new FfiDriver(library, path, options);
  return { driver: { name: "ffi", open } };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The library announces its download on stdout, which belongs to the program's data. */
async function withoutNotice<T>(load: () => Promise<T>): Promise<T> {
  const log = console.log;
  const filtered = (...items: unknown[]): void => {
    if (!String(items[0]).includes("/denodrivers/sqlite3/")) log(...items);
  };
  console.log = filtered;
  try {
    return await load();
  } finally {
    if (console.log === filtered) console.log = log;
  }
}

class FfiDriver implements Driver {
  readonly name = "ffi";
  readonly version: string;
  readonly #db: FfiDatabase;

  constructor(library: Library, path: string, { busyMs, readOnly = false }: DriverOptions) {
    this.version = library.SQLITE_VERSION;
    this.#db = guard(() => new library.Database(path, { readonly: readOnly, int64: true, parseJson: false }));
    guard(() => this.#db.exec(`PRAGMA busy_timeout = ${busyMs}`));
  }

  prepare(sql: string): Statement {
    return new FfiDriverStatement(guard(() => this.#db.prepare(sql)));
  }

  exec(sql: string): void {
    guard(() => this.#db.exec(sql));
  }

  close(): void {
    this.#db.close();
  }
}

class FfiDriverStatement implements Statement {
  readonly #statement: FfiStatement;

  constructor(statement: FfiStatement) {
    this.#statement = statement;
  }

  run(...params: Value[]): void {
    guard(() => this.#statement.run(...params));
  }

  get<T>(...params: Value[]): T | undefined {
    // The library hands out one object again and again for statements without parameters.
    const row = guard(() => this.#statement.get(...params)) as T | undefined;
    return row === undefined ? undefined : { ...row };
  }

  all<T>(...params: Value[]): T[] {
    return guard(() => this.#statement.all(...params)) as T[];
  }
}

function guard<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw failure(error);
  }
}

/** Only some of the library's errors carry the result code; the others are known by SQLite's text. */
function failure(error: unknown): SqliteFailure {
  const { code } = error as { code?: unknown };
  return toFailure(error, typeof code === "number" ? code : undefined);
}
