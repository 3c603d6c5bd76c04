/** A store behind PgBouncer in transaction mode, where no two transactions need to meet the same session. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError } from "../../src/core/errors.ts";
import type { Finding, Store } from "../../src/core/ports.ts";
import { JobQueue, task, Worker } from "../../mod.ts";
import { checkStore } from "../../src/store/check.ts";
import { openStore } from "../../src/store/open.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import { ownName, postgresUrl } from "../servers.ts";
import { pgbouncer, type Pooler, startPooler } from "./pgbouncer.ts";
import { dropSchema, schemaUrl } from "./postgres_kit.ts";

const POOLED = { ignore: postgresUrl === null || pgbouncer === null };

async function withPooler(test: (pooler: Pooler, url: string) => Promise<void>): Promise<void> {
  const schema = ownName();
  await using pooler = await startPooler(postgresUrl!);
  try {
    await test(pooler, schemaUrl(schema));
  } finally {
    await dropSchema(schema);
  }
}

Deno.test(
  "postgres behind PgBouncer: a worker runs jobs, and listens at the server itself",
  POOLED,
  () =>
    withPooler(async (pooler, url) => {
      const listen = encodeURIComponent(postgresUrl!);
      const pooled = `${pooler.through(url)}&prepare=false&listen=${listen}`;
      await using queue = await JobQueue.open(pooled);
      const double = task("double", ({ n }: { n: number }) => n * 2);
      await queue.submitMany([1, 2, 3, 4, 5, 6].map((n) => double({ n })));
      const report = await new Worker(queue, { tasks: [double], concurrency: 4 }).drain();
      assertEquals([report.completed, report.failed], [6, 0]);
      assertEquals((await queue.list({})).map((job) => job.result), [2, 4, 6, 8, 10, 12]);
    }),
);

Deno.test(
  "postgres behind PgBouncer: many calls at once need no session of their own",
  POOLED,
  () =>
    withPooler(async (pooler, url) => {
      const pooled = `${pooler.through(url)}&prepare=false&listen=false&pool=8`;
      const stores: Store[] = [];
      for (let i = 0; i < 3; i++) stores.push((await openStore(pooled)).store);
      for (let round = 0; round < 5; round++) {
        await Promise.all(stores.flatMap((store) => [
          store.enqueue({ jobs: [newJob(), newJob()] }, T),
          store.list({ limit: 3 }),
          store.stats(),
        ]));
      }
      assertEquals((await stores[0]!.stats()).total, 30);
      for (const store of stores) await store.close();
    }),
);

Deno.test(
  "postgres behind PgBouncer: prepared statements that it mixes up are named as the reason",
  POOLED,
  () =>
    withPooler(async (pooler, url) => {
      const stores: Store[] = [];
      const error = await assertRejects(async () => {
        for (let i = 0; i < 4; i++) stores.push((await openStore(pooler.through(url))).store);
        for (let round = 0; round < 20; round++) {
          await Promise.all(stores.flatMap((store) => [store.list({}), store.stats(), store.count({})]));
        }
      }, ConfigError);
      for (const store of stores) await store.close();
      assertStringIncludes(error.hint!, "prepare=false");
    }),
);

Deno.test(
  "postgres behind PgBouncer: the doctor says that notices do not arrive",
  POOLED,
  () =>
    withPooler(async (pooler, url) => {
      await (await openStore(url)).store.close();
      const findings: Finding[] = await Array.fromAsync(
        checkStore(`${pooler.through(url)}&prepare=false`, { now: Date.now() }),
      );
      const notices = findings.find((finding) => finding.check === "notices")!;
      assertEquals(notices.verdict, "warning", JSON.stringify(findings));
      assert(notices.message.includes("transaction mode"));
    }),
);
