/** What the scripts of the Redis store promise about schedules beyond the contract of all stores. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { BOUNDS } from "../../src/core/bounds.ts";
import { DiskFullError } from "../../src/core/errors.ts";
import type { Firing } from "../../src/core/schedule.ts";
import { openStore } from "../../src/store/open.ts";
import { Line } from "../../src/store/redis/line.ts";
import { RedisStore } from "../../src/store/redis/store.ts";
import { parseRedisUrl } from "../../src/store/redis/url.ts";
import { Kit, T } from "../../src/testing/contract/kit.ts";
import {
  added,
  advanced,
  assertStale,
  fireOf,
  newDefinition,
  newFiring,
  newSchedule,
  stepOf,
} from "../../src/testing/contract/schedules_kit.ts";
import { privateRedis } from "../faults/servers.ts";
import { prefixUrl } from "./redis_kit.ts";
import { test } from "./redis_script_kit.ts";

/** So large that a few of them are more than one answer of the server. */
const LARGE = newDefinition({ description: "x".repeat(BOUNDS.scheduleBytes - 10_000) });

test("large schedules come in several answers", async ({ kit: { store } }) => {
  const { schedules } = store;
  for (let at = 0; at < 12; at++) {
    await schedules.add({
      ...newSchedule(`s${at % 2 === 0 ? at : 99 - at}`, { nextAt: T }),
      definition: LARGE,
    }, T);
  }
  const ids = Array.from({ length: 12 }, (_, at) => at + 1);
  const listed = await schedules.list();
  assertEquals(listed.map(({ name }) => name), listed.map(({ name }) => name).sort());
  assertEquals(listed.map(({ id }) => id).sort((a, b) => a - b), ids);
  assertEquals((await schedules.due(T)).schedules.map(({ schedule }) => schedule.id), ids);
  const moved: number[] = [];
  let after: string | null = null;
  do {
    const page = await store.transfer!.read(after, 1_000);
    for (const record of page.records) if (record.type === "schedule") moved.push(record.schedule.id);
    after = page.next;
  } while (after !== null);
  assertEquals(moved, ids);
});

test("a long history is read in several steps, by status and with a limit for each schedule", async ({ kit }) => {
  const { store } = kit;
  const [a, b] = [await added(store, "b"), await added(store, "a")];
  const size = BOUNDS.firings;
  for (const schedule of [a, b]) {
    const firings = Array.from(
      { length: size },
      (_, at) => newFiring(schedule, T + at, at % 1_000 === 0 ? "failed" : "skipped"),
    );
    await advanced(store, stepOf(schedule, { firings }));
  }
  const found = async (filter: Parameters<typeof store.schedules.firings>[0]): Promise<Firing[]> => [
    ...await store.schedules.firings(filter),
  ];
  const all = await found({});
  assertEquals(all.length, 2 * size);
  assertEquals(
    all.map(({ schedule, slot }) => [schedule, slot]),
    [a, b].flatMap(({ id }) => Array.from({ length: size }, (_, at) => [id, T + size - 1 - at])),
  );
  const failed = all.filter(({ status }) => status === "failed");
  assertEquals(await found({ statuses: ["failed"] }), failed);
  assertEquals(
    await found({ statuses: ["failed"], limit: 9 }),
    failed.filter(({ slot }) => slot > T),
  );
  assertEquals((await found({ limit: 6_000 })).length, 12_000);
});

test("a schedule that is removed leaves nothing but its jobs", async ({ kit: { store }, keys, send }) => {
  await store.enqueue({ jobs: [] }, T);
  const before = await keys();
  const schedule = await added(store, "a", { nextAt: T });
  const queued = newFiring(schedule, T + 1, "queued");
  const step = fireOf(schedule, T, [{ queue: "q" }]);
  const { jobs } = await advanced(store, { ...step, firings: [...step.firings, queued] });
  const own = /:(schedule|firings|started|queued):1$|:(schedules|nextslots|open)$/;
  assertEquals((await keys()).filter((key) => own.test(key)).length, 7);
  await store.schedules.remove(schedule.id);
  assertEquals((await keys()).filter((key) => own.test(key)), []);
  assert(before.length <= (await keys()).length);
  assertEquals(await send("GET", `payload:${jobs[0]}`) !== null, true);
});

test("a schedule whose name went to another one while it was moved leaves nothing", async ({ kit: { store }, keys, send }) => {
  const { transfer, schedules } = store;
  const one = await added(store, "a", { nextAt: T });
  await advanced(store, stepOf(one, { firings: [newFiring(one, T, "queued")] }));
  const { id: from } = await transfer!.identity();
  await transfer!.become({ type: "open" }, { type: "receiving", from, after: null });
  const schedule = { ...one, id: 2, state: { ...one.state, nextAt: T + 5 } };
  await transfer!.write([{ type: "schedule", schedule }], null);
  await send("HSET", "meta", "state", '{"type":"open"}');
  assertEquals(await schedules.due(T), { schedules: [], nextAt: T + 5 });
  assertEquals(await schedules.list(), [schedule]);
  assertEquals((await keys()).filter((key) => /:(schedule|firings|started|queued):1$/.test(key)), []);
});

test("ids of schedules, jobs and runs up to 2^53 keep every digit", async ({ kit: { store }, send }) => {
  const last = Number.MAX_SAFE_INTEGER - 5;
  for (const counter of ["job", "run", "schedule"]) await send("HSET", "meta", counter, last);
  const schedule = await added(store, "a", { nextAt: T });
  assertEquals(schedule.id, last + 1);
  const run = { name: "w", key: null, params: {} };
  const one = await advanced(store, fireOf(schedule, T, [{}, {}]));
  const two = await advanced(store, fireOf(one.schedule, T + 1, [{}], { workflow: run }));
  assertEquals([one.jobs, two.jobs, two.workflow], [[last + 1, last + 2], [last + 3], last + 1]);
  const { schedules: [due] } = await store.schedules.due(T);
  assertEquals(due!.open.map(({ job, run, jobs }) => [job, run, jobs]), [
    [last + 1, null, { ready: 1 }],
    [null, last + 1, { ready: 1 }],
  ]);
  assertEquals(await store.schedules.remove(schedule.id), true);
});

test("a job that the limit of the history deleted is gone from its slot", async ({ kit, send }) => {
  await send("HSET", "meta", "history", 1);
  const schedule = await added(kit.store, "a");
  const { jobs: [job] } = await advanced(kit.store, fireOf(schedule, T));
  await kit.endAs(job!, "completed", T + 1);
  await kit.endAs(await kit.one(), "completed", T + 2);
  const [due] = (await kit.store.schedules.due(T)).schedules;
  assertEquals(due!.open.map(({ job, jobs }) => [job, jobs]), [[job!, {}]]);
});

test("a store that was made before there were schedules is one of theirs from the first on", async ({ kit: { store }, send }) => {
  await send("HSET", "meta", "schema", 1);
  await store.schedules.list();
  assertEquals(await send("HGET", "meta", "schema"), "1");
  await added(store, "a");
  assertEquals(await send("HGET", "meta", "schema"), "2");
});

test("what was made from a version that a server lost is refused, and no id is given twice", async ({ kit: { store }, prefix, line, send }) => {
  const schedule = await added(store, "a", { nextAt: T });
  const { schedule: seen } = await advanced(store, stepOf(schedule));
  // The server comes back with what it had before that step.
  await send("HSET", "schedule:1", "version", schedule.version);
  await send("HSET", "meta", "server", "another run", "schedule", 0);
  const young = new Line(parseRedisUrl(prefixUrl(prefix)), undefined);
  young.store = line.store;
  const other = new RedisStore(young);
  try {
    const [now] = await other.schedules.list();
    assert(now!.version > seen.version, `${now!.version}`);
    await assertStale(store, fireOf(seen, T));
    await assertStale(store, fireOf(schedule, T));
    const { schedule: next } = await advanced(other, fireOf(now!, T));
    assertEquals(next.version, now!.version + 1);
    assert((await added(other, "b")).id > 100_000);
  } finally {
    await other.close();
  }
});

Deno.test({
  name: "redis: a server out of memory takes no schedules and fires none, but notes how runs ended",
  ignore: privateRedis === null,
  fn: async () => {
    await using server = await privateRedis!({ settings: { "maxmemory-policy": "noeviction" } });
    const { store } = await openStore(server.url);
    const kit = new Kit(store, () => Promise.reject());
    const schedule = await added(store, "a", { nextAt: T });
    const one = await advanced(store, fireOf(schedule, T));
    await server.call("CONFIG", "SET", "maxmemory", "100kb");
    const before = await store.schedules.list();
    await assertRejects(() => added(store, "b"), DiskFullError);
    await assertRejects(() => store.schedules.advance(fireOf(one.schedule, T + 1), T), DiskFullError);
    const queued = stepOf(one.schedule, { firings: [newFiring(schedule, T + 1, "queued")] });
    await assertRejects(() => store.schedules.advance(queued, T), DiskFullError);
    assertEquals(await store.schedules.list(), before);
    assertEquals(await store.count({}), 1);
    await kit.endAs(one.jobs[0]!, "completed");
    const [firing] = await store.schedules.firings({});
    const ended = { ...firing!, status: "completed", endedAt: T + 1 } as const;
    await advanced(store, stepOf(one.schedule, { firings: [ended] }));
    assertEquals(await store.schedules.firings({}), [ended]);
    assertEquals(await store.schedules.remove(schedule.id), true);
    await store.close();
  },
});
