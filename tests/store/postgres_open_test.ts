import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError, GigqError, UnavailableError } from "../../src/core/errors.ts";
import { checkStore } from "../../src/store/check.ts";
import { openStore } from "../../src/store/open.ts";
import { MIGRATIONS } from "../../src/store/postgres/migrations/mod.ts";
import { POLICY, T } from "../../src/testing/contract/kit.ts";
import { added, advanced, fireOf } from "../../src/testing/contract/schedules_kit.ts";
import { freePort, PASSWORD, type PostgresServer, privatePostgres } from "../faults/servers.ts";
import { ownName, postgresUrl } from "../servers.ts";
import { mapFlags } from "../../scripts/registry.ts";
import { testRegistry } from "../architecture/test_registry.ts";
import { dropSchema, query, schemaUrl } from "./postgres_kit.ts";

const SHARED = { ignore: postgresUrl === null };
const PRIVATE = { ignore: privatePostgres === null };

/** The error of an opening, which shows no password. */
async function refusal(location: string, create = true): Promise<GigqError> {
  const error = await assertRejects(() => openStore(location, { create }), GigqError);
  const text = `${error.message} ${error.hint}`;
  assert(!text.includes(`:${PASSWORD}@`) && !text.includes("wrong"), text);
  assert(!/\n/.test(text), text);
  return error;
}

/** A schema that is dropped at the end. */
async function withSchema(test: (schema: string) => Promise<void>): Promise<void> {
  const schema = ownName();
  try {
    await test(schema);
  } finally {
    await dropSchema(schema);
  }
}

Deno.test(
  "postgres: eight that open a new store at once make one",
  SHARED,
  () =>
    withSchema(async (schema) => {
      const opened = await Promise.all(Array.from({ length: 8 }, () => openStore(schemaUrl(schema))));
      const ids = await Promise.all(opened.map(({ store }) => store.transfer!.identity()));
      assertEquals(new Set(ids.map(({ id }) => id)).size, 1);
      for (const { store } of opened) await store.close();
    }),
);

Deno.test("postgres: who only looks makes no schema", SHARED, async () => {
  const schema = ownName();
  const error = await refusal(schemaUrl(schema), false);
  assertEquals(error.code, "unavailable");
  assertStringIncludes(error.message, schema);
  assertEquals(await query(`SELECT FROM pg_namespace WHERE nspname = '${schema}'`), []);
});

Deno.test(
  "postgres: a schema that is there and empty is used, another program's is not",
  SHARED,
  () =>
    withSchema(async (schema) => {
      await query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.theirs ()`);
      const error = await refusal(schemaUrl(schema));
      assertEquals(error.code, "config");
      assertStringIncludes(error.message, "another program");
      await query(`DROP TABLE ${schema}.theirs`);
      await (await openStore(schemaUrl(schema))).store.close();
    }),
);

Deno.test("postgres: a newer schema is refused", SHARED, () =>
  withSchema(async (schema) => {
    await (await openStore(schemaUrl(schema))).store.close();
    await query(`UPDATE ${schema}.store SET version = 99`);
    const error = await refusal(schemaUrl(schema));
    assertEquals(error.code, "config");
    assertStringIncludes(error.message, "99");
  }));

/** A store as the first version left it, with a job. */
const FIRST = `
  ${MIGRATIONS[0]};
  INSERT INTO gigq.store (id, version) VALUES ('00000000-0000-4000-8000-000000000001', 1);
  INSERT INTO gigq.lanes (queue, route, kind) VALUES ('default', 'command', 'command');
  INSERT INTO gigq.policies (digest, body) VALUES ('00000000-0000-4000-8000-000000000002', '${
  JSON.stringify(POLICY)
}');
  INSERT INTO gigq.jobs (id, policy, payload, created_at) VALUES (nextval('gigq.job_id'), 1, '{"argv":["true"]}', 7);
  INSERT INTO gigq.job_state (id, lane, priority, status, due_at) VALUES (1, 1, 0, 2, 7);`;

Deno.test(
  "postgres: an older schema is brought to ours, by whoever opens it first, and keeps its jobs",
  SHARED,
  () =>
    withSchema(async (schema) => {
      await query(`CREATE SCHEMA ${schema}; ${FIRST.replaceAll("gigq.", `${schema}.`)}`);
      const findings = await Array.fromAsync(checkStore(schemaUrl(schema), { now: Date.now() }));
      const { verdict, message } = findings.at(-1)!;
      assertEquals(verdict, "ok");
      assertStringIncludes(message, "Version 1 in ");
      assertStringIncludes(message, `; the next command upgrades it to ${MIGRATIONS.length}`);
      const opened = await Promise.all(
        [true, false, false, true].map((create) => openStore(schemaUrl(schema), { create })),
      );
      const [{ store }] = opened as [typeof opened[0], ...typeof opened];
      assertEquals((await store.list({})).map(({ id, status, createdAt }) => [id, status, createdAt]), [[
        1,
        "ready",
        7,
      ]]);
      const schedule = await added(store, "nightly");
      assertEquals((await advanced(opened.at(-1)!.store, fireOf(schedule, T))).jobs, [2]);
      for (const { store } of opened) await store.close();
    }),
);

Deno.test("postgres: the time is the server's", SHARED, () =>
  withSchema(async (schema) => {
    const { store, now } = await openStore(schemaUrl(schema));
    const ask = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now";
    const before = Number((await query(ask))[0]!.now);
    const mine = now!();
    const after = Number((await query(ask))[0]!.now);
    // Half of a round trip is the error that it may have.
    assert(before - 500 < mine && mine < after + 500, `${before} ${mine} ${after}`);
    await store.close();
  }));

Deno.test("postgres: a port where nobody listens says that the server is down", PRIVATE, async () => {
  const error = await refusal(`postgres://ann:wrong@127.0.0.1:${freePort()}/jobs`);
  assert(error instanceof UnavailableError && error.down);
  assertEquals(error.exitCode, 69);
});

Deno.test("postgres: one that takes connections and says nothing is given up in time", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const error = await refusal(`postgres://ann:wrong@127.0.0.1:${listener.addr.port}/jobs?timeout=200ms`);
  assert(error instanceof UnavailableError && !error.down);
});

/** A server that asks for passwords, with a user who may do nothing. */
async function withStrictServer(test: (server: PostgresServer) => Promise<void>): Promise<void> {
  await using server = await privatePostgres!({ auth: "scram-sha-256" });
  await server.sql(`CREATE ROLE ann LOGIN PASSWORD '${PASSWORD}'`);
  await test(server);
}

Deno.test(
  "postgres: a wrong password, a missing database, a missing right: one line each",
  PRIVATE,
  () =>
    withStrictServer(async ({ url, port }) => {
      const wrong = await refusal(url.replace(PASSWORD, "wrong"));
      assert(wrong instanceof ConfigError);
      assertStringIncludes(wrong.message, `127.0.0.1:${port} does not let postgres in`);
      const missing = await refusal(url.replace(/postgres$/, "nowhere"));
      assert(missing instanceof ConfigError);
      assertStringIncludes(`${missing.message} ${missing.hint}`, 'CREATE DATABASE "nowhere"');
      const rights = await refusal(url.replace("//postgres:", "//ann:"));
      assert(rights instanceof ConfigError);
      assertStringIncludes(`${rights.hint}`, 'GRANT CREATE ON DATABASE "postgres" TO "ann"');
    }),
);

Deno.test(
  "postgres: a user needs no more than rights on the schema",
  PRIVATE,
  () =>
    withStrictServer(async (server) => {
      await server.sql("CREATE SCHEMA gigq");
      const anns = server.url.replace("//postgres:", "//ann:");
      const refused = await refusal(anns);
      assertStringIncludes(`${refused.hint}`, 'GRANT ALL ON SCHEMA "gigq" TO "ann"');
      await server.sql("GRANT ALL ON SCHEMA gigq TO ann");
      const { store } = await openStore(anns);
      assertEquals((await store.stats()).total, 0);
      await store.close();
    }),
);

Deno.test("postgres: a replica is named as what it is", PRIVATE, async () => {
  await using server = await privatePostgres!();
  await (await openStore(server.url)).store.close();
  await server.kill();
  await Deno.writeTextFile(`${server.folder}/standby.signal`, "");
  await server.start();
  const error = await refusal(server.url);
  assert(error instanceof UnavailableError);
  assertStringIncludes(error.message, "read-only");
});

Deno.test("postgres: an address without a user, where USER is not set either, is told so", async () => {
  const { HOME = "/", DENO_DIR } = Deno.env.toObject();
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "-A",
      ...mapFlags(testRegistry()),
      "main.ts",
      "--db",
      "postgres://127.0.0.1/jobs",
      "list",
    ],
    cwd: new URL("../../", import.meta.url),
    clearEnv: true,
    env: { HOME, NO_COLOR: "1", ...DENO_DIR !== undefined && { DENO_DIR } },
  }).output();
  assertEquals(code, 78);
  assertEquals(
    new TextDecoder().decode(stderr),
    "gigq: The address postgres://127.0.0.1/jobs names no user, and neither does USER; " +
      "put one before the host, as in postgres://USER@HOST/DATABASE, or set PGUSER\n",
  );
});
