/** Queues on servers go by the clock of their server: that of a machine may be half a minute off. */

import { assert, assertEquals } from "@std/assert";
import { JobQueue } from "../../src/library/queue.ts";
import { task } from "../../src/library/task.ts";
import { Worker } from "../../src/library/worker.ts";
import { workflow } from "../../src/library/workflow/builder.ts";
import { gigq } from "../cli/fixture.ts";
import { ownName, postgresUrl, redisUrl } from "../servers.ts";
import { dropSchema, schemaUrl } from "../store/postgres_kit.ts";
import { deletePrefix, prefixUrl } from "../store/redis_kit.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SKEWS = [30 * MINUTE, -30 * MINUTE];
/** Far more than a test takes, and far less than a clock is off. */
const NEAR_MS = 15 * MINUTE;

const BACKENDS = [
  { name: "postgres", available: postgresUrl !== null, url: schemaUrl, drop: dropSchema },
  { name: "redis", available: redisUrl !== null, url: prefixUrl, drop: deletePrefix },
];

/** Runs with a clock that is off. */
async function off<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const real = Date.now;
  Date.now = () => real() + ms;
  try {
    return await work();
  } finally {
    Date.now = real;
  }
}

/** One test for each server and each way that a clock is off. */
function skewed(name: string, test: (db: string, skew: number) => Promise<void>): void {
  for (const { name: backend, available, url, drop } of BACKENDS) {
    for (const skew of SKEWS) {
      Deno.test({
        name: `${backend}, clock off by ${skew / MINUTE} min: ${name}`,
        ignore: !available,
        async fn(): Promise<void> {
          const own = ownName();
          try {
            await test(url(own), skew);
          } finally {
            await drop(own);
          }
        },
      });
    }
  }
}

function near(found: number | null, wanted: number): void {
  assert(found !== null && Math.abs(found - wanted) < NEAR_MS, `${found} is not near ${wanted}`);
}

const fails = task("fails", () => {
  throw new Error("as planned");
}, { retries: 1, backoff: "fixed:1h" });

skewed("delays, steps, expiry and retries count from the server's time", async (db, skew) => {
  const flow = workflow("flow");
  flow.add(fails(), { delay: "1h" });
  const jobs = await off(skew, async () => {
    await using queue = await JobQueue.open(db);
    await queue.submit(fails(), { delay: "1h", expires: "2h" });
    await flow.submit(queue);
    await queue.submit(fails());
    await new Worker(queue, { tasks: [fails], maxJobs: 1 }).run();
    return await queue.list();
  });
  const now = Date.now();
  for (const { createdAt, dueAt } of jobs) {
    near(createdAt, now);
    near(dueAt, now + HOUR);
  }
  near(jobs[0]!.expiresAt, now + 2 * HOUR);
  assertEquals(jobs.map(({ status }) => status), ["scheduled", "scheduled", "scheduled"]);
});

skewed("unique periods are as long as they are", async (db, skew) => {
  await using here = await JobQueue.open(db);
  const unique = { key: "k", for: "20m" } as const;
  const id = await here.submit(fails(), { unique });
  const again = await off(skew, async () => {
    await using there = await JobQueue.open(db);
    return await there.submit(fails(), { unique });
  });
  assertEquals(again, id);
});

skewed("the command line deletes and shows by the server's time", async (db, skew) => {
  await using queue = await JobQueue.open(db);
  const quick = task("quick", () => null);
  await queue.submit(quick());
  await new Worker(queue, { tasks: [quick] }).drain();
  await off(skew, async () => {
    const now = Date.now;
    assertEquals((await gigq(["clear", "--older-than", "20m", "--db", db], { now })).out, "0 jobs deleted\n");
    const { out } = await gigq(["list", "--db", db], { now });
    assert(/ (now|\d+s ago|\dm ago)\n/.test(out), out);
  });
});
