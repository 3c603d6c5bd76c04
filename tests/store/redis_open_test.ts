/** Opening a store on Redis, and every way in which it fails. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  BusyError,
  ConfigError,
  DiskFullError,
  type GigqError,
  UnavailableError,
} from "../../src/core/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import { freePort, privateRedis, type RedisServer, until } from "../faults/servers.ts";
import { ownName, redisUrl } from "../servers.ts";
import { command, deletePrefix, prefixUrl } from "./redis_kit.ts";

type ErrorClass = new (...args: never[]) => GigqError;

async function assertFails(
  location: string,
  type: ErrorClass,
  message: RegExp,
  hint: RegExp,
): Promise<GigqError> {
  const error = await assertRejects(() => openStore(location), type as new () => GigqError);
  assert(message.test(error.message), error.message);
  assert(hint.test(error.hint ?? ""), error.hint);
  assert(!/secret/.test(`${error.message} ${error.hint} ${error.cause}`), error.message);
  return error;
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `redis open: ${name}`, ignore: redisUrl === null, fn });
}

function testPrivately(name: string, fn: (server: RedisServer) => Promise<void>, password?: string): void {
  Deno.test({
    name: `redis open: ${name}`,
    ignore: privateRedis === null,
    fn: async () => {
      await using server = await privateRedis!(password === undefined ? {} : { password });
      await fn(server);
    },
  });
}

test("nothing is made where nothing shall be", async () => {
  const prefix = ownName();
  const open = (): Promise<unknown> => openStore(prefixUrl(prefix), { create: false });
  const error = await assertRejects(open, UnavailableError);
  assert(error.message.includes(prefix), error.message);
  assertEquals(await command("EXISTS", [`{${prefix}}:meta`]), 0);
});

test("of many first openings one makes the store, and all get it", async () => {
  const prefix = ownName();
  const opened = await Promise.all(Array.from({ length: 8 }, () => openStore(prefixUrl(prefix))));
  try {
    const identities = await Promise.all(opened.map(({ store }) => store.transfer!.identity()));
    assertEquals(new Set(identities.map(({ id }) => id)).size, 1);
  } finally {
    await Promise.all(opened.map(({ store }) => store.close()));
    await deletePrefix(prefix);
  }
});

testPrivately("a password that nobody asks for is no reason to warn", async (server) => {
  const warned: unknown[] = [];
  const { warn } = console;
  console.warn = (...words) => warned.push(words);
  try {
    const { store } = await openStore(server.url.replace("://", "://:needless@"));
    await store.close();
  } finally {
    console.warn = warn;
  }
  assertEquals(warned, []);
});

test("the time is that of the server", async () => {
  const prefix = ownName();
  const { store, now } = await openStore(prefixUrl(prefix));
  try {
    const before = now!();
    const [seconds, micros] = await command("TIME", []) as [string, string];
    const there = Number(seconds) * 1_000 + Number(micros) / 1_000;
    assert(Math.abs(there - before) < 60_000, `${before} here, ${there} there`);
  } finally {
    await store.close();
    await deletePrefix(prefix);
  }
});

test("keys of others, a newer schema", async () => {
  const prefix = ownName();
  const key = `{${prefix}}:meta`;
  try {
    await command("SET", [key, "theirs"]);
    await assertFails(prefixUrl(prefix), ConfigError, /GigQ did not write/, /another prefix/);
    await command("DEL", [key]);
    await command("HSET", [key, "id", "x"]);
    await assertFails(prefixUrl(prefix), ConfigError, /GigQ did not write/, /another prefix/);
    await command("HSET", [key, "schema", 99, "state", '{"type":"open"}']);
    await assertFails(prefixUrl(prefix), ConfigError, /newer GigQ: its schema is 99/, /newer/);
  } finally {
    await deletePrefix(prefix);
  }
});

test("a closed store says so", async () => {
  const prefix = ownName();
  const { store } = await openStore(prefixUrl(prefix));
  await Promise.all([store.close(), store.close()]);
  const error = await assertRejects(() => store.stats(), UnavailableError);
  assert(/closed/.test(error.message), error.message);
  await deletePrefix(prefix);
});

testPrivately("one server is no cluster", async (server) => {
  const location = `${server.url}${server.url.includes("?") ? "&" : "?"}cluster=true`;
  await assertFails(location, ConfigError, /is no part of a cluster/, /^Leave out \?cluster=true$/);
});

Deno.test("redis open: nobody listens, no such host, a certificate that is not there", async () => {
  const error = await assertFails(
    `redis://:secret@127.0.0.1:${freePort()}/2?prefix=a`,
    UnavailableError,
    /^Redis 127\.0\.0\.1:\d+\/2 \(prefix a\) is not running/,
    /Start the server/,
  );
  assertEquals((error as UnavailableError).down, true);
  const lost = await assertFails(
    "redis://:secret@no-such-host.invalid",
    UnavailableError,
    /no such host/,
    /host/,
  );
  assertEquals((lost as UnavailableError).down, false);
  await assertFails(
    "rediss://h?ca=/no/such.pem",
    ConfigError,
    /certificate \/no\/such\.pem cannot be read/,
    /ca=/,
  );
});

testPrivately("no password, a wrong one, an unknown user", async (server) => {
  const place = `127.0.0.1:${server.port}`;
  await assertFails(`redis://${place}`, ConfigError, /wants a password/, /PASSWORD@/);
  await assertFails(`redis://:secret@${place}`, ConfigError, /does not know this user/, /Correct/);
  await assertFails(`redis://ann:secret@${place}`, ConfigError, /does not know this user/, /Correct/);
  await (await openStore(server.url)).store.close();
}, "right");

testPrivately("a user without rights, and one with those that the hint names", async (server) => {
  await server.call("ACL", "SETUSER", "ann", "on", ">pw", "~other:*", "+@all");
  const url = `redis://ann:pw@127.0.0.1:${server.port}`;
  const error = await assertFails(url, ConfigError, /does not allow ann/, /ACL SETUSER ann /);
  const rights = /ACL SETUSER ann (.*)$/.exec(error.hint!)![1]!.split(" ");
  await server.call("ACL", "SETUSER", "ann", "reset", "on", ">pw", ...rights);
  const { store } = await openStore(url);
  await store.enqueue({ jobs: [newJob()] }, T);
  assertEquals(await store.count({}), 1);
  await store.close();
});

testPrivately("a user with the rights of docs/backends.md", async (server) => {
  const page = await Deno.readTextFile(new URL("../../docs/backends.md", import.meta.url));
  const words = /`(ACL SETUSER gigq [^`]+)`/.exec(page)![1]!.split(" ");
  await server.call(...words as [string, ...string[]]);
  const { store } = await openStore(`redis://gigq:PASSWORD@127.0.0.1:${server.port}`);
  await store.enqueue({ jobs: [newJob()] }, T);
  assertEquals(await store.count({}), 1);
  await store.close();
});

testPrivately("a database that is not there, never another one instead", async (server) => {
  await assertFails(`${server.url}/999`, ConfigError, /has no database 999/, /lower/);
  assertEquals(await server.call("DBSIZE"), 0);
});

testPrivately("a server without memory refuses jobs, and takes them when there is some", async (server) => {
  const { store } = await openStore(server.url);
  await server.call("CONFIG", "SET", "maxmemory", "1");
  const error = await assertRejects(() => store.enqueue({ jobs: [newJob()] }, T), DiskFullError);
  assert(/maxmemory/.test(error.message), error.message);
  assertEquals(await store.count({}), 0);
  await server.call("CONFIG", "SET", "maxmemory", "0");
  await store.enqueue({ jobs: [newJob()] }, T);
  assertEquals(await store.count({}), 1);
  await store.close();
});

testPrivately("a script of somebody else holds the server up", async (server) => {
  const { store } = await openStore(`${server.url}?timeout=2s`);
  await server.call("CONFIG", "SET", "busy-reply-threshold", "10");
  const loop = command("EVAL", ["while true do end", "0"], server.url).catch(() => {});
  const ping = (): Promise<unknown> => command("PING", [], server.url);
  await until(() => ping().then(() => false, (error) => /BUSY/.test(error.message)), "it is busy");
  const error = await assertRejects(() => store.stats(), BusyError);
  assert(/busy with a script/.test(error.message), error.message);
  await command("SCRIPT", ["KILL"], server.url);
  await loop;
  assertEquals((await store.stats()).total, 0);
  await store.close();
});

testPrivately("a replica takes no changes", async (server) => {
  const { store } = await openStore(`${server.url}?timeout=2s`);
  await server.call("REPLICAOF", "127.0.0.1", String(freePort()));
  const error = await assertRejects(() => store.enqueue({ jobs: [newJob()] }, T), UnavailableError);
  assert(/is a replica/.test(error.message), error.message);
  await store.close();
});
