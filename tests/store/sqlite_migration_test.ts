/** Files of older versions: what they hold is there afterwards, and can do what is new. */

import { assertEquals } from "@std/assert";
import { builtin } from "../../src/store/sqlite/drivers/builtin.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../../src/store/sqlite/migrations/mod.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "../../src/store/sqlite/version.ts";
import { failedOf, NO_USAGE, POLICY, workerInfo } from "../../src/testing/contract/kit.ts";
import { added, advanced, fireOf } from "../../src/testing/contract/schedules_kit.ts";
import { inFolder, T, withStore } from "./sqlite_kit.ts";

/** A file as the first version left it: a job that failed, one that is running its second attempt, a run around both. */
function writeVersion1(path: string): void {
  const driver = builtin.open(path, { busyMs: 0 });
  driver.exec(`
    ${MIGRATIONS[0]}
    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = 1;
    UPDATE counters SET value = 2 WHERE name = 'job';
    UPDATE counters SET value = 1 WHERE name = 'workflow';
    INSERT INTO lanes (id, queue, route, kind) VALUES (1, 'default', 'command', 'command');
    INSERT INTO policies (id, body) VALUES (1, '${JSON.stringify(POLICY)}');
    INSERT INTO workers (id, name, host, boot, pid, pid_start) VALUES (1, 'w0', 'box', NULL, 1, NULL);
    INSERT INTO workflows (id, name, key, params, created_at) VALUES (1, 'old', NULL, '{}', ${T});
    INSERT INTO jobs (id, policy, payload, created_at, workflow) VALUES (1, 1, '{}', ${T}, 1), (2, 1, '{}', ${T}, 1);
    INSERT INTO job_state (id, lane, priority, status, reason, attempt, failures, due_at, started_at, finished_at, workflow)
      VALUES (1, 1, 0, 5, 'exit', 1, 1, ${T}, ${T + 1}, ${T + 2}, 1);
    INSERT INTO job_state (id, lane, priority, status, attempt, failures, due_at, started_at, lease_until, worker, workflow)
      VALUES (2, 1, 0, 3, 2, 1, ${T}, ${T + 3}, ${T + 1_000}, 1, 1);
    INSERT INTO errors (id, body) VALUES (1, '{"class":"ExitError","message":"exit code 3"}');
    INSERT INTO attempts (job, number, worker, outcome, started_at, finished_at, wait_ms)
      VALUES (1, 1, 1, 'exit', ${T + 1}, ${T + 2}, 1), (2, 1, 1, 'exit', ${T + 1}, ${T + 2}, 1);
  `);
  driver.close();
}

Deno.test("migrations: a file of version 1 keeps its jobs, and learns the rest", () =>
  inFolder(async (folder) => {
    const path = `${folder}/old.db`;
    writeVersion1(path);
    await withStore(path, async (store) => {
      const [failed, running] = await store.list({});
      assertEquals([failed!.status, failed!.cause, failed!.dead], ["failed", null, false]);
      assertEquals([failed!.error?.message, failed!.firstStartedAt], ["exit code 3", T + 1]);
      assertEquals([running!.status, running!.firstStartedAt, running!.canaries], ["running", T + 3, []]);
      assertEquals((await store.leases({ host: "box" }))[0]!.firstStartedAt, T + 3);
      assertEquals((await store.attempts(1))[0]!.decision, null);
      const [run] = await store.workflows({ type: "workflow" });
      assertEquals([run!.source, run!.maxFails, run!.haltedAt], [null, null, null]);
      const outcome = failedOf("f", { dead: true });
      await store.finish([{ id: 2, attempt: 2, outcome, usage: NO_USAGE }], T + 9);
      assertEquals((await store.list({ dead: true })).map((job) => job.id), [2]);
      const changes = await store.requeue([1, 2], T + 10, { canaries: [2] });
      assertEquals(changes.map((change) => change.result), ["done", "done"]);
      const claimed = await store.claim(
        { worker: workerInfo("w"), limit: 9, leaseMs: 1_000, routes: ["command"] },
        T + 11,
      );
      assertEquals(claimed.jobs.map((job) => [job.id, job.firstStartedAt]), [[2, T + 11]]);
      const schedule = await added(store, "nightly", { nextAt: T });
      const { jobs } = await advanced(store, fireOf(schedule, T));
      assertEquals([schedule.id, jobs], [1, [3]]);
    });
  }));

Deno.test("migrations: a file migrated and a new one are alike", () => {
  const schemaOf = (prepare: (driver: ReturnType<typeof builtin.open>) => void): unknown[] => {
    const driver = builtin.open(":memory:", { busyMs: 0 });
    prepare(driver);
    migrate(driver, ":memory:");
    const rows = driver.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name").all();
    driver.close();
    return rows;
  };
  const old = schemaOf((driver) =>
    driver.exec(`${MIGRATIONS[0]}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1;`)
  );
  assertEquals(old, schemaOf(() => {}));
});

Deno.test("migrations: the version is their number", () => {
  assertEquals(SCHEMA_VERSION, MIGRATIONS.length);
});
