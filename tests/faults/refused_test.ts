/** What the command line says when a server does not let it in: one line, an exit code, and never a password. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { isLong } from "../crash/sizes.ts";
import { gigqProcess } from "../crash/storage_kit.ts";
import { Proxy } from "./proxy.ts";
import { freePort, KINDS, PASSWORD, privatePostgres, privateRedis, until } from "./servers.ts";

const [POSTGRES, REDIS] = KINDS as readonly [typeof KINDS[0], typeof KINDS[0]];
const WRONG = "Wr0ng";

/** Whoever asks: one who writes, one who only looks, and in long runs one who stays. */
const COMMANDS = [["submit", "--", "true"], ["stats"], ...isLong ? [["worker", "--drain"]] : []];

/** Those who make a queue where there is none. */
const WRITERS = COMMANDS.filter(([name]) => name !== "stats");

interface Refusal {
  /** Default all of them. */
  readonly commands?: readonly (readonly string[])[];
  readonly code: 69 | 78;
  readonly says: RegExp;
}

async function refused(
  t: Deno.TestContext,
  title: string,
  db: string,
  { code, says, commands = COMMANDS }: Refusal,
): Promise<void> {
  for (const argv of commands) {
    await t.step(`${title}: gigq ${argv[0]}`, async () => {
      const ran = await gigqProcess(argv, { env: { GIGQ_DB: db, NO_COLOR: "1" } });
      assertMatch(ran.err, /^gigq: [^\n]+\n$/);
      assertMatch(ran.err, says);
      assertEquals([ran.code, ran.out], [code, ""], ran.err);
      for (const secret of [PASSWORD, WRONG]) assert(!ran.err.includes(secret), ran.err);
    });
  }
}

/** The same URL with something else in it. */
function changed(url: string, change: (url: URL) => void): string {
  const copy = new URL(url);
  change(copy);
  return copy.href;
}

Deno.test({
  name: "postgres does not let somebody in: one line, 69 or 78",
  ignore: privatePostgres === null,
  fn: async (t) => {
    await using server = await privatePostgres!({ auth: "scram-sha-256" });
    const db = POSTGRES.locate(server.url);
    const to = (change: (url: URL) => void): string => changed(db, change);
    await refused(t, "a wrong password", to((url) => url.password = WRONG), { code: 78, says: /password/i });
    await refused(t, "no password", to((url) => url.password = ""), { code: 78, says: /password/i });
    await refused(t, "no such user", to((url) => url.username = "nobody"), {
      code: 78,
      says: /nobody|user|password/i,
    });
    await refused(t, "no such database", to((url) => url.pathname = "/nowhere"), {
      code: 78,
      says: /nowhere/,
    });
    await refused(t, "TLS that it does not speak", to((url) => url.searchParams.set("sslmode", "require")), {
      ...{ code: 78, says: /TLS|SSL/ },
    });
    await server.sql(`CREATE ROLE guest LOGIN PASSWORD '${PASSWORD}'`);
    await refused(t, "missing rights", to((url) => url.username = "guest"), {
      commands: WRITERS,
      code: 78,
      says: /CREATE|right|permission/,
    });
    await server.sql("ALTER ROLE guest CONNECTION LIMIT 0");
    await refused(t, "no connection left", to((url) => url.username = "guest"), {
      code: 69,
      says: /connection/,
    });
    await refused(t, "nobody there", to((url) => url.port = String(freePort())), {
      code: 69,
      says: /refuse|reach|answer/i,
    });
  },
});

Deno.test({
  name: "postgres demands TLS: one line, 78",
  ignore: privatePostgres === null,
  fn: async (t) => {
    await using server = await privatePostgres!({ tls: "only" });
    const db = POSTGRES.locate(server.url);
    await refused(t, "TLS not asked for", changed(db, (url) => url.searchParams.set("sslmode", "disable")), {
      ...{ code: 78, says: /TLS|SSL|encrypt/ },
    });
    await refused(
      t,
      "a certificate that nobody vouches for",
      changed(db, (url) => {
        url.searchParams.set("sslmode", "verify-full");
      }),
      { code: 78, says: /certificate/ },
    );
    const { code, out, err } = await gigqProcess(["submit", "--", "true"], {
      env: { GIGQ_DB: changed(db, (url) => url.searchParams.set("sslmode", "require")) },
    });
    assertEquals([code, out, err], [0, "1\n", ""]);
  },
});

Deno.test({
  name: "postgres is too old: one line, 78",
  ignore: privatePostgres === null,
  fn: async (t) => {
    await using server = await privatePostgres!();
    await using proxy = new Proxy(server.port);
    const [row] = await server.sql(
      "SELECT current_setting('server_version') AS text, current_setting('server_version_num') AS number",
    );
    const { text, number } = row as { readonly text: string; readonly number: string };
    proxy.rewrite(text, text.replace(/^\d\d/, "11"));
    proxy.rewrite(number, number.replace(/^\d\d/, "11"));
    await refused(t, "version 11", proxy.through(POSTGRES.locate(server.url)), { code: 78, says: /11.*12/ });
  },
});

Deno.test({
  name: "redis does not let somebody in: one line, 69 or 78",
  ignore: privateRedis === null,
  fn: async (t) => {
    await using server = await privateRedis!({ password: PASSWORD });
    const db = REDIS.locate(server.url);
    const to = (change: (url: URL) => void): string => changed(db, change);
    await refused(t, "a wrong password", to((url) => url.password = WRONG), { code: 78, says: /password/i });
    await refused(t, "no password", to((url) => url.password = ""), { code: 78, says: /password/i });
    await refused(t, "no such database", to((url) => url.pathname = "/99"), { code: 78, says: /99/ });
    await refused(
      t,
      "TLS that it does not speak",
      to((url) => url.href = url.href.replace("redis:", "rediss:")),
      {
        ...{ code: 69, says: /TLS/ },
      },
    );
    await server.call("ACL", "SETUSER", "guest", "on", `>${PASSWORD}`, "~other:*", "+@all");
    await refused(t, "keys of somebody else", to((url) => url.username = "guest"), {
      code: 78,
      says: /guest|allow|right/,
    });
    await server.call("ACL", "SETUSER", "guest", "allkeys", "-evalsha", "-eval");
    await refused(t, "no scripts", to((url) => url.username = "guest"), {
      code: 78,
      says: /guest|allow|right/,
    });
    await using _held = await holdOne(server.url);
    await server.call("CONFIG", "SET", "maxclients", "1");
    await until(
      async () => !(await server.call("PING").then(() => true, () => false)),
      "nobody else gets in",
    );
    // Some servers close the line before they have said why.
    await refused(t, "no connection left", db, { code: 69, says: /connection|does not answer/ });
    await refused(t, "nobody there", to((url) => url.port = String(freePort())), {
      code: 69,
      says: /refuse|reach|answer/i,
    });
  },
});

/** The only connection that is left. */
async function holdOne(url: string): Promise<AsyncDisposable> {
  const socket = await Deno.connect({ port: Number(new URL(url).port) });
  return { [Symbol.asyncDispose]: () => Promise.resolve(socket.close()) };
}

Deno.test({
  name: "redis is too old: one line, 78",
  ignore: privateRedis === null,
  fn: async (t) => {
    await using server = await privateRedis!();
    await using proxy = new Proxy(server.port);
    const info = String(await server.call("INFO", "server"));
    const version = /redis_version:(\S+)/.exec(info)![1]!;
    proxy.rewrite(`redis_version:${version}`, `redis_version:${version.replace(/^\d+\.\d+/, "6.0")}`);
    await refused(t, "version 6.0", proxy.through(REDIS.locate(server.url)), {
      code: 78,
      says: /6\.0.*6\.2/,
    });
  },
});

Deno.test({
  name: "redis demands TLS: one line, 69",
  ignore: privateRedis === null,
  fn: async (t) => {
    await using server = await privateRedis!({ tls: true });
    const db = REDIS.locate(server.url);
    const plain = changed(db, (url) => url.href = url.href.replace("rediss:", "redis:"));
    await refused(t, "TLS not asked for", plain, { code: 69, says: /TLS/ });
    await refused(t, "a certificate that nobody vouches for", db, { code: 78, says: /certificate/ });
    const { code, out, err } = await gigqProcess(["submit", "--", "true"], {
      env: { GIGQ_DB: `${db}&ca=${server.folder}/server.crt` },
    });
    assertEquals([code, out, err], [0, "1\n", ""]);
  },
});
