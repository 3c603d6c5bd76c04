import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Finding, Store } from "../../src/core/ports.ts";
import { checkStore } from "../../src/store/check.ts";
import { openStore } from "../../src/store/open.ts";
import { Kit } from "../../src/testing/contract/kit.ts";
import { added, advanced, newFiring, stepOf } from "../../src/testing/contract/schedules_kit.ts";
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
      for (
        const name of ["server", "schema", "rights", "notices", "leases", "waiting", "content"]
      ) {
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
  "postgres doctor: schedules that nobody fires are named, and paused ones are not",
  SHARED,
  () =>
    withStore(async (store, schema) => {
      const MINUTE = 60_000;
      const now = Date.now();
      await added(store, "fresh", { nextAt: now - 4 * MINUTE });
      await added(store, "paused", { paused: { at: 1, reason: null } });
      const none = (await check(schemaUrl(schema))).get("schedules")!;
      assertEquals([none.verdict, none.message], ["ok", "No schedule is overdue; there are 2"]);
      await added(store, "late", { nextAt: now - 7 * MINUTE });
      const one = (await check(schemaUrl(schema))).get("schedules")!;
      assertEquals(one.verdict, "warning");
      assertEquals(one.message, 'Schedule "late" was due 7 minutes ago, and nobody fired it');
      assertStringIncludes(one.hint!, "gigq schedule tick");
      await added(store, "later", { nextAt: now - 6 * MINUTE });
      const [, two] = verdictOf(await check(schemaUrl(schema)), "schedules");
      assertStringIncludes(
        two,
        '2 schedules are overdue, and nobody fires them; "late" was due 7 minutes ago',
      );
    }),
);

Deno.test(
  "postgres doctor: schedules and histories that contradict each other are found",
  SHARED,
  () =>
    withStore(async (store, schema) => {
      const [a, b] = [await added(store, "a"), await added(store, "b")];
      await added(store, "sound", { nextAt: 8.25, paused: { at: 7, reason: "\u0000\ud800" } });
      const d = await added(store, "d", { nextAt: 9 });
      await query(`UPDATE ${schema}.schedules SET next_at = NULL WHERE id = ${d.id}`);
      for (const schedule of [a, b]) {
        await advanced(
          store,
          stepOf(schedule, { firings: [newFiring(schedule, 1), newFiring(schedule, 2, "queued")] }),
        );
      }
      await query(`DELETE FROM ${schema}.schedules WHERE id = ${a.id}`);
      await query(`UPDATE ${schema}.firings SET status = 1 WHERE schedule = ${b.id} AND slot = 2`);
      await added(store, "c");
      await query(`UPDATE ${schema}.schedules SET id = 88 WHERE name = 'c'`);
      const findings = (await Array.fromAsync(checkStore(schemaUrl(schema), { now: Date.now() })))
        .filter(({ check }) => check === "content");
      assertEquals(findings.map(({ verdict }) => verdict), ["problem", "problem", "problem", "warning"]);
      assertStringIncludes(
        findings[0]!.message,
        "beyond the sequence of ids, which would be given out again: 88",
      );
      assertStringIncludes(
        findings[1]!.message,
        `1 case of a schedule that has more or fewer open slots than it says: ${b.id}`,
      );
      assertStringIncludes(
        findings[2]!.message,
        `1 case of a schedule that is due at another time than it says: ${d.id}`,
      );
      assertStringIncludes(
        findings[3]!.message,
        `1 case of a schedule that is gone and left its history behind: ${a.id}`,
      );
      const [stored] = await store.schedules.list({ ids: [b.id] });
      await advanced(store, stepOf(stored!));
      const again = await Array.fromAsync(checkStore(schemaUrl(schema), { now: Date.now() }));
      assert(!again.some(({ message }) => message.includes("open slots")), "they are counted anew");
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
