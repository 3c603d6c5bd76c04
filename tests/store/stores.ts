/** The stores that this machine can test. */

import type { Store } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { openStore } from "../../src/store/open.ts";

export interface StoreUnderTest {
  readonly name: string;
  /** A new, empty store. Closing it deletes what it left on the disk. */
  readonly open: () => Promise<Store>;
  /** Whether it can be had here; the native library of SQLite is not everywhere. */
  readonly available: boolean;
}

/** A database in a folder of its own. */
async function openFile(driver: "builtin" | "ffi"): Promise<Store> {
  const folder = await Deno.makeTempDir({ prefix: "gigq-store-" });
  const clean = (): Promise<void> => Deno.remove(folder, { recursive: true });
  try {
    const { store } = await openStore(`${folder}/jobs.db`, { driver });
    return closingWith(store, clean);
  } catch (error) {
    await clean();
    throw error;
  }
}

/** The same store, but `close` runs `then` afterwards. */
function closingWith(store: Store, then: () => Promise<void>): Store {
  return new Proxy(store, {
    get(target, key): unknown {
      if (key === "close") return () => target.close().then(then);
      const member = Reflect.get(target, key, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
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
  { name: "sqlite file, builtin", open: () => openFile("builtin"), available: true },
  {
    name: "sqlite :memory:",
    open: async () => (await openStore(":memory:", { driver: "builtin" })).store,
    available: true,
  },
  { name: "sqlite file, ffi", open: () => openFile("ffi"), available: await canOpen("ffi") },
];

export const allStores: readonly StoreUnderTest[] = [
  { name: "memory", open: () => Promise.resolve(new MemoryStore()), available: true },
  ...sqliteStores,
];
