import { assert, assertEquals } from "@std/assert";
import type { Finding } from "../../src/core/ports.ts";
import { checkStore } from "../../src/store/check.ts";
import { openStore } from "../../src/store/open.ts";
import { LEASE, newJob, workerInfo } from "../../src/testing/contract/kit.ts";
import { added } from "../../src/testing/contract/schedules_kit.ts";
import { freePort, privateRedis, type RedisServer } from "../faults/servers.ts";

const NOW = Date.now();
const HOUR = 3_600_000;

function check(url: string): Promise<Finding[]> {
  return Array.fromAsync(checkStore(url, { now: NOW }));
}

/** The findings of one check, each as `verdict: message`. */
async function told(url: string, name: string): Promise<string> {
  const findings = (await check(url)).filter((finding) => finding.check === name);
  return findings.map(({ verdict, message }) => `${verdict}: ${message}`).join("\n");
}

function test(name: string, fn: (server: RedisServer) => Promise<void>): void {
  Deno.test({
    name: `redis doctor: ${name}`,
    ignore: privateRedis === null,
    fn: async () => {
      await using server = await privateRedis!();
      await fn(server);
    },
  });
}

test("all is well with a queue on a server that writes every change", async (server) => {
  await (await openStore(server.url)).store.close();
  const findings = await check(server.url);
  assertEquals(findings.map(({ check, verdict }) => `${check} ${verdict}`), [
    "server ok",
    "persistence ok",
    "memory ok",
    "replicas ok",
    "store ok",
    "leases ok",
    "waiting ok",
  ]);
});

test("a prefix without a queue is no problem, and stays without", async (server) => {
  assert((await told(server.url, "store")).startsWith("warning: "));
  assertEquals(await server.call("DBSIZE"), 0);
});

test("it tells how much a crash loses", async (server) => {
  await server.call("CONFIG", "SET", "appendfsync", "everysec");
  assert(/^ok: .*up to a second/.test(await told(server.url, "persistence")));
  await server.call("CONFIG", "SET", "appendfsync", "no");
  assert(/^warning: .*30 seconds/.test(await told(server.url, "persistence")));
  await server.call("CONFIG", "SET", "appendonly", "no");
  assert(/^problem: .*memory only/.test(await told(server.url, "persistence")));
  await server.call("CONFIG", "SET", "save", "3600 1");
  assert(/^warning: .*save 3600 1/.test(await told(server.url, "persistence")));
});

test("a server that deletes keys to make room is a problem once it has a limit", async (server) => {
  await server.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  assert(/^warning: .*allkeys-lru/.test(await told(server.url, "memory")));
  await server.call("CONFIG", "SET", "maxmemory", "1gb");
  assert(/^problem: .*allkeys-lru/.test(await told(server.url, "memory")));
  await server.call("CONFIG", "SET", "maxmemory-policy", "noeviction");
  assert(/^ok: .*of 1\.0 GiB used/.test(await told(server.url, "memory")));
  await server.call("CONFIG", "SET", "maxmemory", "1mb");
  assert(/^warning: .*soon no job/.test(await told(server.url, "memory")));
});

test("a replica is no place for a queue", async (server) => {
  await server.call("REPLICAOF", "127.0.0.1", String(freePort()));
  assert(/^problem: .*replica/.test(await told(server.url, "replicas")));
});

test("what it may not ask it cannot tell", async (server) => {
  await server.call("ACL", "SETUSER", "ann", "on", ">pw", "~{gigq}:*", "+@all", "-config");
  const url = `redis://ann:pw@127.0.0.1:${server.port}`;
  assert(/^warning: .*may not ask for appendfsync/.test(await told(url, "persistence")));
  await server.call("ACL", "SETUSER", "ann", "-info");
  assert(/^ok: .*may not ask for its version/.test(await told(url, "server")));
  assertEquals(await told(url, "persistence"), "");
});

test("a server that is not there, a queue that has moved", async (server) => {
  assert(/^problem: .*not running/.test(await told(`redis://127.0.0.1:${freePort()}`, "server")));
  const { store } = await openStore(server.url);
  await store.transfer!.become({ type: "open" }, { type: "moved", to: "postgres://db/jobs" });
  await store.close();
  const findings = await check(server.url);
  assert(/has moved to postgres:\/\/db\/jobs/.test(findings.at(-1)!.message), findings.at(-1)!.message);
  assertEquals(findings.at(-1)!.verdict, "problem");
});

test("jobs whose worker is lost, queues that are paused or that nobody serves", async (server) => {
  const { store } = await openStore(server.url);
  await store.enqueue(
    { jobs: [newJob(), newJob({ queue: "held" }), newJob({ queue: "alone" })] },
    NOW - 2 * HOUR,
  );
  const claim = {
    worker: workerInfo("w1"),
    limit: 1,
    leaseMs: LEASE,
    routes: ["command"],
    queues: ["default"],
  };
  await store.claim(claim, NOW - HOUR);
  await store.pause("held", true);
  await store.close();
  assert(/^problem: 1 running job lost the worker/.test(await told(server.url, "leases")));
  const waiting = await told(server.url, "waiting");
  assert(/^warning: 1 ready job in queue held, which is paused$/m.test(waiting), waiting);
  assert(/^warning: 1 job of command in queue alone ready since 2 hours ago/m.test(waiting), waiting);
});

test("schedules that nobody fires", async (server) => {
  const { store } = await openStore(server.url);
  await added(store, "paused");
  await added(store, "recent", { nextAt: NOW - 60_000 });
  await added(store, "ahead", { nextAt: NOW + HOUR });
  assertEquals(await told(server.url, "schedules"), "ok: No schedule is overdue; there are 3");
  await added(store, "nightly 🦊", { nextAt: NOW - 2 * HOUR });
  const one = await told(server.url, "schedules");
  assert(/^warning: Schedule "nightly 🦊" was due 2 hours ago/.test(one), one);
  await added(store, "hourly", { nextAt: NOW - HOUR });
  const two = await told(server.url, "schedules");
  assert(/^warning: 2 schedules are overdue.*"nightly 🦊" was due 2 hours ago$/.test(two), two);
  await store.close();
});
