/** What the tests of the SQLite store share. */

import type { Driver } from "../../src/store/sqlite/driver.ts";
import { Connection } from "../../src/store/sqlite/connection.ts";
import { builtin } from "../../src/store/sqlite/drivers/builtin.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { openSqlite, type SqliteOptions } from "../../src/store/sqlite/open.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";

export const T = 1_700_000_000_000;

/** Runs a test in a folder that is gone afterwards. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "gigq-sqlite-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Opens a store, uses it, closes it. */
export async function withStore(
  path: string,
  use: (store: SqliteStore) => Promise<void>,
  options: SqliteOptions = {},
): Promise<void> {
  const store = await openSqlite(path, { driver: "builtin", ...options });
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

/** A store in memory over a connection that the test can reach, and may have wrapped. */
export function storeOver(wrap: (driver: Driver) => Driver = (driver) => driver): {
  store: SqliteStore;
  db: Connection;
} {
  const driver = builtin.open(":memory:", { busyMs: 0 });
  migrate(driver, ":memory:");
  const db = new Connection(wrap(driver));
  return { db, store: new SqliteStore(db, ":memory:", 1_000, () => {}) };
}

/** The names and bytes of all files in a folder. */
export async function contents(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile) found[entry.name] = (await Deno.readFile(`${folder}/${entry.name}`)).toBase64();
  }
  return found;
}

/** Runs TypeScript in a process of its own and returns what it wrote to stdout. */
export async function runScript(
  folder: string,
  code: string,
  { flags = ["-A"], env = {} }: { flags?: string[]; env?: Record<string, string> } = {},
): Promise<string> {
  const file = `${folder}/script-${crypto.randomUUID()}.ts`;
  await Deno.writeTextFile(file, code);
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-config", "--no-check", "--no-prompt", ...flags, file],
    env: { ...env, NO_COLOR: "1" },
    cwd: folder,
  });
  const { stdout, stderr } = await command.output();
  await Deno.remove(file);
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

/** The URL of a file of the store, for scripts in other folders. */
export function storeUrl(file: string): string {
  return new URL(`../../src/store/${file}`, import.meta.url).href;
}
