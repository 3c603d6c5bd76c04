/** What happens to calls when the way to the server breaks. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConfigError, type GigqError, UnavailableError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import { until } from "../faults/process.ts";
import { Proxy } from "../faults/proxy.ts";
import { ownName, postgresUrl } from "../servers.ts";
import { dropSchema, query, schemaUrl } from "./postgres_kit.ts";

const SHARED = { ignore: postgresUrl === null };

interface Way {
  readonly schema: string;
  readonly proxy: Proxy;
  /** Reached through the proxy. */
  readonly store: Store;
}

/** A store that is reached through a proxy, and has a job. */
async function withProxy(parameters: string, test: (way: Way) => Promise<void>): Promise<void> {
  const schema = ownName();
  const url = schemaUrl(schema);
  const { host, port } = { host: new URL(url).hostname, port: Number(new URL(url).port || 5432) };
  assert(["127.0.0.1", "localhost"].includes(host), "the proxy leads to this machine");
  await using proxy = new Proxy(port);
  try {
    const { store } = await openStore(`${proxy.through(url)}&${parameters}`);
    await add(store);
    try {
      await test({ schema, proxy, store });
    } finally {
      await store.close();
    }
  } finally {
    await dropSchema(schema);
  }
}

async function add(store: Store): Promise<void> {
  await store.enqueue({ jobs: [newJob()] }, T);
}

async function jobsIn(schema: string): Promise<unknown> {
  return (await query(`SELECT count(*)::int AS jobs FROM ${schema}.jobs`))[0]!.jobs;
}

Deno.test(
  "postgres: a commit whose answer is lost stands, and is not made again",
  SHARED,
  () =>
    withProxy("", async ({ schema, proxy, store }) => {
      const lost = proxy.cutAnswer("COMMIT");
      const { jobs } = await store.enqueue({ jobs: [newJob({ name: "once" })] }, T);
      await lost;
      assertEquals(await jobsIn(schema), 2);
      assertEquals((await store.list({ name: "once" })).map((job) => job.id), [jobs[0]!.id]);
    }),
);

Deno.test(
  "postgres: a commit that never arrived is made again",
  SHARED,
  () =>
    withProxy("", async ({ schema, proxy, store }) => {
      const lost = proxy.cutBefore("COMMIT");
      await add(store);
      await lost;
      assertEquals(await jobsIn(schema), 2);
    }),
);

Deno.test(
  "postgres: when the server stays away after a lost commit, nobody pretends to know",
  SHARED,
  () =>
    withProxy("", async ({ schema, proxy }) => {
      const { store } = await openStore(`${proxy.through(schemaUrl(schema))}&timeout=2s`, {
        busyTimeoutMs: 2_000,
      });
      const lost = proxy.cutAnswer("COMMIT").then(() => proxy.refuse());
      const error = await assertRejects(() => add(store), UnavailableError);
      await lost;
      assert(error.message.includes("may or may not"), error.message);
      proxy.forward();
      assertEquals(await jobsIn(schema), 2);
      await store.close();
    }),
);

Deno.test(
  "postgres: connections that died while they were idle are replaced",
  SHARED,
  () =>
    withProxy("", async ({ schema, proxy, store }) => {
      proxy.cut();
      await add(store);
      proxy.cut();
      assertEquals((await store.list({})).length, 2);
      assertEquals(await jobsIn(schema), 2);
    }),
);

Deno.test(
  "postgres: a server that does not answer is given up in time, and holds nothing",
  SHARED,
  () =>
    withProxy("timeout=2s", async ({ schema, proxy, store }) => {
      proxy.freeze();
      const error = await assertRejects(() => store.list({}), UnavailableError);
      assert(!error.down);
      await assertRejects(() => add(store), UnavailableError);
      proxy.forward();
      await add(store);
      assertEquals(await jobsIn(schema), 2);
      // Needs the lock that every transaction holds.
      await store.cancel([1], T);
    }),
);

Deno.test(
  "postgres: a store that is gone, or another one, is not taken for ours",
  SHARED,
  () =>
    withProxy("", async ({ schema, proxy, store }) => {
      const refusal = async (call: () => Promise<unknown>): Promise<string> =>
        (await assertRejects(call, ConfigError) as GigqError).message;
      await query(`UPDATE ${schema}.store SET id = '${crypto.randomUUID()}'`);
      // On a connection that was checked before, too: a pooler may have led it elsewhere.
      assert((await refusal(() => add(store))).includes("Another store"));
      proxy.cut();
      assert((await refusal(() => store.list({}))).includes("Another store"));
      await query(`DROP SCHEMA ${schema} CASCADE`);
      for (const call of [() => add(store), () => store.list({}), () => store.cancel([1], T)]) {
        assert((await refusal(call)).includes("is gone"));
      }
      proxy.cut();
      assert((await refusal(() => add(store))).includes("is gone"));
      assertEquals(await query(`SELECT FROM pg_namespace WHERE nspname = '${schema}'`), []);
    }),
);

Deno.test(
  "postgres: after close nothing is called any more, and what was called has ended",
  SHARED,
  async () => {
    const schema = ownName();
    const { store } = await openStore(schemaUrl(schema));
    const calls = [add(store), store.list({}), add(store)];
    await Promise.all([store.close(), ...calls]);
    assertEquals(await jobsIn(schema), 2);
    await assertRejects(() => add(store), UnavailableError);
    await assertRejects(() => store.list({}), UnavailableError);
    await store.close();
    await dropSchema(schema);
  },
);

Deno.test(
  "postgres: a close waits for a call that is between two tries, and leaves no connection",
  SHARED,
  () =>
    withProxy("", async ({ schema, proxy }) => {
      const { store } = await openStore(`${proxy.through(schemaUrl(schema))}&application_name=${schema}`);
      const lost = proxy.cutAnswer("COMMIT");
      const cancelled = store.cancel([1], T);
      await Promise.all([lost, store.close()]);
      assertEquals((await cancelled)[0]!.result, "done");
      // Sessions take a moment to end.
      const sessions = `SELECT FROM pg_stat_activity WHERE application_name = '${schema}'`;
      await until(async () => (await query(sessions)).length === 0, "its sessions have ended");
    }),
);

Deno.test(
  "postgres: what was known of a server that came back as an older copy of itself is read anew",
  SHARED,
  () =>
    withProxy("", async ({ schema, proxy, store }) => {
      // Seen by the store before it is used again.
      proxy.cut();
      await query(`DELETE FROM ${schema}.lanes; DELETE FROM ${schema}.policies`);
      await add(store);
      const [{ lanes, policies }] = await query(`
        SELECT (SELECT count(*)::int FROM ${schema}.lanes) AS lanes,
          (SELECT count(*)::int FROM ${schema}.policies) AS policies`) as [Record<string, number>];
      assertEquals([lanes, policies], [1, 1]);
    }),
);
