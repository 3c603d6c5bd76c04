import { assert, assertEquals, assertRejects } from "@std/assert";
import { NotFoundError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { completed, Kit, newJob, NO_USAGE, on, T } from "../../src/testing/contract/kit.ts";
import {
  added,
  advanced,
  fireOf,
  newDefinition,
  newFiring,
  newState,
  stepOf,
} from "../../src/testing/contract/schedules_kit.ts";
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

Deno.test(
  "postgres: steps of one turn share a transaction, whatever else it does, and each has its own answer",
  SHARED,
  () =>
    withStore(async (store, schema) => {
      const { schedules } = store;
      const all = [];
      for (let at = 0; at < 20; at++) all.push(await added(store, `s${at}`, { nextAt: T }));
      const old = all.map((schedule, at) => at % 5 === 0 ? { ...schedule, version: 7 } : schedule);
      const run = { name: "w", key: null, params: {} };
      const [answers, submitted] = await Promise.all([
        Promise.all(
          old.toReversed().map((schedule, at) =>
            schedules.advance(
              at % 3 === 0
                ? fireOf(schedule, T, [{}, { tags: ["t"] }], { workflow: run })
                : fireOf(schedule, T),
              T,
            )
          ),
        ),
        store.enqueue({ jobs: [newJob()] }, T),
      ]);
      assertEquals(answers.toReversed().map(({ accepted }) => accepted), all.map((_, at) => at % 5 !== 0));
      assertEquals([await transactions(schema, "firings"), await transactions(schema, "jobs")], [1, 1]);
      const jobs = answers.flatMap((answer) => answer.accepted ? answer.jobs : []);
      assertEquals(new Set([...jobs, submitted.jobs[0]!.id]).size, await store.count({}));
      assertEquals((await schedules.list({ ids: [all[0]!.id] }))[0], all[0]);
    }),
);

Deno.test(
  "postgres: of several steps of one schedule in one turn, each is made from what the one before left",
  SHARED,
  () =>
    withStore(async (store, schema) => {
      const { schedules } = store;
      const schedule = await added(store, "s", { nextAt: T });
      const versions = [1, 1, 2, 2, 4, 3];
      const answers = await Promise.all(
        versions.map((version, at) => schedules.advance(fireOf({ ...schedule, version }, T + at), T)),
      );
      assertEquals(answers.map(({ accepted }) => accepted), [true, false, true, false, false, true]);
      assertEquals((await schedules.list())[0]!.version, 4);
      assertEquals([await store.count({}), await transactions(schema, "firings")], [3, 1]);
    }),
);

Deno.test(
  "postgres: steps at different times, and removals between them, keep their order",
  SHARED,
  () =>
    withStore(async (store) => {
      const { schedules } = store;
      const [a, b] = [await added(store, "a"), await added(store, "b")];
      const answers = await Promise.all([
        schedules.advance(fireOf(b, T), T),
        schedules.advance(fireOf(a, T), T + 1),
        schedules.remove(a.id),
        schedules.advance(stepOf({ ...a, version: 2 }), T + 2),
        schedules.add({ name: "a", definition: newDefinition(), state: newState() }, T + 3),
      ]);
      const [one, two, removed, late, anew] = answers;
      assertEquals([one.accepted, two.accepted, removed, late.accepted, anew?.name], [
        true,
        true,
        true,
        false,
        "a",
      ]);
      assertEquals((await store.list({})).map(({ id, createdAt }) => [id, createdAt]), [[1, T], [2, T + 1]]);
      assertEquals((await schedules.firings({})).map(({ schedule }) => schedule), [b.id]);
    }),
);

Deno.test(
  "postgres: a definition is sent to whoever looks once, and anew when it changes",
  SHARED,
  () =>
    withStore(async (other, schema) => {
      // A second connection would be told anew: the server may have come back as another one.
      const { store } = await openStore(`${schemaUrl(schema)}&pool=1`);
      const { schedules } = store;
      const schedule = await added(store, "s");
      const { schedule: open } = await advanced(
        store,
        stepOf(schedule, { firings: [newFiring(schedule, T, "queued")] }),
      );
      const seen = async (): Promise<unknown> =>
        (await schedules.due(T)).schedules[0]!.schedule.definition.description;
      assertEquals(await seen(), newDefinition().description);
      // Nobody else changes a definition and leaves its version: what comes now was not sent.
      await query(`UPDATE ${schema}.schedules SET definition = '{}'`);
      assertEquals(await seen(), newDefinition().description);
      const told = await advanced(store, stepOf(open));
      assertEquals(told.schedule.definition, newDefinition());
      const definition = newDefinition({ description: "changed" });
      await advanced(store, stepOf(told.schedule, { definition }));
      assertEquals([await seen(), await seen()], ["changed", "changed"]);
      await store.close();
      assertEquals((await other.schedules.due(T)).schedules[0]!.schedule.definition, definition);
    }),
);
