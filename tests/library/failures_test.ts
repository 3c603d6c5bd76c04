/** Causes, canaries, dead letters and halted runs, as scripts see them. */

import { assertEquals, assertRejects } from "@std/assert";
import {
  command,
  compareSteps,
  JobQueue,
  NotFoundError,
  type Outcome,
  task,
  UsageError,
  Worker,
  workflow,
} from "../../mod.ts";
import { FakeClock } from "../../src/testing/fake_clock.ts";

const WORKER = { id: "w", host: "h", boot: null, pid: 1, pidStart: null };
const USAGE = { wallMs: 1, cpuMs: null, maxRssBytes: null, exitCode: 1, signal: null };

/** Ends ready jobs one after the other, in their order: an error with this fingerprint, or `null` for success. */
async function end(queue: JobQueue, ...prints: readonly (string | null)[]): Promise<void> {
  for (const fingerprint of prints) {
    const request = { worker: WORKER, limit: 1, leaseMs: 1_000, routes: ["command"] };
    const { jobs: [job] } = await queue.store.claim(request, queue.now());
    const outcome: Outcome = fingerprint === null ? { type: "completed", result: null } : {
      type: "failed",
      reason: "exit",
      error: { class: "Error", message: `because of ${fingerprint}`, fingerprint },
      retryAt: null,
      dead: true,
    };
    await queue.store.finish([{ id: job!.id, attempt: job!.attempt, outcome, usage: USAGE }], queue.now());
  }
}

Deno.test("causes: one each fingerprint, by id, and muted for a while", async () => {
  const clock = new FakeClock();
  await using queue = await JobQueue.open(":memory:", { clock });
  await queue.submitMany([1, 2, 3].map(() => command(["x"])));
  await end(queue, "a", "b");
  await clock.advance(1_000);
  await end(queue, "a");
  assertEquals(
    (await queue.causes()).map(({ id, count, failed, job }) => [id, count, failed, job]),
    [
      [1, 2, 2, 3],
      [2, 1, 1, 2],
    ],
  );
  assertEquals((await queue.cause(2)).message, "because of b");
  await assertRejects(() => queue.cause(3), NotFoundError, "There is no cause E3");

  await queue.mute([1], "1h");
  await queue.mute([2]);
  assertEquals((await queue.cause(1)).mutedUntil, queue.now() + 3_600_000);
  assertEquals((await queue.cause(2)).mutedUntil, Infinity);
  await assertRejects(() => queue.unmute([1, 9]), NotFoundError, "There is no cause E9");
  assertEquals((await queue.cause(1)).mutedUntil === null, false);
  await queue.unmute([1, 2]);
  assertEquals((await queue.causes()).map(({ mutedUntil }) => mutedUntil), [null, null]);
});

Deno.test("canaries go first, dead letters can be dismissed", async () => {
  await using queue = await JobQueue.open(":memory:");
  const ids = await queue.submitMany([1, 2, 3].map(() => command(["x"])));
  await end(queue, "a", "a", "a");
  assertEquals((await queue.list({ dead: true, cause: 1 })).length, 3);
  await queue.dismiss([ids[2]!]);
  assertEquals(await queue.count({ dead: true }), 2);
  await queue.requeue(ids, { canaries: [ids[0]!] });
  assertEquals((await queue.list()).map(({ status, canaries }) => [status, canaries]), [
    ["ready", []],
    ["blocked", [1]],
    ["blocked", [1]],
  ]);
  await end(queue, null, null);
  assertEquals((await queue.list()).map(({ status }) => status), ["completed", "completed", "ready"]);
});

Deno.test("a batch is a run that failures halt, and that can be added to", async () => {
  await using queue = await JobQueue.open(":memory:");
  const jobs = [1, 2].map(() => command(["x"]));
  const { run } = await queue.submitBatch(jobs, { name: "crawl", maxFails: "50%" });
  await queue.submitBatch(jobs, run);
  await end(queue, "a");
  const batch = async (): Promise<unknown[]> => {
    const [found] = await queue.workflows({ id: run, type: "batch" });
    return [found!.name, found!.maxFails, found!.haltedAt !== null, found!.counts];
  };
  assertEquals(await batch(), ["crawl", { percent: 50 }, false, { failed: 1, ready: 3 }]);
  await end(queue, "a");
  assertEquals(await batch(), ["crawl", { percent: 50 }, true, { failed: 2, cancelled: 2 }]);
  await assertRejects(() => queue.submitBatch(jobs, 99), NotFoundError, "99");
  await assertRejects(
    () => queue.submitBatch(jobs, { name: "x", maxFails: 0 }),
    UsageError,
    "max-fails: 0 failures",
  );
  const nameless = () => queue.submitBatch(jobs, { maxFails: 1 } as unknown as { name: string });
  await assertRejects(nameless, UsageError, "The batch name undefined must have 1 to");
});

Deno.test("a workflow with maxFails is halted, retried from a step, and compared with a new definition", async () => {
  await using queue = await JobQueue.open(":memory:");
  let broken = true;
  const flaky = task("flaky", () => {
    if (broken) throw new Error("broken");
    return 1;
  }, { maxAttempts: 1 });
  const other = task("other", () => 2);
  const flow = workflow("flow", { maxFails: 1 });
  const first = flow.add(flaky(undefined), { name: "first" });
  flow.add(other(undefined), { name: "second", after: [first] });
  flow.add(other(undefined), { name: "third" });
  const run = await flow.submit(queue);
  const work = (): Promise<unknown> => new Worker(queue, { tasks: [flaky, other], concurrency: 1 }).drain();
  await work();
  const [halted] = await queue.workflows({ id: run.id });
  assertEquals([halted!.maxFails, halted!.haltedAt !== null], [{ count: 1 }, true]);

  broken = false;
  await queue.retryWorkflow(run.id);
  await work();
  assertEquals(await run.status(), "completed");
  const steps = await queue.retryWorkflow(run.id, { from: "first", downstream: true });
  assertEquals(steps.map(({ step, again, why }) => [step, again, why]), [
    ["first", true, "asked for"],
    ["second", true, "comes after first"],
    ["third", false, "completed"],
  ]);
  await assertRejects(() => queue.retryWorkflow(run.id, { from: "frist" }), NotFoundError, '"frist"');
  await assertRejects(() => queue.retryWorkflow(99), NotFoundError, "There is no workflow run 99");

  flow.add(other(undefined), { name: "fourth" });
  const { added, changed, removed } = compareSteps(await run.jobs(), flow.resolve().jobs);
  assertEquals([added, changed, removed], [["fourth"], [], []]);
});
