/** Databases of every released schema, opened by the present code. */

import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { diagnose } from "../../src/library/doctor.ts";
import { openSqlite } from "../../src/store/sqlite/open.ts";
import type { SqliteStore } from "../../src/store/sqlite/store.ts";
import { SCHEMA_VERSION } from "../../src/store/sqlite/version.ts";
import { completed, newJob, NO_USAGE, workerInfo } from "../../src/testing/contract/kit.ts";
import { assertContains, readAll } from "./fixtures/content.ts";
import { T } from "./populate.ts";
import { inFolder, runScript, storeUrl } from "./sqlite_kit.ts";

const OPENERS = 8;
const FOLDER = new URL("./fixtures/", import.meta.url);

/** The schemas of which there is a database; `fixtures/make.ts` writes them. */
const VERSIONS = [...Deno.readDirSync(FOLDER)].flatMap(({ name }) => {
  const version = /^schema_(\d+)\.sql$/.exec(name)?.[1];
  return version === undefined ? [] : [Number(version)];
}).sort((a, b) => a - b);

async function makeOld(version: number, path: string): Promise<unknown> {
  await Deno.writeFile(path, new Uint8Array(), { mode: 0o600 });
  const db = new DatabaseSync(path);
  db.exec(await Deno.readTextFile(new URL(`schema_${version}.sql`, FOLDER)));
  // As GigQ leaves its files.
  db.exec("PRAGMA journal_mode = WAL");
  db.close();
  return JSON.parse(await Deno.readTextFile(new URL(`schema_${version}.json`, FOLDER)));
}

async function assertPresent(path: string): Promise<void> {
  for await (const { check, verdict, message } of diagnose(path, { clock: fixedClock })) {
    // What hangs about since the fixture was made is stuck on purpose.
    if (check !== "leases") assert(verdict !== "problem", `${check}: ${message}`);
    if (check === "schema") assertEquals(message, `Version ${SCHEMA_VERSION}`);
  }
}

const fixedClock = { now: () => T + 10_000_000, sleep: (): Promise<void> => Promise.resolve() };

/** A worker comes, takes over what was running, and runs what is ready until nothing is. */
async function workOn(store: SqliteStore): Promise<void> {
  const now = fixedClock.now();
  const { jobs: [added] } = await store.enqueue({ jobs: [newJob()] }, now);
  const before = await store.list({ order: "desc", limit: 2 });
  assertEquals(before[0]!.id, added!.id);
  assert(before[1]!.id < added!.id, "an id was used again");
  const leases = await store.leases({ expiredBy: now });
  assert(leases.length > 0, "nothing was running");
  const outcome = { type: "failed", reason: "lost", error: null, retryAt: now } as const;
  const taken = leases.map(({ id, attempt, leaseUntil }) => ({ id, attempt, leaseUntil, outcome }));
  assertEquals((await store.rescue(taken, now)).length, leases.length);
  await store.pause("images", false);
  const routes = ["command", "http", "module", "function:resize", "function:nobody"];
  for (;;) {
    const { jobs } = await store.claim({ worker: workerInfo("new"), limit: 3, leaseMs: 1_000, routes }, now);
    if (jobs.length === 0) break;
    const finishes = jobs.map(({ id, attempt }) => ({ id, attempt, outcome: completed(), usage: NO_USAGE }));
    assert((await store.finish(finishes, now)).every(({ accepted }) => accepted));
  }
  const { statuses } = await store.stats();
  assertEquals([statuses.ready, statuses.running, statuses.blocked, statuses.scheduled], [0, 0, 0, 0]);
}

Deno.test("sqlite upgrade: there is a database of every schema before the present one", () => {
  for (let version = 1; version < SCHEMA_VERSION; version++) {
    assert(VERSIONS.includes(version), `tests/store/fixtures/schema_${version}.sql is missing`);
  }
  assert(VERSIONS.length > 0);
});

for (const version of VERSIONS) {
  Deno.test(`sqlite upgrade: a database of schema ${version} keeps all it holds, and work goes on`, () =>
    inFolder(async (folder) => {
      const path = `${folder}/jobs.db`;
      const old = await makeOld(version, path);
      const store = await openSqlite(path, { driver: "builtin", create: false });
      try {
        assertContains(await readAll(store), old);
        await workOn(store);
      } finally {
        await store.close();
      }
      await assertPresent(path);
    }));

  Deno.test(`sqlite upgrade: ${OPENERS} processes open a database of schema ${version} at once`, () =>
    inFolder(async (folder) => {
      const path = `${folder}/jobs.db`;
      const old = await makeOld(version, path);
      const count = (old as { jobs: unknown[] }).jobs.length;
      const code = `
        import { openSqlite } from "${storeUrl("sqlite/open.ts")}";
        const store = await openSqlite("${path}", { driver: "builtin" });
        console.log(await store.count({ ids: ${
        JSON.stringify(Array.from({ length: count }, (_, i) => i + 1))
      } }));
        await store.enqueue({ jobs: [${JSON.stringify(newJob())}] }, ${T});
        await store.close();`;
      const outputs = await Promise.all(Array.from({ length: OPENERS }, () => runScript(folder, code)));
      assertEquals(outputs.map((output) => output.trim()), Array(OPENERS).fill(String(count)));
      await assertPresent(path);
      const store = await openSqlite(path, { driver: "builtin" });
      assertEquals(await store.count({}), count + OPENERS);
      await store.close();
    }));
}

Deno.test("sqlite upgrade: the comparison of contents notices what is gone or other", () => {
  assertContains({ a: [1, { b: 2, c: 3 }] }, { a: [1, { b: 2 }] });
  for (const present of [{}, { a: [1] }, { a: [1, { b: 3 }] }, { a: [1, 2, 3] }, { a: null }]) {
    let noticed = false;
    try {
      assertContains(present, { a: [1, { b: 2 }] });
    } catch {
      noticed = true;
    }
    assert(noticed, JSON.stringify(present));
  }
});
