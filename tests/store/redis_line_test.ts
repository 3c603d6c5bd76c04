/** Connections that break: nothing is lost, nothing is done twice, nobody hangs. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConfigError, UnavailableError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { completed, LEASE, newJob, NO_USAGE, T, workerInfo } from "../../src/testing/contract/kit.ts";
import { Proxy } from "../faults/proxy.ts";
import { privateRedis, type RedisServer } from "../faults/servers.ts";

interface Place {
  readonly server: RedisServer;
  readonly proxy: Proxy;
  readonly store: Store;
}

function test(name: string, query: string, fn: (place: Place) => Promise<void>): void {
  Deno.test({
    name: `redis line: ${name}`,
    ignore: privateRedis === null,
    fn: async () => {
      await using server = await privateRedis!();
      await using proxy = new Proxy(server.port);
      const { store } = await openStore(`${proxy.through(server.url)}${query}`);
      try {
        await fn({ server, proxy, store });
      } finally {
        await store.close();
      }
    },
  });
}

const claimOne = (store: Store): ReturnType<Store["claim"]> =>
  store.claim({ worker: workerInfo("w1"), limit: 1, leaseMs: LEASE, routes: ["command"] }, T);

for (const loses of ["cutBefore", "cutAnswer"] as const) {
  const what = loses === "cutBefore" ? "request" : "answer";

  test(`an enqueue whose ${what} was lost is done once`, "", async ({ proxy, store }) => {
    const cut = proxy[loses]("lost-payload");
    const { jobs } = await store.enqueue({ jobs: [newJob({ payload: { argv: ["lost-payload"] } })] }, T);
    await cut;
    assertEquals(jobs, [{ id: 1, created: true }]);
    assertEquals(await store.count({}), 1);
  });

  test(`a claim and a finish whose ${what} was lost are done once`, "", async ({ proxy, store }) => {
    await store.enqueue({ jobs: [newJob(), newJob()] }, T);
    const cutClaim = proxy[loses]("EVALSHA");
    const { jobs: [claimed] } = await claimOne(store);
    await cutClaim;
    assertEquals([claimed!.id, claimed!.attempt], [1, 1]);
    assertEquals(await store.count({ statuses: ["running"] }), 1);
    const cutFinish = proxy[loses]("EVALSHA");
    const ended = await store.finish([{ id: 1, attempt: 1, outcome: completed(), usage: NO_USAGE }], T + 1);
    await cutFinish;
    assertEquals(ended, [{ id: 1, accepted: true, status: "completed" }]);
    assertEquals((await store.attempts(1)).length, 1);
  });
}

test("a call is not made again once the server may have forgotten it", "", async ({ proxy, store }) => {
  const { now } = Date;
  // From then on the server knows the script.
  await store.enqueue({ jobs: [newJob()] }, T);
  const slept = proxy.cutAnswer("asleep").then(() => Date.now = () => now() + 3 * 60_000);
  try {
    const job = newJob({ payload: { argv: ["asleep"] } });
    await assertRejects(() => store.enqueue({ jobs: [job] }, T), UnavailableError);
    await slept;
  } finally {
    Date.now = now;
  }
  assertEquals(await store.count({}), 2);
});

test("scripts that the server forgot are sent again", "", async ({ server, store }) => {
  await store.enqueue({ jobs: [newJob()] }, T);
  await server.call("SCRIPT", "FLUSH");
  await store.enqueue({ jobs: [newJob()] }, T);
  assertEquals(await store.count({}), 2);
});

test("a server that was killed and started again is found", "", async ({ server, store }) => {
  await store.enqueue({ jobs: [newJob()] }, T);
  await server.kill();
  const counted = store.count({});
  await server.start();
  assertEquals(await counted, 1);
});

test(
  "a server that stays away is given up after the deadline, and is down",
  "?timeout=2s",
  async ({ proxy, server, store }) => {
    await server.kill();
    proxy.cut();
    // The proxy takes connections and ends them: whether the server is down cannot be seen from here.
    assertEquals((await assertRejects(() => store.stats(), UnavailableError)).down, false);
    await server.start();
    assertEquals((await store.stats()).total, 0);
  },
);

test(
  "a half-open connection is cut, and the call made again on another",
  "?timeout=2s",
  async ({ proxy, store }) => {
    await store.enqueue({ jobs: [newJob()] }, T);
    const before = proxy.connections;
    proxy.freeze();
    const counted = store.count({});
    proxy.forward();
    assertEquals(await counted, 1);
    assert(proxy.connections > before);
  },
);

test(
  "where nothing comes through, all calls end with one error",
  "?timeout=2s",
  async ({ proxy, store }) => {
    proxy.freeze();
    const calls = await Promise.allSettled([store.stats(), store.count({}), store.list({})]);
    for (const call of calls) {
      assert(call.status === "rejected" && call.reason instanceof UnavailableError, String(call));
      assert(/does not answer/.test(call.reason.message), call.reason.message);
    }
    proxy.forward();
    assertEquals((await store.stats()).total, 0);
  },
);

test(
  "a server that stands still is given up, and goes on where it was",
  "?timeout=2s",
  async ({ server, store }) => {
    server.pause();
    const error = await assertRejects(() => store.stats(), UnavailableError);
    assertEquals(error.down, false);
    server.resume();
    assertEquals((await store.stats()).total, 0);
  },
);

test("a close waits for the calls made before", "", async ({ store }) => {
  const stored = store.enqueue({ jobs: [newJob()] }, T);
  await store.close();
  assertEquals((await stored).jobs.length, 1);
});

test("a server that lost everything is refused by whoever had opened it", "", async ({ server, store }) => {
  await store.enqueue({ jobs: [newJob()] }, T);
  const { id } = await store.transfer!.identity();
  await server.call("FLUSHALL");
  for (
    const call of [() => store.enqueue({ jobs: [newJob()] }, T), () => claimOne(store), () => store.stats()]
  ) {
    const error = await assertRejects<Error>(call, ConfigError);
    assert(/has lost the queue/.test(error.message), error.message);
  }
  assertEquals(await server.call("DBSIZE"), 0);
  const { store: anew } = await openStore(server.url);
  assert((await anew.transfer!.identity()).id !== id);
  await assertRejects(() => store.stats(), ConfigError);
  await anew.close();
});
