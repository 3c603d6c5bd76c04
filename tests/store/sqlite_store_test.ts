/** What the SQLite store promises beyond the contract of all stores. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { CannotCreateError, UnavailableError } from "../../src/core/errors.ts";
import { toFailure } from "../../src/store/sqlite/driver.ts";
import { toUserError } from "../../src/store/sqlite/errors.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations/mod.ts";
import { openSqlite } from "../../src/store/sqlite/open.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "../../src/store/sqlite/version.ts";
import { newJob } from "../../src/testing/contract/kit.ts";
import { inFolder, runScript, storeOver, storeUrl, T, withStore } from "./sqlite_kit.ts";

Deno.test("sqlite: an id is never used again, not even after the last job was removed and the file reopened", () =>
  inFolder(async (folder) => {
    const path = `${folder}/jobs.db`;
    await withStore(path, async (store) => {
      await store.enqueue({ jobs: [newJob(), newJob()] }, T);
      await store.cancel([1, 2], T);
      await store.remove([1, 2]);
    });
    await withStore(path, async (store) => {
      assertEquals((await store.enqueue({ jobs: [newJob()] }, T)).jobs[0]!.id, 3);
    });
  }));

Deno.test("sqlite: a full disk is told, nothing is half-written, and the store goes on once there is room", async () => {
  const { store, db } = storeOver();
  await store.enqueue({ jobs: [newJob()] }, T);
  const { page_count: pages } = db.get<{ page_count: number }>("PRAGMA page_count")!;
  db.driver.exec(`PRAGMA max_page_count = ${pages + 2}`);
  const big = newJob({ payload: { text: "x".repeat(100_000) } });
  const calls = [store.enqueue({ jobs: [newJob(), big] }, T), store.enqueue({ jobs: [newJob()] }, T)];
  for (const call of calls) await assertRejects(() => call, CannotCreateError, "the disk is full");
  assertEquals(await store.count({}), 1);
  db.driver.exec("PRAGMA max_page_count = 1000000");
  assertEquals((await store.enqueue({ jobs: [big] }, T)).jobs[0]!.id, 2);
  await store.close();
});

Deno.test("sqlite: stores on one file see each other's jobs, lanes and workers", () =>
  inFolder((folder) =>
    withStore(`${folder}/jobs.db`, (one) =>
      withStore(`${folder}/jobs.db`, async (two) => {
        await one.enqueue({ jobs: [newJob({ queue: "a" })] }, T);
        await two.enqueue({ jobs: [newJob({ queue: "b" })] }, T);
        await one.enqueue({ jobs: [newJob({ queue: "b" })] }, T);
        const queues = ["a", "b", "b"];
        assertEquals((await one.list({})).map((job) => job.queue), queues);
        assertEquals((await two.list({})).map((job) => job.queue), queues);
      }))
  ));

Deno.test("sqlite: a write of another connection wakes whoever watches", () =>
  inFolder((folder) =>
    withStore(`${folder}/jobs.db`, (one) =>
      withStore(`${folder}/jobs.db`, async (two) => {
        const controller = new AbortController();
        let written: Promise<unknown> | undefined;
        for await (const _ of one.watch(controller.signal)) {
          written ??= two.enqueue({ jobs: [newJob()] }, T);
          if (await one.count({}) === 1) controller.abort();
        }
        await written;
      }))
  ));

Deno.test("sqlite: closing ends a watch", () =>
  inFolder(async (folder) => {
    const store = await openSqlite(`${folder}/jobs.db`, { driver: "builtin" });
    const watching = store.watch(new AbortController().signal)[Symbol.asyncIterator]();
    await watching.next();
    const next = watching.next();
    await store.close();
    assertEquals((await next).done, true);
  }));

Deno.test("sqlite: several processes that open a new file at once make one schema and lose no job", () =>
  inFolder(async (folder) => {
    const code = `
      import { openSqlite } from "${storeUrl("sqlite/open.ts")}";
      const store = await openSqlite("${folder}/jobs.db", { driver: "builtin" });
      const { jobs } = await store.enqueue({ jobs: [${JSON.stringify(newJob())}] }, ${T});
      await store.close();
      console.log(jobs[0].id);`;
    const ids = await Promise.all(Array.from({ length: 4 }, () => runScript(folder, code)));
    assertEquals(ids.map((id) => id.trim()).sort(), ["1", "2", "3", "4"]);
  }));

Deno.test("sqlite: whoever waits to make the schema goes on as soon as another has made it, whoever writes then", () =>
  inFolder(async (folder) => {
    const path = `${folder}/jobs.db`;
    const other = new DatabaseSync(path);
    other.exec("BEGIN EXCLUSIVE");
    const opening = openSqlite(path, { driver: "builtin" });
    // The file is looked at while it is empty, and the first tries are in vain.
    for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(() => resolve()));
    for (const sql of MIGRATIONS) other.exec(sql);
    other.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
    other.exec("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");
    const store = await opening;
    assertEquals(await store.count({}), 0);
    other.exec("COMMIT");
    other.close();
    assertEquals((await store.enqueue({ jobs: [newJob()] }, T)).jobs[0]!.id, 1);
    await store.close();
  }));

Deno.test("sqlite: a disk too full to open the store is told as full, not as broken", () => {
  const failure = toFailure(new Error("disk I/O error"), 4_874);
  const shown = toUserError(failure, "/srv/gigq.db");
  assert(shown instanceof CannotCreateError);
  assertEquals([shown.exitCode, shown.message], [73, "Cannot write /srv/gigq.db: the disk is full"]);
  assert(toUserError(toFailure(new Error("disk I/O error"), 10), "/srv/gigq.db") instanceof UnavailableError);
});
