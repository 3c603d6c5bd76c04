import { assertEquals } from "@std/assert";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { completed, LEASE, newJob, NO_USAGE, T, workerInfo } from "../../src/testing/contract/kit.ts";
import { ownName, redisUrl } from "../servers.ts";
import { deletePrefix, prefixUrl } from "./redis_kit.ts";

const DAY = 86_400_000;

/** Runs so many jobs to their end. */
async function complete(store: Store, count: number, now: number): Promise<void> {
  await store.enqueue({ jobs: Array.from({ length: count }, () => newJob()) }, now);
  const claim = { worker: workerInfo("w1"), limit: count, leaseMs: LEASE, routes: ["command"] };
  const { jobs } = await store.claim(claim, now);
  await store.finish(
    jobs.map(({ id, attempt }) => ({ id, attempt, outcome: completed(), usage: NO_USAGE })),
    now,
  );
}

/** What a test does with stores under one prefix, each opened with other parameters. */
type Body = (using: (query: string, use: (store: Store) => Promise<void>) => Promise<void>) => Promise<void>;

function test(name: string, body: Body): void {
  Deno.test({
    name: `redis retention: ${name}`,
    ignore: redisUrl === null,
    fn: async () => {
      const prefix = ownName();
      try {
        await body(async (query, use) => {
          const { store } = await openStore(`${prefixUrl(prefix)}${query}`);
          await use(store).finally(() => store.close());
        });
      } finally {
        await deletePrefix(prefix);
      }
    },
  });
}

test("only the latest so many final jobs stay, and unfinished ones all", async (using) => {
  await using("&history=3", async (store) => {
    await complete(store, 5, T);
    await complete(store, 2, T + 1);
    await store.enqueue({ jobs: [newJob({ queue: "later" })] }, T + 2);
    await complete(store, 1, T + 3);
    assertEquals(await store.count({ statuses: ["completed"] }), 3);
    assertEquals(await store.count({ statuses: ["ready"] }), 1);
  });
});

test("final jobs go after their time", async (using) => {
  await using("&retain=1d", async (store) => {
    await complete(store, 3, T);
    await complete(store, 1, T + DAY - 1);
    assertEquals(await store.count({}), 4);
    await complete(store, 1, T + DAY + 1);
    assertEquals((await store.list({})).map((job) => job.id), [4, 5]);
  });
});

test("a limit that comes later counts the jobs there are, and stays until it is lifted", async (using) => {
  await using("", (store) => complete(store, 5, T));
  await using("&history=2", (store) => complete(store, 1, T + 1));
  await using("", async (store) => {
    assertEquals(await store.count({}), 2);
    await complete(store, 4, T + 2);
    assertEquals(await store.count({}), 2);
  });
  await using("&history=all", async (store) => {
    await complete(store, 5, T + 3);
    assertEquals(await store.count({}), 7);
  });
});
