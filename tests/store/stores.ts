/** The stores that this machine can test. */

import type { Store } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { openStore } from "../../src/store/open.ts";
import { postgresUrl, redisUrl } from "../servers.ts";
import { closingWith } from "./closing_with.ts";
import { openOwnSchema, reopenSchema } from "./postgres_kit.ts";
import { openOwnPrefix, reopenPrefix } from "./redis_kit.ts";

export interface StoreUnderTest {
  readonly name: string;
  /** A new, empty store. Closing it deletes what it left on the disk. */
  readonly open: () => Promise<Store>;
  /**
   * Opens once more what a store left on the disk, as after a crash: that store is not closed before, and only with the
   * one returned. Absent where nothing is on a disk.
   */
  readonly reopen?: (store: Store) => Promise<Store>;
  /** Whether it can be had here; the native library of SQLite is not everywhere. */
  readonly available: boolean;
}

/** The folder of each store in a file. */
const folders = new WeakMap<Store, string>();

/** A database in a folder of its own. */
async function openFile(driver: "builtin" | "ffi"): Promise<Store> {
  const folder = await Deno.makeTempDir({ prefix: "gigq-store-" });
  const clean = (): Promise<void> => Deno.remove(folder, { recursive: true });
  try {
    const { store } = await openStore(`${folder}/jobs.db`, { driver });
    return placedIn(folder, closingWith(store, clean));
  } catch (error) {
    await clean();
    throw error;
  }
}

async function reopen(driver: "builtin" | "ffi", left: Store): Promise<Store> {
  const folder = folders.get(left)!;
  const { store } = await openStore(`${folder}/jobs.db`, { driver });
  return placedIn(folder, closingWith(store, () => left.close()));
}

function placedIn(folder: string, store: Store): Store {
  folders.set(store, folder);
  return store;
}

async function canOpen(driver: "builtin" | "ffi"): Promise<boolean> {
  try {
    await (await openFile(driver)).close();
    return true;
  } catch {
    return false;
  }
}

/** Every store but the one in memory. */
export const sqliteStores: readonly StoreUnderTest[] = [
  {
    name: "sqlite file, builtin",
    open: () => openFile("builtin"),
    reopen: (store) => reopen("builtin", store),
    available: true,
  },
  {
    name: "sqlite :memory:",
    open: async () => (await openStore(":memory:", { driver: "builtin" })).store,
    available: true,
  },
  {
    name: "sqlite file, ffi",
    open: () => openFile("ffi"),
    reopen: (store) => reopen("ffi", store),
    available: await canOpen("ffi"),
  },
];

/** Stores on servers. */
export const serverStores: readonly StoreUnderTest[] = [
  { name: "postgres", open: openOwnSchema, reopen: reopenSchema, available: postgresUrl !== null },
  { name: "redis", open: openOwnPrefix, reopen: reopenPrefix, available: redisUrl !== null },
];

export const allStores: readonly StoreUnderTest[] = [
  { name: "memory", open: () => Promise.resolve(new MemoryStore()), available: true },
  ...sqliteStores,
  ...serverStores,
];
