/** Calls of one turn share one transaction; each answers for itself. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { BusyError, NotFoundError, UnavailableError } from "../../src/core/errors.ts";
import type { Driver } from "../../src/store/sqlite/driver.ts";
import { GroupCommit } from "../../src/store/sqlite/group_commit.ts";
import { Connection } from "../../src/store/sqlite/connection.ts";
import { builtin } from "../../src/store/sqlite/drivers/builtin.ts";
import { BUSY_MS, openSqlite } from "../../src/store/sqlite/open.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { completed, newJob, NO_USAGE, workerInfo } from "../../src/testing/contract/kit.ts";
import { inFolder, storeOver, T, withStore } from "./sqlite_kit.ts";

const CLAIM = { worker: workerInfo("w"), limit: 10, leaseMs: 1_000, routes: ["command"] };

/** Notes every statement that is run. */
function noting(log: string[]): (driver: Driver) => Driver {
  return (driver) => ({
    name: driver.name,
    version: driver.version,
    close: () => driver.close(),
    exec: (sql) => (log.push(sql), driver.exec(sql)),
    prepare: (sql) => {
      const statement = driver.prepare(sql);
      return {
        run: (...params) => (log.push(sql), statement.run(...params)),
        get: (...params) => (log.push(sql), statement.get(...params)),
        all: (...params) => (log.push(sql), statement.all(...params)),
      };
    },
  });
}

function countOf(log: readonly string[], sql: string): number {
  return log.filter((entry) => entry === sql).length;
}

Deno.test("group commit: calls of one turn share one transaction, later ones get their own", async () => {
  const log: string[] = [];
  const { store } = storeOver(noting(log));
  await Promise.all([
    store.enqueue({ jobs: [newJob()] }, T),
    store.enqueue({ jobs: [newJob()] }, T),
    store.pause("other", true),
    store.claim(CLAIM, T),
  ]);
  assertEquals(countOf(log, "COMMIT"), 1);
  await store.enqueue({ jobs: [newJob()] }, T);
  assertEquals(countOf(log, "COMMIT"), 2);
  assertEquals(countOf(log, "SAVEPOINT call"), 0);
  await store.close();
});

Deno.test("group commit: a hundred turns, the first and the later ones", async () => {
  const log: string[] = [];
  const { store } = storeOver(noting(log));
  for (let turn = 0; turn < 100; turn++) {
    await Promise.all([store.enqueue({ jobs: [newJob()] }, T), store.enqueue({ jobs: [newJob()] }, T)]);
  }
  assertEquals(countOf(log, "COMMIT"), 100);
  assertEquals(await store.count({}), 200);
  await store.close();
});

Deno.test("group commit: a claim sees the finish made before it in the same turn", async () => {
  const { store } = storeOver();
  await store.enqueue({ jobs: [newJob(), newJob({ after: [{ index: 0, on: "success" }] })] }, T);
  await store.claim(CLAIM, T);
  const [, claim] = await Promise.all([
    store.finish([{ id: 1, attempt: 1, outcome: completed(), usage: NO_USAGE }], T),
    store.claim(CLAIM, T),
  ]);
  assertEquals(claim.jobs.map((job) => job.id), [2]);
  await store.close();
});

Deno.test("group commit: a call that fails is rejected alone", async () => {
  const { store } = storeOver();
  const orphan = newJob({ after: [{ id: 77, on: "success" }] });
  const [first, second, third] = await Promise.allSettled([
    store.enqueue({ jobs: [newJob()] }, T),
    store.enqueue({ jobs: [newJob(), orphan] }, T),
    store.enqueue({ jobs: [newJob({ queue: "other" })] }, T),
  ]);
  assertEquals(first.status === "fulfilled" && first.value.jobs[0]!.id, 1);
  assert(second.status === "rejected" && second.reason instanceof NotFoundError);
  assertEquals(third.status === "fulfilled" && third.value.jobs[0]!.id, 2);
  assertEquals((await store.list({})).map((job) => job.queue), ["default", "other"]);
  await store.close();
});

Deno.test("group commit: what a failed call wrote is undone, what it remembered is forgotten", async () => {
  const { store, db } = storeOver();
  const group = new GroupCommit(db, ":memory:", 1_000, () => {});
  const pause = (queue: string): void => {
    db.run("INSERT INTO queues (name, paused) VALUES (?, 1)", queue);
    db.lanes.id(queue, "command", "command");
  };
  const results = await Promise.allSettled([
    group.call("normal", () => pause("a")),
    group.call("normal", () => {
      pause("b");
      throw new NotFoundError("no");
    }),
    group.call("normal", () => pause("c")),
  ]);
  assertEquals(results.map((result) => result.status), ["fulfilled", "rejected", "fulfilled"]);
  assertEquals(Object.keys((await store.stats()).queues), ["a", "c"]);
  await store.enqueue({ jobs: ["a", "b", "c"].map((queue) => newJob({ queue })) }, T);
  assertEquals((await store.list({})).map((job) => job.queue), ["a", "b", "c"]);
  await store.close();
});

Deno.test("group commit: what people ask for is synced to the disk, bookkeeping is not", async () => {
  const log: string[] = [];
  const { store } = storeOver(noting(log));
  const modes = (): string[] => log.splice(0).filter((sql) => sql.startsWith("PRAGMA synchronous"));
  await store.enqueue({ jobs: [newJob()] }, T);
  await store.claim(CLAIM, T);
  await store.heartbeat([{ id: 1, attempt: 1 }], 1_000, T);
  assertEquals(modes(), ["PRAGMA synchronous = NORMAL"]);
  await Promise.all([store.heartbeat([{ id: 1, attempt: 1 }], 1_000, T), store.cancel([1], T)]);
  assertEquals(modes(), ["PRAGMA synchronous = FULL"]);
  await store.close();
});

Deno.test("group commit: a switch of the mode really takes, every time", async () => {
  const { db } = storeOver();
  const group = new GroupCommit(db, ":memory:", 1_000, () => {});
  const mode = (): number => db.get<{ synchronous: number }>("PRAGMA synchronous")!.synchronous;
  for (const [durability, expected] of [["normal", 1], ["full", 2], ["normal", 1], ["full", 2]] as const) {
    assertEquals(await group.call(durability, mode), expected);
  }
  db.close();
});

Deno.test("group commit: a lock of another connection is waited for without stopping the event loop", () =>
  inFolder((folder) =>
    withStore(`${folder}/jobs.db`, async (store) => {
      const other = new DatabaseSync(`${folder}/jobs.db`);
      other.exec("BEGIN IMMEDIATE");
      const pending = store.enqueue({ jobs: [newJob()] }, T);
      // The lock is held by this very thread: were the store to wait inside of SQLite, nobody could ever end it.
      for (let turn = 0; turn < 20; turn++) {
        await new Promise<void>((resolve) => setImmediate(() => resolve()));
      }
      assertEquals(await store.count({}), 0);
      other.exec("COMMIT");
      other.close();
      assertEquals((await pending).jobs, [{ id: 1, created: true }]);
    })
  ));

Deno.test("group commit: a lock that is never released ends in a clear error", () =>
  inFolder((folder) =>
    withStore(`${folder}/jobs.db`, async (store) => {
      const other = new DatabaseSync(`${folder}/jobs.db`);
      other.exec("BEGIN IMMEDIATE");
      try {
        await assertRejects(
          () => store.enqueue({ jobs: [newJob()] }, T),
          BusyError,
          "locked by another process",
        );
      } finally {
        other.exec("ROLLBACK");
        other.close();
      }
      assertEquals((await store.enqueue({ jobs: [newJob()] }, T)).jobs[0]!.id, 1);
    }, { busyTimeoutMs: 1 })
  ));

Deno.test("group commit: a lock that others pass on among themselves is waited for beyond the deadline", () =>
  inFolder(async (folder) => {
    const path = `${folder}/jobs.db`;
    await withStore(path, async () => {});
    const log: string[] = [];
    const tries = (): number => log.filter((sql) => sql === "BEGIN IMMEDIATE").length;
    const db = new Connection(noting(log)(builtin.open(path, { busyMs: BUSY_MS })));
    // Each try takes BUSY_MS: the deadline is over after some of them.
    const store = new SqliteStore(db, path, 5 * BUSY_MS, () => {});
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const pending = store.enqueue({ jobs: [newJob()] }, T);
    while (tries() < 30) {
      // In one turn, so that the store can never get between.
      other.exec("UPDATE counters SET value = value + 1 WHERE name = 'workflow'; COMMIT; BEGIN IMMEDIATE");
      await new Promise<void>((resolve) => setTimeout(resolve));
    }
    other.exec("COMMIT");
    other.close();
    assertEquals((await pending).jobs, [{ id: 1, created: true }]);
    await store.close();
  }));

Deno.test("group commit: closing commits what is queued; later calls are refused", () =>
  inFolder(async (folder) => {
    const store = await openSqlite(`${folder}/jobs.db`, { driver: "builtin" });
    const queued = store.enqueue({ jobs: [newJob()] }, T);
    await Promise.all([store.close(), store.close()]);
    assertEquals((await queued).jobs[0]!.id, 1);
    await assertRejects(() => store.enqueue({ jobs: [newJob()] }, T), UnavailableError, "is closed");
    await assertRejects(() => store.list({}), UnavailableError, "is closed");
    await withStore(`${folder}/jobs.db`, async (again) => assertEquals(await again.count({}), 1));
  }));
