import { assertEquals } from "@std/assert";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import { ownName, postgresUrl } from "../servers.ts";
import { until } from "../faults/process.ts";
import { dropSchema, query, schemaUrl } from "./postgres_kit.ts";

const SHARED = { ignore: postgresUrl === null };

/** Two users of one schema. */
async function withTwo(
  parameters: string,
  test: (one: Store, other: Store, schema: string) => Promise<void>,
): Promise<void> {
  const schema = ownName();
  const stores: Store[] = [];
  try {
    for (let i = 0; i < 2; i++) stores.push((await openStore(`${schemaUrl(schema)}${parameters}`)).store);
    await test(stores[0]!, stores[1]!, schema);
  } finally {
    for (const store of stores) await store.close();
    await dropSchema(schema);
  }
}

/** Looks whenever it is woken; never ends when a wake-up is missing. */
async function jobsAre(store: Store, count: number): Promise<void> {
  const stop = new AbortController();
  for await (const _ of store.watch(stop.signal)) {
    if (await store.count({}) === count) stop.abort();
  }
}

/** The sessions that listen for changes of this store: other tests have theirs on the same server. */
async function listeners(schema: string): Promise<readonly unknown[]> {
  const found = await query(`
    SELECT pid FROM pg_stat_activity, "${schema}".store WHERE query = 'LISTEN gigq_' || replace(id::text, '-', '')`);
  return found.map(({ pid }) => pid);
}

Deno.test(
  "postgres: a change by one process wakes those that watch in another",
  SHARED,
  () =>
    withTwo("", async (one, other) => {
      const seen = jobsAre(other, 1);
      await one.enqueue({ jobs: [newJob()] }, T);
      await seen;
    }),
);

Deno.test(
  "postgres: where nothing can be listened to, those who watch look by themselves",
  SHARED,
  () =>
    withTwo("&listen=false", async (one, other) => {
      const seen = jobsAre(other, 1);
      await one.enqueue({ jobs: [newJob()] }, T);
      await seen;
    }),
);

Deno.test(
  "postgres: who listens, listens again after the connection broke; nobody listens unwatched",
  SHARED,
  () =>
    withTwo("", async (one, other, schema) => {
      const mine = (): Promise<readonly unknown[]> => listeners(schema);
      const seen = jobsAre(other, 1);
      await until(async () => (await mine()).length === 1, "somebody listens");
      const [first] = await mine();
      await query(`SELECT pg_terminate_backend(${first})`);
      await until(async () => (await mine()).some((pid) => pid !== first), "somebody listens again");
      await one.enqueue({ jobs: [newJob()] }, T);
      await seen;
      await until(async () => (await mine()).length === 0, "nobody listens any more");
    }),
);

Deno.test("postgres: closing a store ends its watches", SHARED, () =>
  withTwo("", async (one) => {
    const seen = jobsAre(one, 99);
    await one.enqueue({ jobs: [newJob()] }, T);
    await one.close();
    await seen;
    assertEquals(await Array.fromAsync(one.watch(new AbortController().signal)), []);
  }));
