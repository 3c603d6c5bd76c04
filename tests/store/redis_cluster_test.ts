/** A queue on a cluster: one slot holds it, whatever server has that slot. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../src/core/errors.ts";
import { checkStore } from "../../src/store/check.ts";
import { openStore } from "../../src/store/open.ts";
import { completed, LEASE, newJob, NO_USAGE, T, workerInfo } from "../../src/testing/contract/kit.ts";
import { privateRedis, type RedisServer, until } from "../faults/servers.ts";

const SLOTS = 16_384;
const SERVERS = 3;

/** Servers that know each other and share the slots. */
async function startCluster(): Promise<readonly RedisServer[]> {
  const settings = { "cluster-enabled": "yes", "cluster-node-timeout": 2_000 };
  const servers = await Promise.all(Array.from({ length: SERVERS }, () => privateRedis!({ settings })));
  const [first, ...others] = servers as [RedisServer, ...RedisServer[]];
  for (const [index, server] of servers.entries()) {
    const from = Math.floor(SLOTS * index / SERVERS);
    const to = Math.floor(SLOTS * (index + 1) / SERVERS) - 1;
    await server.call("CLUSTER", "ADDSLOTSRANGE", String(from), String(to));
    await server.call("CLUSTER", "SET-CONFIG-EPOCH", String(index + 1));
  }
  for (const other of others) await first.call("CLUSTER", "MEET", "127.0.0.1", String(other.port));
  for (const server of servers) {
    const look = async (): Promise<boolean> => {
      const info = String(await server.call("CLUSTER", "INFO"));
      return /cluster_state:ok/.test(info) && /cluster_known_nodes:3/.test(info);
    };
    await until(look, "the cluster is whole");
  }
  return servers;
}

Deno.test({
  name: "redis cluster: enqueue, claim, finish, list and watch, through any of its servers",
  ignore: privateRedis === null,
  fn: async () => {
    const servers = await startCluster();
    try {
      const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(",");
      const url = `redis://${hosts}?cluster=true&prefix=one`;
      const { store } = await openStore(url);
      const ended = new AbortController();
      const watch = store.watch(ended.signal)[Symbol.asyncIterator]();
      await watch.next();
      await store.enqueue({ jobs: [newJob({ name: "a" }), newJob({ name: "b" })] }, T);
      await watch.next();
      const { jobs } = await store.claim(
        { worker: workerInfo("w1"), limit: 1, leaseMs: LEASE, routes: ["command"] },
        T,
      );
      assertEquals(jobs.map((job) => job.id), [1]);
      await store.finish([{ id: 1, attempt: 1, outcome: completed(7), usage: NO_USAGE }], T + 1);
      assertEquals((await store.list({})).map((job) => job.status), ["completed", "ready"]);
      assertEquals((await store.list({ name: "a" }))[0]!.result, 7);

      const findings = await Array.fromAsync(checkStore(url, { now: T }));
      assert(
        findings.some(({ check, verdict }) => check === "cluster" && verdict === "ok"),
        JSON.stringify(findings),
      );

      // Without ?cluster=true the one that is asked says that another has the slot.
      const slot = Number(await servers[0]!.call("CLUSTER", "KEYSLOT", "{one}:meta"));
      const holder = Math.floor(slot * SERVERS / SLOTS);
      const other = servers[(holder + 1) % SERVERS]!;
      const error = await assertRejects(() => openStore(`${other.url}?prefix=one`), ConfigError);
      assert(/cluster=true/.test(error.hint!), error.hint);
      ended.abort();
      await watch.return?.();
      await store.close();
    } finally {
      for (const server of servers) await server[Symbol.asyncDispose]();
    }
  },
});
