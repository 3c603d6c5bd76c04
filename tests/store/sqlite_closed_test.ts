/** Programs that do not know of states (of earlier versions, with the file open) are kept out by triggers. */

import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { StoreState } from "../../src/core/ports.ts";
import type { SqliteStore } from "../../src/store/sqlite/store.ts";
import { newJob } from "../../src/testing/contract/kit.ts";
import { inFolder, T, withStore } from "./sqlite_kit.ts";

const CLAIM = `UPDATE job_state SET status = 3, lease_until = ${T}, attempt = attempt + 1 WHERE id = 1`;
const WRITES = [
  CLAIM,
  "UPDATE job_state SET priority = 1",
  `INSERT INTO jobs (id, policy, payload, created_at) VALUES (9, 1, '{}', ${T})`,
  "DELETE FROM jobs",
  `INSERT INTO logs (job, attempt, seq, stream, at, data) VALUES (1, 1, 1, 0, ${T}, x'00')`,
  "INSERT INTO queues (name, paused) VALUES ('default', 1)",
];

async function become(store: SqliteStore, state: StoreState): Promise<void> {
  const before = (await store.transfer.identity()).state;
  assertEquals(await store.transfer.become(before, state), true);
}

Deno.test("sqlite closed: an old program cannot claim from a queue that is sealed, nor write to one that has moved", () =>
  inFolder((folder) =>
    withStore(`${folder}/jobs.db`, async (store) => {
      await store.enqueue({ jobs: [newJob()] }, T);
      const old = new DatabaseSync(`${folder}/jobs.db`);
      const triggers = (): number =>
        old.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE type = 'trigger'").get()!
          .count as number;
      assertEquals(triggers(), 0);
      await become(store, { type: "sealed", to: "/srv/it's.db" });
      assertThrows(() => old.exec(CLAIM), Error, "The queue is being moved; try again later");
      old.exec("UPDATE job_state SET priority = 1");
      await become(store, { type: "moved", to: "/srv/it's.db" });
      for (const sql of WRITES) {
        assertThrows(() => old.exec(sql), Error, "The queue has moved to /srv/it's.db; name its new place");
      }
      await become(store, { type: "open" });
      assertEquals(triggers(), 0);
      old.exec(CLAIM);
      old.close();
    })
  ));
