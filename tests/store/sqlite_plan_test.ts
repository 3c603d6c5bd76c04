/** What a claim reads: index entries of its own lanes, and nothing that grows with the store. */

import { assert, assertEquals } from "@std/assert";
import type { Driver } from "../../src/store/sqlite/driver.ts";
import { failedOf, newJob, NO_USAGE, workerInfo } from "../../src/testing/contract/kit.ts";
import { added, advanced, fireOf, newFiring, stepOf } from "../../src/testing/contract/schedules_kit.ts";
import { storeOver, T } from "./sqlite_kit.ts";

/** Collects the text of every statement that is prepared. */
function collecting(texts: Set<string>): (driver: Driver) => Driver {
  return (driver) => ({
    name: driver.name,
    version: driver.version,
    close: () => driver.close(),
    exec: (sql) => driver.exec(sql),
    prepare: (sql) => (texts.add(sql), driver.prepare(sql)),
  });
}

Deno.test("plans: a claim walks partial indexes, never a table, and sorts nothing", async () => {
  const texts = new Set<string>();
  const { store, db } = storeOver(collecting(texts));
  const jobs = ["command", "http", "module"].map((kind) => newJob({ kind }));
  await store.enqueue({
    jobs: [...jobs, newJob({ runAt: T + 5 })],
    workflow: { name: "w", key: null, params: {} },
  }, T);
  texts.clear();
  const request = { worker: workerInfo("w"), limit: 1, leaseMs: 1_000, routes: ["command", "http"] };
  await store.claim(request, T);
  await store.claim({ ...request, routes: ["module"], workflow: 1 }, T);
  await store.claim(request, T + 5);
  const explained = [...texts].filter((sql) => /^\s*(SELECT|UPDATE)/.test(sql) && sql.includes("job_state"));
  assert(explained.length >= 6, "the claims were not seen");
  for (const sql of explained) {
    const plan = db.driver.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>().map((row) =>
      row.detail
    );
    for (const step of plan) {
      assert(!/^SCAN (s|j|job_state|jobs)$/.test(step), `${sql}\nwalks a table: ${step}`);
      // The jobs handed out are put in order; they are at most as many as were asked for.
      if (!sql.includes("ORDER BY i.key")) assert(!step.includes("TEMP B-TREE"), `${sql}\nsorts: ${step}`);
    }
  }
  await store.close();
});

Deno.test("plans: what a store does not use is told by one look, and what it uses by indexes", async () => {
  const texts = new Set<string>();
  const { store, db } = storeOver(collecting(texts));
  const run = { name: "w", key: null, params: {}, maxFails: { percent: 60 } };
  await store.enqueue({ jobs: [newJob(), newJob(), newJob()], workflow: run }, T);
  await store.claim({ worker: workerInfo("w"), limit: 2, leaseMs: 1_000, routes: ["command"] }, T);
  await store.heartbeat([{ id: 1, attempt: 1, checkpoint: 1, steps: { a: 1 } }], 1_000, T);
  texts.clear();
  const outcome = failedOf("f", { dead: true });
  await store.finish([1, 2].map((id) => ({ id, attempt: 1, outcome, usage: NO_USAGE })), T);
  await store.requeue([1, 2], T, { canaries: [1] });
  await store.cancel([1], T);
  await store.dismiss([2]);
  await store.list({ dead: true });
  await store.list({ cause: 1 });
  await store.causes({});
  await store.checkpoints([1]);
  const explained = [...texts].filter((sql) => /^\s*(SELECT|UPDATE|INSERT|DELETE|WITH)/.test(sql));
  for (const sql of explained) {
    const steps = db.driver.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>();
    // The first row says whether a table has any; names of one letter are the sets that are asked about.
    if (sql.includes("AS bits")) continue;
    for (const { detail } of steps) {
      assert(!/^SCAN \w{2,}$/.test(detail) || detail === "SCAN before", `${sql}\nwalks a table: ${detail}`);
      assert(!/AUTOMATIC/.test(detail), `${sql}\nhas no index: ${detail}`);
    }
  }
  assert(explained.length > 20, "the calls were not seen");
  await store.close();
});

Deno.test("plans: runs with a limit are found by their index", async () => {
  const { store, db } = storeOver();
  const { LIMITED } = await import("../../src/store/sqlite/ops/in_use.ts");
  const plan = db.driver.prepare(`EXPLAIN QUERY PLAN SELECT 1 FROM workflows WHERE ${LIMITED}`)
    .all<{ detail: string }>();
  assertEquals(plan.map((step) => step.detail), ["SCAN workflows USING INDEX workflows_limited"]);
  await store.close();
});

Deno.test("plans: schedules that are due and their histories come from indexes, whatever else is stored", async () => {
  const texts = new Set<string>();
  const { store, db } = storeOver(collecting(texts));
  const schedule = await added(store, "a", { nextAt: T });
  const job = await advanced(store, fireOf(schedule, T));
  const workflow = { name: "w", key: null, params: {} };
  const run = await advanced(store, fireOf(job.schedule, T + 1, [{}, {}], { workflow }));
  const many = Array.from({ length: 200 }, (_, at) => newFiring(schedule, T + 2 + at, "queued"));
  texts.clear();
  await advanced(store, stepOf(run.schedule, { firings: many }));
  await store.schedules.due(T);
  await store.schedules.firings({
    schedules: [schedule.id],
    statuses: ["skipped"],
    from: T,
    until: T + 9,
    limit: 1,
  });
  await store.schedules.list({ names: ["a"] });
  await store.schedules.list({ ids: [1] });
  await store.schedules.remove(schedule.id);
  const explained = [...texts].filter((sql) =>
    /^\s*(SELECT|UPDATE|DELETE)/.test(sql) && /schedule|firings/.test(sql)
  );
  assert(explained.length >= 12, "the calls were not seen");
  for (const sql of explained) {
    const steps = db.driver.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>();
    for (const { detail } of steps) {
      assert(
        !/^SCAN (s|d|schedules|schedule_definitions|firings)$/.test(detail),
        `${sql}\nwalks a table: ${detail}`,
      );
      assert(!/AUTOMATIC/.test(detail), `${sql}\nhas no index: ${detail}`);
      // Entries are in the order of their slots; what is due is at most as much as is shown.
      const isSorted = sql.includes("ORDER BY i.key");
      assert(isSorted || !detail.includes("TEMP B-TREE"), `${sql}\nsorts: ${detail}`);
    }
  }
  await store.close();
});

Deno.test("plans: the next job of a lane comes from its index alone", async () => {
  const { LANE_SQL, WORKFLOW_SQL } = await import("../../src/store/sqlite/ops/ready.ts");
  const { store, db } = storeOver();
  const plan = (sql: string): string =>
    db.driver.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>()[0]!.detail;
  assertEquals(plan(LANE_SQL), "SEARCH job_state USING COVERING INDEX state_ready (lane=?)");
  assertEquals(plan(WORKFLOW_SQL), "SEARCH job_state USING INDEX state_ready_workflow (workflow=?)");
  await store.close();
});
