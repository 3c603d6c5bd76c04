import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Finding, Store } from "../../src/core/ports.ts";
import { checkStore } from "../../src/store/check.ts";
import { openStore } from "../../src/store/open.ts";
import { Kit } from "../../src/testing/contract/kit.ts";
import { privatePostgres } from "../faults/servers.ts";
import { ownName, postgresUrl } from "../servers.ts";
import { dropSchema, query, schemaUrl } from "./postgres_kit.ts";

const SHARED = { ignore: postgresUrl === null };
const PRIVATE = { ignore: privatePostgres === null };

async function withStore(test: (store: Store, schema: string) => Promise<void>): Promise<void> {
  const schema = ownName();
  try {
    const { store } = await openStore(schemaUrl(schema));
    try {
      await test(store, schema);
    } finally {
      await store.close();
    }
  } finally {
    await dropSchema(schema);
  }
}

async function check(location: string): Promise<ReadonlyMap<string, Finding>> {
  const findings = await Array.fromAsync(checkStore(location, { now: Date.now() }));
  return new Map(findings.map((finding) => [finding.check, finding]));
}

/** Whether a check came out so, and its message. */
function verdictOf(findings: ReadonlyMap<string, Finding>, name: string): readonly [string, string] {
  const { verdict, message, hint } = findings.get(name)!;
  return [verdict, `${message}; ${hint}`];
}

Deno.test(
  "postgres doctor: a store in order is told to be so",
  SHARED,
  () =>
    withStore(async (_store, schema) => {
      const findings = await check(schemaUrl(schema));
      for (const name of ["server", "schema", "rights", "notices", "leases", "waiting", "content"]) {
        assertEquals(findings.get(name)?.verdict, "ok", name);
      }
    }),
);

Deno.test(
  "postgres doctor: a server out of reach, and a store that is not there, end it",
  SHARED,
  async () => {
    const away = await check("postgres://ann:secret@127.0.0.1:1/jobs");
    assertEquals([...away.keys()], ["server"]);
    assertEquals(away.get("server")!.verdict, "problem");
    const schema = ownName();
    const none = await check(schemaUrl(schema));
    assertEquals(verdictOf(none, "schema")[0], "problem");
    assertEquals(await query(`SELECT FROM pg_namespace WHERE nspname = '${schema}'`), []);
  },
);

Deno.test(
  "postgres doctor: lost leases, paused queues and lanes without a worker are named",
  SHARED,
  () =>
    withStore(async (store, schema) => {
      const kit = new Kit(store, () => Promise.reject(new Error("one is enough")));
      await kit.add({ queue: "lost" }, { queue: "paused" }, { queue: "lonely" });
      await kit.claim(1_000, { queues: ["lost"] });
      await store.pause("paused", true);
      const findings = await Array.fromAsync(checkStore(schemaUrl(schema), { now: Date.now() }));
      const bad = findings.filter(({ check }) => check === "leases" || check === "waiting");
      assertEquals(bad.map(({ verdict }) => verdict), ["problem", "warning", "warning"]);
      assertStringIncludes(bad[1]!.hint!, "gigq queue resume paused");
      assertStringIncludes(bad[2]!.hint!, "gigq worker --queue lonely");
    }),
);

Deno.test(
  "postgres doctor: tables that contradict each other are found",
  SHARED,
  () =>
    withStore(async (store, schema) => {
      const kit = new Kit(store, () => Promise.reject(new Error("one is enough")));
      const id = await kit.one();
      await query(`DELETE FROM ${schema}.jobs WHERE id = ${id}`);
      await query(`INSERT INTO ${schema}.results VALUES (77, '1')`);
      const findings = (await Array.fromAsync(checkStore(schemaUrl(schema), { now: Date.now() })))
        .filter(({ check }) => check === "content");
      assertEquals(findings.map(({ verdict }) => verdict), ["problem", "warning"]);
      assertStringIncludes(findings[0]!.message, `a state without a job: ${id}`);
      assertStringIncludes(findings[1]!.message, "77");
    }),
);

Deno.test(
  "postgres doctor: what an administrator set that costs jobs or time is named",
  PRIVATE,
  async () => {
    const settings = { fsync: "off", autovacuum: "off", max_connections: 9 };
    await using server = await privatePostgres!({ settings });
    await (await openStore(server.url)).store.close();
    await server.sql(
      "CREATE ROLE ann LOGIN; GRANT USAGE ON SCHEMA gigq TO ann; GRANT SELECT ON gigq.store TO ann",
    );
    const findings = await check(server.url);
    assertEquals(verdictOf(findings, "durability")[0], "problem");
    for (const name of ["connections", "vacuum"]) assertEquals(verdictOf(findings, name)[0], "warning", name);
    const anns = await check(server.url.replace("//postgres:", "//ann:"));
    assertStringIncludes(verdictOf(anns, "rights")[1], 'GRANT ALL ON ALL TABLES IN SCHEMA "gigq" TO "ann"');
  },
);
