/** The tools themselves: what they break is broken, and what they leave alone goes on. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import pg from "pg";
import { Proxy } from "./proxy.ts";
import { PASSWORD, privatePostgres, privateRedis } from "./servers.ts";

const NO_POSTGRES = privatePostgres === null;
const NO_REDIS = privateRedis === null;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function query(url: string, text: string): Promise<unknown> {
  const client = await connect(url);
  try {
    return (await client.query(text)).rows[0];
  } finally {
    await client.end();
  }
}

Deno.test({
  name: "a private PostgreSQL is killed, and comes back with what was committed",
  ignore: NO_POSTGRES,
  fn: async () => {
    await using server = await privatePostgres!();
    const client = await connect(server.url);
    await client.query("CREATE TABLE kept AS SELECT 7 AS n");
    await server.restart();
    await assertRejects(() => client.query("SELECT 1"));
    assertEquals(await query(server.url, "SELECT n FROM kept"), { n: 7 });
    server.pause();
    const answer = query(server.url, "SELECT n FROM kept");
    server.resume();
    assertEquals(await answer, { n: 7 });
  },
});

Deno.test({
  name: "a private PostgreSQL asks for the password and for TLS",
  ignore: NO_POSTGRES,
  fn: async () => {
    await using server = await privatePostgres!({ auth: "scram-sha-256", tls: "only" });
    const encrypted = { connectionString: server.url, ssl: { rejectUnauthorized: false } };
    const client = new pg.Client(encrypted);
    await client.connect();
    await client.end();
    await assertRejects(() => connect(server.url), Error, "no encryption");
    const wrong = new pg.Client({
      ...encrypted,
      connectionString: server.url.replace(`:${PASSWORD}@`, ":wrong@"),
    });
    await assertRejects(() => wrong.connect(), Error, "password authentication failed");
  },
});

Deno.test({
  name: "a private Redis is killed, and comes back with what was written",
  ignore: NO_REDIS,
  fn: async () => {
    await using server = await privateRedis!({ password: PASSWORD });
    await server.call("SET", "kept", "7");
    await server.restart();
    assertEquals(await server.call("GET", "kept"), "7");
  },
});

Deno.test({
  name: "the proxy cuts, loses the answer to one commit, refuses and leads elsewhere",
  ignore: NO_POSTGRES,
  fn: async () => {
    await using server = await privatePostgres!();
    await using proxy = new Proxy(server.port);
    const url = proxy.through(server.url);
    await query(url, "CREATE TABLE kept (n int)");
    const lose = async (sprung: Promise<void>, n: number): Promise<void> => {
      const client = await connect(url);
      await assertRejects(() => client.query(`INSERT INTO kept VALUES (${n})`));
      await sprung;
    };
    await lose(proxy.cutBefore("INSERT"), 1);
    await lose(proxy.cutAnswer("INSERT"), 2);
    assertEquals(await query(url, "SELECT array_agg(n) AS n FROM kept"), { n: [2] });
    proxy.refuse();
    await assertRejects(() => connect(url));
    proxy.forward();
    await using other = await privatePostgres!();
    proxy.retarget(other.port);
    await assertRejects(() => query(url, "SELECT n FROM kept"), Error, "does not exist");
  },
});

Deno.test({
  name: "the proxy freezes: connections stay and say nothing, later ones work",
  ignore: NO_REDIS,
  fn: async () => {
    await using server = await privateRedis!();
    await using proxy = new Proxy(server.port);
    const ping = async (socket: Deno.TcpConn): Promise<string> => {
      await socket.write(new TextEncoder().encode("PING\r\n"));
      const buffer = new Uint8Array(16);
      return new TextDecoder().decode(buffer.subarray(0, (await socket.read(buffer)) ?? 0));
    };
    using first = await Deno.connect({ port: proxy.port });
    assertEquals(await ping(first), "+PONG\r\n");
    proxy.freeze();
    let heard = false;
    const frozen = ping(first).then(() => heard = true, () => {});
    proxy.forward();
    using second = await Deno.connect({ port: proxy.port });
    proxy.delay(5);
    assertEquals(await ping(second), "+PONG\r\n");
    assert(!heard);
    proxy.cut();
    await frozen;
  },
});
