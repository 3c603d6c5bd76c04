/** What becomes of the database file, and of files that are none. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { CannotCreateError, ConfigError, DataError, UnavailableError } from "../../src/core/errors.ts";
import type { Driver } from "../../src/store/sqlite/driver.ts";
import { builtin } from "../../src/store/sqlite/drivers/builtin.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { openSqlite } from "../../src/store/sqlite/open.ts";
import { lookAtVersion } from "../../src/store/sqlite/version.ts";
import { newJob } from "../../src/testing/contract/kit.ts";
import { contents, inFolder, T, withStore } from "./sqlite_kit.ts";

function open(path: string, create = true): Promise<unknown> {
  return openSqlite(path, { driver: "builtin", create });
}

/** Leaves a database that another program made. */
function makeDatabase(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

Deno.test({
  name: "sqlite file: database and sidecars are their owner's alone, under any umask",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const umask = Deno.umask(0);
      try {
        await withStore(`${folder}/jobs.db`, async (store) => {
          await store.enqueue({ jobs: [newJob()] }, T);
          for (const name of ["jobs.db", "jobs.db-wal", "jobs.db-shm"]) {
            assertEquals((await Deno.stat(`${folder}/${name}`)).mode! & 0o777, 0o600, name);
          }
        });
      } finally {
        Deno.umask(umask);
      }
    }),
});

Deno.test("sqlite file: an empty file becomes a database, with and without create", () =>
  inFolder(async (folder) => {
    for (const create of [true, false]) {
      const path = `${folder}/${create}.db`;
      await Deno.writeFile(path, new Uint8Array());
      await withStore(path, async (store) => assertEquals(await store.list({}), []), { create });
      await withStore(path, async (store) => assertEquals((await store.stats()).total, 0), { create: false });
    }
  }));

Deno.test("sqlite file: an SQLite database in which nothing was made becomes ours", () =>
  inFolder(async (folder) => {
    const path = `${folder}/jobs.db`;
    makeDatabase(path, "PRAGMA journal_mode = WAL");
    assert((await Deno.stat(path)).size > 0);
    await withStore(path, async (store) => {
      assertEquals((await store.enqueue({ jobs: [newJob()] }, T)).jobs[0]!.id, 1);
    });
  }));

Deno.test("sqlite file: without create a missing one is said to be missing and stays so", () =>
  inFolder(async (folder) => {
    const error = await assertRejects(
      () => open(`${folder}/jobs.db`, false),
      UnavailableError,
      "no database at",
    );
    assertStringIncludes(error.hint!, "gigq submit");
    assertEquals(await contents(folder), {});
  }));

Deno.test("sqlite file: a missing folder is named", () =>
  inFolder(async (folder) => {
    await assertRejects(() => open(`${folder}/none/jobs.db`), UnavailableError, `${folder}/none `);
    assertEquals(await contents(folder), {});
  }));

Deno.test("sqlite file: a folder in its place is refused", () =>
  inFolder(async (folder) => {
    await assertRejects(() => open(folder), DataError, "is a folder");
  }));

Deno.test({
  name:
    "sqlite file: a symbolic link in its place is refused, dangling or not; links among the folders are fine",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      await Deno.symlink(`${folder}/real.db`, `${folder}/link.db`);
      const dangling = await assertRejects(
        () => open(`${folder}/link.db`),
        ConfigError,
        "is a symbolic link",
      );
      assertStringIncludes(dangling.hint!, "another file");
      await withStore(`${folder}/real.db`, async (store) => {
        await store.enqueue({ jobs: [newJob()] }, T);
        const error = await assertRejects(() => open(`${folder}/link.db`), ConfigError, "is a symbolic link");
        assertStringIncludes(error.hint!, `--db ${await Deno.realPath(`${folder}/real.db`)}`);
        await Deno.symlink(folder, `${folder}/same`);
        await withStore(`${folder}/same/real.db`, async (same) => assertEquals(await same.count({}), 1));
      });
    }),
});

Deno.test({
  name: "sqlite file: a read-only one is refused and stays as it is",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/jobs.db`;
      await withStore(path, async () => {});
      const before = await contents(folder);
      await Deno.chmod(path, 0o400);
      await assertRejects(() => open(path), CannotCreateError, "is read-only");
      assertEquals(await contents(folder), before);
    }),
});

for (
  const [what, make] of Object.entries({
    "text": (path: string) => Deno.writeTextFileSync(path, "id,name\n1,a\n".repeat(100)),
    "a few bytes": (path: string) => Deno.writeTextFileSync(path, "SQLite"),
    "a database of another program": (path: string) => makeDatabase(path, "CREATE TABLE pets (name TEXT)"),
    "a database with another program's mark": (path: string) =>
      makeDatabase(path, "PRAGMA application_id = 7"),
    "a WAL database of another program": (path: string) =>
      makeDatabase(path, "PRAGMA journal_mode = WAL; CREATE TABLE pets (name TEXT)"),
  })
) {
  Deno.test(`sqlite file: ${what} is refused and stays as it is, byte for byte`, () =>
    inFolder(async (folder) => {
      make(`${folder}/jobs.db`);
      const before = await contents(folder);
      await assertRejects(() => open(`${folder}/jobs.db`), DataError, `${folder}/jobs.db is `);
      assertEquals(await contents(folder), before);
    }));
}

Deno.test("sqlite file: another program's database keeps the log that a crash left beside it", () =>
  inFolder(async (folder) => {
    const live = new DatabaseSync(`${folder}/live.db`);
    live.exec("PRAGMA journal_mode = WAL; CREATE TABLE pets (name TEXT)");
    for (const end of ["", "-wal"]) await Deno.copyFile(`${folder}/live.db${end}`, `${folder}/jobs.db${end}`);
    live.close();
    const [database, log] = [
      await Deno.readFile(`${folder}/jobs.db`),
      await Deno.readFile(`${folder}/jobs.db-wal`),
    ];
    assert(log.length > 0);
    await assertRejects(() => open(`${folder}/jobs.db`), DataError, "another program");
    assertEquals(await Deno.readFile(`${folder}/jobs.db`), database);
    assertEquals(await Deno.readFile(`${folder}/jobs.db-wal`), log);
  }));

Deno.test("sqlite file: a newer schema is refused and stays as it is", () =>
  inFolder(async (folder) => {
    const path = `${folder}/jobs.db`;
    await withStore(path, async () => {});
    makeDatabase(path, "PRAGMA user_version = 999");
    const before = await contents(folder);
    const error = await assertRejects(() => open(path), ConfigError, "schema version 999");
    assertStringIncludes(error.hint!, "Upgrade");
    assertEquals(await contents(folder), before);
  }));

Deno.test("sqlite file: a newer schema is noticed though it stands in the log only", () =>
  inFolder(async (folder) => {
    const path = `${folder}/jobs.db`;
    await withStore(path, async () => {});
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 999");
    try {
      await assertRejects(() => open(path), ConfigError, "schema version 999");
    } finally {
      newer.close();
    }
  }));

Deno.test("sqlite file: damage is told as such", () =>
  inFolder(async (folder) => {
    const path = `${folder}/jobs.db`;
    await withStore(path, async (store) => {
      await store.enqueue({ jobs: Array.from({ length: 500 }, () => newJob()) }, T);
    });
    const bytes = await Deno.readFile(path);
    bytes.fill(0xa5, 4096);
    await Deno.writeFile(path, bytes);
    await assertRejects(
      () => withStore(path, async (store) => void await store.list({})),
      DataError,
      `${path} is damaged`,
    );
  }));

Deno.test("sqlite file: a header that SQLite does not understand is damage, not a mistake of ours", () =>
  inFolder(async (folder) => {
    const path = `${folder}/jobs.db`;
    await withStore(path, async () => {});
    const bytes = await Deno.readFile(path);
    // The schema format number: 4 is the latest.
    bytes[47] = 0x44;
    await Deno.writeFile(path, bytes);
    const before = await contents(folder);
    await assertRejects(() => open(path), DataError, "unsupported file format");
    assertEquals(await contents(folder), before);
  }));

Deno.test("sqlite file: a state that GigQ never writes is damage, not a mistake of ours", () =>
  inFolder(async (folder) => {
    const path = `${folder}/jobs.db`;
    for (const state of ['{"argv":["true"]}', "null"]) {
      await withStore(path, async () => {});
      using db = new DatabaseSync(path);
      db.prepare("UPDATE store SET state = ?").run(state);
      await withStore(path, async (store) => {
        await assertRejects(() => store.stats(), DataError, "the store has no valid state");
        await assertRejects(() => store.transfer!.identity(), DataError, "the store has no valid state");
      });
    }
  }));

Deno.test("sqlite file: one that another process is just making is not taken for a foreign one", () =>
  inFolder((folder) => {
    const path = `${folder}/jobs.db`;
    const [own, other] = [builtin.open(path, { busyMs: 0 }), builtin.open(path, { busyMs: 0 })];
    // The other one writes the schema, if it can, between any two reads of this one.
    const disturbed: Pick<Driver, "prepare"> = {
      prepare: (sql) => {
        const statement = own.prepare(sql);
        return Object.assign(Object.create(statement), {
          get: () => {
            const row = statement.get();
            try {
              migrate(other, path);
            } catch {
              // It finds the file in use, and would try again.
            }
            return row;
          },
          run: () => statement.run(),
        });
      },
    };
    assertEquals(lookAtVersion(disturbed as Driver, path), 0);
    own.close();
    other.close();
    return Promise.resolve();
  }));
