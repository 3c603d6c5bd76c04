/** What became of a transaction, asked by its number: one that the server may have given away twice proves nothing. */

import { assertEquals } from "@std/assert";
import { Connection } from "../../src/store/postgres/connection.ts";
import { type Begun, fateOf } from "../../src/store/postgres/fate.ts";
import { Statements } from "../../src/store/postgres/statements.ts";
import { postgresUrl } from "../servers.ts";

const BEGUN = `
  SELECT txid_current() AS xid, extract(epoch FROM now())::float8 AS at,
    extract(epoch FROM pg_postmaster_start_time())::float8 AS server`;

async function withTransaction(
  end: "COMMIT" | "ROLLBACK",
  test: (begun: Begun, fate: (changed?: Partial<Begun>) => Promise<string>) => Promise<void>,
): Promise<void> {
  const connection = await Connection.open(postgresUrl!, new Statements("public", false), 10_000);
  try {
    const answers = await connection.script(`BEGIN; ${BEGUN}; ${end}`);
    const begun = answers[1]!.rows[0] as Begun;
    await test(begun, (changed) => fateOf({ ...begun, ...changed }, (use) => use(connection), 0));
  } finally {
    await connection.close();
  }
}

Deno.test(
  "postgres: a number that was committed counts only where the server lived on since",
  { ignore: postgresUrl === null },
  () =>
    withTransaction("COMMIT", async ({ server }, fate) => {
      assertEquals(await fate(), "committed");
      // Its statistics begin after that: it has crashed, and may have given the number to somebody else.
      assertEquals(await fate({ at: 0 }), "unknown");
      assertEquals(await fate({ server: server - 1 }), "unknown");
    }),
);

Deno.test(
  "postgres: a number that was undone, or is not known, was lost whatever the server went through",
  { ignore: postgresUrl === null },
  () =>
    withTransaction("ROLLBACK", async ({ xid, server }, fate) => {
      for (const changed of [{}, { at: 0 }, { server: server - 1 }, { xid: xid + 1_000_000 }]) {
        assertEquals(await fate(changed), "lost");
      }
    }),
);
