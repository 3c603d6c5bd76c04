import { assert, assertEquals, assertRejects } from "@std/assert";
import { NotFoundError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { completed, Kit, newJob, NO_USAGE, on, T } from "../../src/testing/contract/kit.ts";
import { ownName, postgresUrl } from "../servers.ts";
import { dropSchema, query, schemaUrl } from "./postgres_kit.ts";

const SHARED = { ignore: postgresUrl === null };

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

/** How many transactions wrote the rows of a table. */
async function transactions(schema: string, table: string): Promise<unknown> {
  return (await query(`SELECT count(DISTINCT xmin::text)::int AS count FROM ${schema}.${table}`))[0]!.count;
}

Deno.test(
  "postgres: submits of one turn share a transaction, and get ids in their order",
  SHARED,
  () =>
    withStore(async (store, schema) => {
      const answers = await Promise.all(
        Array.from(
          { length: 50 },
          (_, n) => store.enqueue({ jobs: [newJob({ name: `n${n}` }), newJob()] }, T),
        ),
      );
      assertEquals(
        answers.flatMap(({ jobs }) => jobs.map((job) => job.id)),
        Array.from({ length: 100 }, (_, n) => n + 1),
      );
      assertEquals(await transactions(schema, "jobs"), 1);
      assertEquals((await store.list({ name: "n7" }))[0]!.id, answers[7]!.jobs[0]!.id);
    }),
);

Deno.test(
  "postgres: places within a batch are its own, whoever shares the transaction",
  SHARED,
  () =>
    withStore(async (store) => {
      const chain = [newJob(), newJob({ after: [{ index: 0, on: "success" }] })];
      const answers = await Promise.all([1, 2, 3].map(() => store.enqueue({ jobs: chain }, T)));
      for (const { jobs: [parent, child] } of answers) {
        const [job] = await store.list({ ids: [child!.id] });
        assertEquals(job!.dependencies, [{ id: parent!.id, on: "success" }]);
      }
    }),
);

Deno.test(
  "postgres: of the calls of one turn, only those that fail are rejected",
  SHARED,
  () =>
    withStore(async (store, schema) => {
      const good = [newJob({ unique: { key: "k", scope: "always" } })];
      const calls = [
        store.enqueue({ jobs: good }, T),
        store.enqueue({ jobs: [newJob({ after: on("success", 999) })] }, T),
        store.enqueue({ jobs: good }, T),
      ];
      const [first, bad, last] = await Promise.allSettled(calls);
      assertEquals(bad!.status, "rejected");
      await assertRejects(() => calls[1]!, NotFoundError);
      assert(first?.status === "fulfilled" && last?.status === "fulfilled");
      assertEquals(last.value.jobs, [{ id: first.value.jobs[0]!.id, created: false }]);
      assertEquals((await query(`SELECT count(*)::int AS count FROM ${schema}.jobs`))[0]!.count, 1);
    }),
);

Deno.test(
  "postgres: a worker's finishes and its next claim are one transaction",
  SHARED,
  () =>
    withStore(async (store, schema) => {
      const kit = new Kit(store, () => Promise.reject(new Error("one is enough")));
      const parent = await kit.one();
      const [child] = await kit.add({ after: on("success", parent) });
      await kit.claim(T);
      const finish = { id: parent, attempt: 1, outcome: completed(), usage: NO_USAGE };
      const [, claimed] = await Promise.all([store.finish([finish], T + 1), kit.claim(T + 1)]);
      assertEquals(claimed.map((job) => job.id), [child]);
      assertEquals(await transactions(schema, "job_state"), 1);
    }),
);
