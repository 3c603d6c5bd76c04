/** The one character that PostgreSQL cannot store as text. */

import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/ports.ts";
import { failedOf, newJob, NO_USAGE, T } from "../../src/testing/contract/kit.ts";
import { newSchedule } from "../../src/testing/contract/schedules_kit.ts";
import { postgresUrl } from "../servers.ts";
import { openOwnSchema } from "./postgres_kit.ts";
import { claimBy } from "./postgres_race_kit.ts";

async function withStore(use: (store: Store) => Promise<void>): Promise<void> {
  const store = await openOwnSchema();
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

Deno.test({
  name: "postgres: U+0000 in a name, tag or key is one clear error, and nothing is stored",
  ignore: postgresUrl === null,
  fn: () =>
    withStore(async (store) => {
      const bad = [
        { name: "a\0b" },
        { tags: ["ok", "a\0b"] },
        { queue: "a\0b" },
        { unique: { key: "a\0b", scope: "always" as const } },
      ];
      for (const parts of bad) {
        const jobs = [newJob(), newJob(parts)];
        const { message } = await assertRejects(() => store.enqueue({ jobs }, T), UsageError);
        assertEquals(message, "A name, tag or key holds the character U+0000, which PostgreSQL cannot store");
      }
      const { message } = await assertRejects(() => store.schedules.add(newSchedule("a\0b"), T), UsageError);
      assertEquals(message, "A name, tag or key holds the character U+0000, which PostgreSQL cannot store");
      assertEquals([await store.count({}), await store.schedules.list()], [0, []]);
    }),
});

Deno.test({
  name: "postgres: U+0000 in what a job says keeps neither its beats nor its end from being heard",
  ignore: postgresUrl === null,
  fn: () =>
    withStore(async (store) => {
      await store.enqueue({ jobs: [newJob()] }, T);
      const { jobs: [job] } = await claimBy(store, "w", 1);
      const beat = { id: job!.id, attempt: 1, progress: "p\0", checkpoint: "c\0", steps: { "s\0": "v\0" } };
      assertEquals(await store.heartbeat([beat], 1_000, T), [{ id: job!.id, state: "held" }]);
      const saved = (await store.checkpoints([job!.id])).get(job!.id);
      assertEquals(saved, { value: "c\0", steps: { "s\0": "v\0" }, attempt: 1, at: T });
      const outcome = failedOf("f", { error: { class: "E\0", message: "m\0", fingerprint: "f" } });
      const [finished] = await store.finish([{ id: job!.id, attempt: 1, outcome, usage: NO_USAGE }], T);
      assertEquals(finished, { id: job!.id, accepted: true, status: "failed" });
      assertEquals((await store.list({}))[0]!.error?.message, "m\0");
      assertEquals((await store.causes({}))[0]!.message, "m\ufffd");
    }),
});
