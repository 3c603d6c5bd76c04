/** What the scripts of the Redis store promise beyond the contract of all stores. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { JobId } from "../../src/core/job.ts";
import { BusyError, ConfigError, DiskFullError } from "../../src/core/errors.ts";
import type { Outcome, Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { openIdentity } from "../../src/store/redis/identity.ts";
import { Line } from "../../src/store/redis/line.ts";
import { indexHistory } from "../../src/store/redis/ops/index_history.ts";
import type { Argument, Script } from "../../src/store/redis/script.ts";
import { RedisStore } from "../../src/store/redis/store.ts";
import { parseRedisUrl } from "../../src/store/redis/url.ts";
import { completed, FAILED, Kit, newJob, NO_USAGE, on, T } from "../../src/testing/contract/kit.ts";
import { storeContract } from "../../src/testing/mod.ts";
import { privateRedis } from "../faults/servers.ts";
import { ownName, redisUrl } from "../servers.ts";
import { closingWith } from "./closing_with.ts";
import { deletePrefix, prefixUrl } from "./redis_kit.ts";
import { test } from "./redis_script_kit.ts";

const ignore = redisUrl === null;

/** Sends every script twice, as after an answer that was lost, and hears the second answer. */
class Stammering extends Line {
  override async script<T>(script: Script, ...args: readonly Argument[]): Promise<T> {
    const first = await super.script<T>(script, ...args);
    const second = await super.script<T>(script, ...args);
    // What a claim says of the time to come is looked up once more.
    if (script.name !== "claim") assertEquals(second, first, script.name);
    return second;
  }
}

async function openStammering(): Promise<Store> {
  const prefix = ownName();
  const line = new Stammering(parseRedisUrl(prefixUrl(prefix)), undefined);
  line.store = await openIdentity(line, true);
  return closingWith(new RedisStore(line), () => deletePrefix(prefix));
}

/** Verbs whose second run would differ. */
const ONCE =
  /· (enqueue|claim|finish|outcomes|follow|causes|cancel|requeue|canaries|remove|leases|unique|halts|schedules[a-z ]*):/;

Deno.test({
  name: "redis: a call that is made again, because its answer was lost, changes nothing and answers the same",
  ignore,
  fn: async () => {
    const cases: [string, () => Promise<void>][] = [];
    storeContract("twice", { open: openStammering, test: (name, body) => cases.push([name, body]) });
    for (const [name, body] of cases.filter(([name]) => ONCE.test(name))) {
      await body().catch((cause) => {
        throw new Error(`${name}: ${cause.message}`, { cause });
      });
    }
  },
});

test("a claim that is made again hands out no job that somebody else owns by now", async ({ kit, line }) => {
  const [a, b] = await kit.add({}, {});
  const calls: (readonly [Script, readonly Argument[]])[] = [];
  const heard = new Proxy(line, {
    get(target, key): unknown {
      if (key !== "script") return Reflect.get(target, key, target);
      return (script: Script, ...args: readonly Argument[]) => {
        calls.push([script, args]);
        return target.script(script, ...args);
      };
    },
  });
  const held = await new Kit(new RedisStore(heard), () => Promise.reject()).claimIds(T);
  assertEquals(held, [a, b]);
  await kit.store.rescue([{ id: a!, attempt: 1, leaseUntil: T + 30_000, outcome: { type: "released" } }], T);
  await kit.claim(T);
  const [script, args] = calls[0]!;
  const answer = JSON.parse(await line.script<string>(script, ...args)) as { jobs: [JobId, number][] };
  assertEquals(answer.jobs.map(([id, attempt]) => [id, attempt]), [[b, 1]]);
});

test("a store that lost its data, or is another one, takes nothing", async ({ kit, send, keys }) => {
  await kit.one();
  const before = await keys();
  for (const change of [() => send("HSET", "meta", "id", "another"), () => send("DEL", "meta")]) {
    await change();
    const left = (await keys()).length;
    await assertRejects(() => kit.one(), ConfigError, "has lost the queue");
    await assertRejects(() => kit.claim(T), ConfigError);
    await assertRejects(() => kit.finish(1, 1, completed()), ConfigError);
    await assertRejects(() => kit.store.list({}), ConfigError);
    assertEquals((await keys()).length, left);
  }
  assertEquals((await keys()).length, before.length - 1);
});

test("a sealed store hands out nothing and takes no jobs; what runs may end", async ({ kit, send }) => {
  const [a] = await kit.add({}, {});
  await kit.claim(T, { limit: 1 });
  await send("HSET", "meta", "state", '{"type":"sealed","to":"redis://there/0"}');
  assertEquals(await kit.claimIds(T), []);
  await assertRejects(() => kit.one(), BusyError, "redis://there/0");
  await assertRejects(() => kit.cancel(a!), BusyError);
  await kit.store.appendLog([{ id: a!, attempt: 1, seq: 1, stream: "log", at: T, data: new Uint8Array(1) }]);
  assertEquals(await kit.store.heartbeat([{ id: a!, attempt: 1 }], 1_000, T), [{ id: a!, state: "held" }]);
  assertEquals((await kit.finish(a!, 1, completed())).status, "completed");
  await send("HSET", "meta", "state", '{"type":"moved","to":"redis://there/0"}');
  await assertRejects(() => kit.claim(T), ConfigError, "redis://there/0");
});

const ODD = [
  "",
  "\0",
  "a\0b",
  "\ud800 alone",
  "🦕",
  '"',
  "\\u0000",
  "\\",
  "/",
  "\u2028",
  "\x7f\x01",
  "null",
  "[]",
  "[",
];

test("any text comes back: in payloads, results, names, tags, queues, steps, progress", async ({ kit }) => {
  const { store } = kit;
  for (const text of ODD) {
    const payload = { text, [text]: [text, [], {}, [[]], null, 0.1, -0, 1e300, 2 ** 53] };
    const id = await kit.one({ payload, name: text, tags: [text, "x"], queue: text, step: text, kind: text });
    const whole = text.toWellFormed();
    const [claimed] = await kit.claim(T, { routes: [text] });
    const { name, queue, step, kind } = claimed!;
    assertEquals({ name, queue, step, kind }, { name: whole, queue: whole, step: whole, kind: whole });
    assertEquals(JSON.stringify(claimed!.payload), JSON.stringify(payload));
    await store.heartbeat(
      [{ id, attempt: 1, progress: [text], checkpoint: { text }, steps: { [text]: text } }],
      9,
      T,
    );
    assertEquals((await store.checkpoints([id])).get(id)!.value, { text });
    assertEquals((await kit.get(id)).progress, [text]);
    await kit.finish(id, 1, completed({ text, empty: [], none: {} }));
    assertEquals((await kit.get(id)).result, { text, empty: [], none: {} });
    for (const selector of [{ name: text.replaceAll("*", "") }, { tag: text }, { queues: [text] }]) {
      assertEquals((await store.list(selector)).map((job) => job.id), [id], JSON.stringify(selector));
    }
    await kit.remove(id);
  }
  assertEquals((await store.list({ tag: "x" })).length, 0);
});

test("ids up to 2^53 keep every digit", async ({ kit, send }) => {
  const last = Number.MAX_SAFE_INTEGER - 5;
  await send("HSET", "meta", "job", last);
  const parent = await kit.one({ unique: { key: "k", scope: "always" } });
  const child = await kit.one({ after: on("success", parent), name: "child" });
  const other = await kit.one({ priority: 5, runAt: T + 10, expiresAt: T + 5_000 });
  assertEquals([parent, child, other], [last + 1, last + 2, last + 3]);
  const again = await kit.store.enqueue({ jobs: [newJob({ unique: { key: "k", scope: "always" } })] }, T);
  assertEquals(again.jobs, [{ id: parent, created: false }]);
  assertEquals(await kit.claimIds(T), [parent]);
  assertEquals((await kit.store.leases({ host: "box" })).map((lease) => lease.id), [parent]);
  await kit.end(parent, completed(), T);
  assertEquals((await kit.get(child)).dependencies, [{ id: parent, on: "success" }]);
  assertEquals(await kit.claimIds(T + 20, { worker: { ...WORKER, id: "w2" } }), [other, child]);
  assertEquals((await kit.store.list({ order: "desc", limit: 2 })).map((job) => job.id), [other, child]);
  await kit.end(child, FAILED, T + 20);
  assertEquals(await kit.requeue(child), "done");
  assertEquals(await kit.cancel(child), "done");
  assertEquals(await kit.remove(child), "done");
  assertEquals(await kit.remove(parent), "done");
  assertEquals((await kit.store.list({})).map((job) => job.id), [other]);
});

const WORKER = { id: "w1", host: "box", boot: null, pid: 1, pidStart: null };

test("ten thousand children hear of the end of their parent in one step", async ({ kit }) => {
  const { store } = kit;
  const parent = await kit.one();
  const children = Array.from({ length: 10_000 }, (_, at) => ({
    after: on(at % 2 === 0 ? "success" : "failure", parent),
  }));
  const ids = await kit.add(...children);
  const below = await kit.one({ after: on("finished", ids[1]!, ids[0]!) });
  await kit.endAs(parent, "completed");
  const { statuses } = await store.stats();
  assertEquals([statuses.ready, statuses.skipped, statuses.blocked], [5_000, 5_000, 1]);
  assertEquals((await kit.get(below)).waitingOn, 1);
  assertEquals((await kit.claim(T, { limit: 6_000 })).length, 5_000);
  await store.cancel(ids, T);
  const removed = await store.remove(ids.filter((_, at) => at % 2 === 1));
  assertEquals(removed.filter(({ result }) => result === "refused").map(({ id }) => id), [ids[1]]);
});

test("ten thousand jobs that are due or overdue at once take a few claims", async ({ kit }) => {
  await kit.add(...Array.from({ length: 5_500 }, () => ({ runAt: T + 5 })));
  await kit.add(...Array.from({ length: 5_500 }, () => ({ runAt: T + 500, expiresAt: T + 5 })));
  const first = await kit.request(T + 10, { limit: 10_000 });
  const second = await kit.request(T + 10, { limit: 10_000 });
  assertEquals([first.jobs.length, second.jobs.length], [5_000, 500]);
  const { statuses } = await kit.store.stats();
  assertEquals([statuses.running, statuses.failed, statuses.scheduled], [5_500, 5_500, 0]);
});

/** Ends jobs in the order of their ids, `T + 1`, `T + 2` and so on. */
async function endOneByOne(kit: Kit, ids: readonly JobId[], outcome: Outcome = completed()): Promise<void> {
  await kit.claim(T);
  for (const [at, id] of ids.entries()) await kit.end(id, outcome, T + at + 1);
}

test("with a limit, the oldest final jobs go with all that belongs to them", async ({ kit, send, keys }) => {
  await send("HSET", "meta", "history", 3);
  const parts = { name: "n", tags: ["t"], unique: null };
  const ids = await kit.add(...Array.from({ length: 8 }, (_, at) => ({
    ...parts,
    unique: { key: `k${at}`, scope: "always" as const },
  })));
  await kit.claim(T);
  await kit.store.appendLog(
    ids.map((id) => ({ id, attempt: 1, seq: 1, stream: "log", at: T, data: new Uint8Array(3) })),
  );
  await kit.store.heartbeat(ids.map((id) => ({ id, attempt: 1, progress: 1, checkpoint: 2 })), 9, T);
  await endOneByOne(
    kit,
    ids,
    { ...FAILED, error: { class: "E", message: "m", fingerprint: "f" } } as Outcome,
  );
  assertEquals((await kit.store.list({})).map((job) => job.id), ids.slice(-3));
  assertEquals((await kit.store.list({ name: "n" })).length, 3);
  assertEquals((await kit.store.list({ tag: "t" })).length, 3);
  assertEquals((await kit.store.causes({}))[0]!.failed, 3);
  assertEquals((await kit.store.stats()).total, 3);
  const own = "job|payload|result|error|progress|attempts|saved|log|kids|canaries|holds";
  const gone = new RegExp(`:(${own}):(${ids.slice(0, 5).join("|")})$`);
  assertEquals((await keys()).filter((key) => gone.test(key)), []);
  assertEquals(await send("HLEN", "keys"), 3);
});

test("a final job that an unfinished one depends on is kept beyond the limit", async ({ kit, send }) => {
  await send("HSET", "meta", "history", 1);
  const parent = await kit.one();
  const slow = await kit.one();
  const child = await kit.one({ after: on("success", parent, slow) });
  const others = await kit.add({}, {}, {});
  await kit.claim(T);
  await kit.end(parent, completed());
  await endOneByOne(kit, others);
  const kept = (await kit.store.list({ statuses: ["completed"] })).map((job) => job.id);
  assert(kept.includes(parent), `${kept}`);
  await kit.end(slow, completed(), T + 10);
  await kit.end(child, completed(), T + 20);
  await kit.endAs(await kit.one(), "completed", T + 30);
  assertEquals((await kit.store.list({})).length, 1);
});

test("with a time, final jobs go when they are older; a requeue starts it anew", async ({ kit, send }) => {
  await send("HSET", "meta", "retain", 100);
  const [old, again] = await kit.add({}, {});
  await endOneByOne(kit, [old!, again!]);
  assertEquals(await kit.requeue(again!, T + 50), "done");
  await kit.end(again!, completed(), T + 60);
  await kit.end(await kit.one({}, T + 150), completed(), T + 150);
  assertEquals((await kit.store.list({})).map((job) => job.id), [again!, 3]);
});

test("a limit that is set later finds the jobs that had ended before", async ({ kit, line, send }) => {
  const ids = await kit.add({}, {}, {}, {});
  await endOneByOne(kit, ids);
  await kit.one();
  await send("HSET", "meta", "history", 2);
  await indexHistory(line, [0]);
  assertEquals(await send("ZCARD", "ended"), 4);
  await kit.endAs(5, "completed", T + 10);
  assertEquals((await kit.store.list({})).map((job) => job.id), [4, 5]);
});

Deno.test({
  name: "redis: a server out of memory takes no jobs, half of none, and what it holds can be worked off",
  ignore: privateRedis === null,
  fn: async () => {
    await using server = await privateRedis!({
      settings: { maxmemory: "12mb", "maxmemory-policy": "noeviction" },
    });
    const { store } = await openStore(`${server.url}?history=10`);
    const kit = new Kit(store, () => Promise.reject());
    const big = { payload: { text: "x".repeat(20_000) } };
    let stored = 0;
    await assertRejects(async () => {
      for (;;) stored += (await kit.add(...Array.from({ length: 50 }, () => big))).length;
    }, DiskFullError);
    assertEquals((await store.stats()).total, stored);
    await server.call("CONFIG", "SET", "maxmemory", "1mb");
    await assertRejects(() => kit.one(), DiskFullError);
    assertEquals(await store.count({}), stored);
    let done = 0;
    for (let jobs = await kit.claim(T); jobs.length > 0; jobs = await kit.claim(T)) {
      const ends = jobs.map(({ id, attempt }) => ({ id, attempt, outcome: completed(), usage: NO_USAGE }));
      done += (await store.finish(ends, T)).filter((end) => end.accepted).length;
    }
    assertEquals(done, stored);
    await store.close();
  },
});
