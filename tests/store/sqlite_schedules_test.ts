/** What the SQLite store promises of schedules beyond the contract of all stores. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { BOUNDS } from "../../src/core/bounds.ts";
import { DataError } from "../../src/core/errors.ts";
import {
  added,
  advanced,
  fireOf,
  newDefinition,
  newFiring,
  newSchedule,
  stepOf,
} from "../../src/testing/contract/schedules_kit.ts";
import { edgesBelow } from "../architecture/graph.ts";
import { newJob } from "../../src/testing/contract/kit.ts";
import { inFolder, runScript, storeOver, storeUrl, T, withStore } from "./sqlite_kit.ts";

const SLOTS = 30;
const PROCESSES = 4;
const SUBMIT = "src/cli/commands/submit.ts";

Deno.test("sqlite schedules: of several processes that fire the same slots, one fires each", () =>
  inFolder(async (folder) => {
    const path = `${folder}/jobs.db`;
    await withStore(path, async (store) => {
      await added(store, "a", { nextAt: T });
    });
    const kit = new URL("../../src/testing/contract/schedules_kit.ts", import.meta.url).href;
    const code = `
      import { openSqlite } from "${storeUrl("sqlite/open.ts")}";
      import { fireOf } from "${kit}";
      const store = await openSqlite("${path}", { driver: "builtin" });
      let fired = 0;
      for (;;) {
        const [schedule] = await store.schedules.list();
        if (schedule.version > ${SLOTS}) break;
        const step = fireOf(schedule, ${T} + schedule.version);
        if ((await store.schedules.advance(step, ${T})).accepted) fired++;
      }
      await store.close();
      console.log(fired);`;
    const outputs = await Promise.all(Array.from({ length: PROCESSES }, () => runScript(folder, code)));
    const fired = outputs.map((output) => Number(output.trim()));
    assertEquals(fired.reduce((sum, count) => sum + count), SLOTS, outputs.join());
    await withStore(path, async (store) => {
      const jobs = (await store.list({})).map(({ id }) => id);
      assertEquals(jobs.length, SLOTS);
      assertEquals((await store.schedules.firings({})).map(({ job }) => job).reverse(), jobs);
    });
  }));

Deno.test("sqlite schedules: a look at what is due reads nothing of the others, and a slot writes no definition", async () => {
  const { store, db } = storeOver();
  const [due, open, other] = [
    await added(store, "due", { nextAt: T }),
    await added(store, "open"),
    await added(store, "other", { nextAt: T + 1 }),
  ];
  await advanced(store, fireOf(open, T));
  db.run("UPDATE schedule_definitions SET body = '{' WHERE id = ?", other.id);
  db.run("UPDATE schedules SET state = '{' WHERE id = ?", other.id);
  const { schedules, nextAt } = await store.schedules.due(T);
  assertEquals([schedules.map(({ schedule }) => schedule.id), nextAt], [[due.id, open.id], T + 1]);
  await assertRejects(() => store.schedules.due(T + 1), DataError);
  db.driver.exec(
    "CREATE TRIGGER kept BEFORE UPDATE ON schedule_definitions BEGIN SELECT RAISE(ABORT, 'written'); END",
  );
  await advanced(store, fireOf(due, T));
  await store.close();
});

Deno.test("sqlite schedules: slots that are refused leave nothing in a turn whose other calls are accepted", async () => {
  const { store } = storeOver();
  const [a, b] = [await added(store, "a", { nextAt: T }), await added(store, "b", { nextAt: T })];
  await advanced(store, fireOf(a, T));
  const [seen] = await store.schedules.list({ names: ["a"] });
  const orphan = { after: [{ id: 77, on: "success" }] } as const;
  const answers = await Promise.allSettled([
    store.enqueue({ jobs: [newJob()] }, T),
    store.schedules.advance(fireOf(a, T + 1), T),
    store.schedules.advance(fireOf(seen!, T + 2, [{}, orphan]), T),
    store.schedules.advance(fireOf(b, T), T),
    store.enqueue({ jobs: [newJob()] }, T),
  ]);
  assertEquals(
    answers.map((answer) => answer.status === "rejected" ? answer.reason.code : answer.status),
    ["fulfilled", "fulfilled", "not_found", "fulfilled", "fulfilled"],
  );
  assertEquals((answers[1] as PromiseFulfilledResult<unknown>).value, { accepted: false });
  assertEquals((await store.list({})).map(({ id }) => id), [1, 2, 3, 4]);
  assertEquals(
    (await store.schedules.firings({})).map(({ schedule, slot, job }) => [schedule, slot, job]),
    [[a.id, T, 1], [b.id, T, 3]],
  );
  assertEquals(await store.schedules.list({ names: ["a"] }), [seen!]);
  await store.close();
});

Deno.test("sqlite schedules: one that is removed leaves no rows behind", async () => {
  const { store, db } = storeOver();
  const schedule = await added(store, "a");
  await advanced(store, stepOf(schedule, { firings: [newFiring(schedule, T)] }));
  await store.schedules.remove(schedule.id);
  for (const table of ["schedules", "schedule_definitions", "firings"]) {
    assertEquals(db.all(`SELECT * FROM ${table}`), [], table);
  }
  await store.close();
});

Deno.test("sqlite schedules: those that are large move in small pages", async () => {
  const { store } = storeOver();
  const definition = newDefinition({ description: "x".repeat(BOUNDS.scheduleBytes - 10_000) });
  for (let at = 0; at < 12; at++) await store.schedules.add({ ...newSchedule(`s${at}`), definition }, T);
  const sizes: number[] = [];
  for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const page = await store.transfer.read(after, 1_000);
    sizes.push(page.records.filter(({ type }) => type === "schedule").length);
    after = page.next;
  }
  assertEquals(sizes, [8, 4]);
  await store.close();
});

Deno.test("sqlite schedules: a long queue costs a look little", async () => {
  const { store, db } = storeOver();
  const schedule = await added(store, "a");
  const firings = Array.from(
    { length: BOUNDS.queuedSlots },
    (_, at) => newFiring(schedule, T + at, "queued"),
  );
  await advanced(store, stepOf(schedule, { firings }));
  const read: unknown[] = [];
  const { all } = db;
  db.all = <R>(...args: Parameters<typeof all>): R[] => {
    const rows = all.apply(db, args) as R[];
    read.push(...rows);
    return rows;
  };
  const { schedules: [due] } = await store.schedules.due(T);
  assertEquals([due!.queued, due!.open.length], [BOUNDS.queuedSlots, BOUNDS.queuedShown]);
  assert(read.length < 2 * BOUNDS.queuedShown, `${read.length} rows were read`);
  await store.close();
});

Deno.test("sqlite schedules: the code that keeps them is loaded by nobody who has none", () =>
  inFolder(async (folder) => {
    const code = `
      import { openSqlite } from "${storeUrl("sqlite/open.ts")}";
      import { schedules } from "${storeUrl("sqlite/lazy_ops.ts")}";
      const store = await openSqlite("${folder}/jobs.db", { driver: "builtin" });
      await store.enqueue({ jobs: [${JSON.stringify(newJob())}] }, ${T});
      console.log(JSON.stringify(await store.schedules.due(${T})), schedules.loaded !== undefined);
      console.log(JSON.stringify(await store.schedules.list()), schedules.loaded !== undefined);
      await store.close();`;
    const none = { schedules: [], nextAt: null };
    assertEquals(await runScript(folder, code), `${JSON.stringify(none)} false\n[] true\n`);
  }));

Deno.test("sqlite schedules: gigq submit imports nothing of the code that keeps them", async () => {
  const edges = (await edgesBelow(SUBMIT)).filter(({ isType }) => !isType);
  const reached = new Set([SUBMIT]);
  for (const from of reached) for (const edge of edges) if (edge.from === from) reached.add(edge.to);
  assert(reached.has("src/store/sqlite/ops/enqueue.ts"), "the modules were not seen");
  assertEquals([...reached].filter((path) => path.includes("/sqlite/schedules/")), []);
});
