import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { nameOf } from "../../src/store/redis/errors.ts";
import { parseRedisUrl } from "../../src/store/redis/url.ts";

Deno.test("redis url: host, port, database and prefix have defaults", () => {
  const url = parseRedisUrl("redis://");
  assertEquals(url.hosts, [{ host: "127.0.0.1", port: 6379 }]);
  assertEquals([url.db, url.prefix, url.tls, url.cluster, url.sentinel], [
    0,
    "{gigq}",
    false,
    false,
    undefined,
  ]);
  assertEquals([url.history, url.retainMs, url.timeoutMs], [null, null, 10_000]);
  assertEquals(nameOf(url), "Redis 127.0.0.1:6379/0 (prefix gigq)");
});

Deno.test("redis url: every part is read", () => {
  const url = parseRedisUrl(
    "rediss://ann:p%40ss%3A%2F@db.example:7000/3?prefix=a.b&ca=/etc/ca.pem&history=10&retain=7d&timeout=2s",
  );
  assertEquals(url.hosts, [{ host: "db.example", port: 7000 }]);
  assertEquals([url.username, url.password, url.db, url.tls], ["ann", "p@ss:/", 3, true]);
  assertEquals([url.prefix, url.ca, url.history], ["{a.b}", "/etc/ca.pem", 10]);
  assertEquals([url.retainMs, url.timeoutMs], [7 * 86_400_000, 2_000]);
  assertEquals(parseRedisUrl("redis://[::1]:7000").hosts, [{ host: "::1", port: 7000 }]);
  assertEquals(parseRedisUrl("redis://:secret@h").password, "secret");
  assertEquals(parseRedisUrl("redis://h?history=all&retain=all").history, "all");
});

Deno.test("redis url: Valkey has schemes of its own", () => {
  assertEquals(parseRedisUrl("valkey://h").tls, false);
  assertEquals(parseRedisUrl("VALKEYS://h").tls, true);
});

Deno.test("redis url: a cluster and sentinels have several hosts", () => {
  const cluster = parseRedisUrl("redis://a,b:7001?cluster=true");
  assertEquals(cluster.hosts, [{ host: "a", port: 6379 }, { host: "b", port: 7001 }]);
  const watched = parseRedisUrl("redis://a,b?sentinel=mine");
  assertEquals(watched.hosts.map(({ port }) => port), [26379, 26379]);
  assertEquals(watched.sentinel, "mine");
});

Deno.test("redis url: what makes no sense is named, and the password never", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["redis://u:secret@h?bad=1", /no parameter "bad"/],
    ["redis://u:secret@h?prefix=a&prefix=b", /prefix is there twice/],
    ["redis://u:secret@h?prefix=", /prefix is empty/],
    ["redis://u:secret@h?prefix=a%7Bb", /prefix "a\{b" is unfit/],
    ["redis://u:secret@h/x", /"x" is not the number of a database/],
    ["redis://u:secret@h:99999", /a host in it/],
    ["redis://u:secret@a,b", /several hosts/],
    ["redis://u:secret@h/1?cluster=true", /only database 0/],
    ["redis://u:secret@h?cluster=yes", /cluster is "yes"/],
    ["redis://u:secret@h?cluster=true&sentinel=m", /exclude each other/],
    ["redis://u:secret@h?history=-1", /history is "-1"/],
    ["redis://u:secret@h?retain=long", /retain is "long"/],
    ["redis://u:secret@h?timeout=1ms", /timeout is "1ms"/],
    ["redis://u:secret@h?timeout=10m", /timeout is "10m"/],
    ["redis://u:%secret@h", /followed by two digits/],
    ["redis://u:secret/more@h", /hold a \/ or \?/],
    ["redis://u:secret?more@h", /hold a \/ or \?/],
    ["redis://:a@b?secret@h", /hold a \/ or \?/],
    ["redis://:a@b?secret=more@h", /hold a \/ or \?/],
  ];
  for (const [location, message] of cases) {
    const error = assertThrows(() => parseRedisUrl(location), UsageError);
    assert(message.test(error.message), `${location}: ${error.message}`);
    assert(!/secret|more/.test(`${error.message} ${error.hint}`), error.message);
    assert(error.hint !== undefined, location);
  }
});
