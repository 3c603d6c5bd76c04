import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobQueue, task, Worker } from "../../mod.ts";
import { FakeClock } from "../../src/testing/mod.ts";

const HOUR = 3_600_000;

Deno.test("a worker's retries of hours pass at once, and are recorded at their times", async () => {
  let tries = 0;
  const flaky = task("flaky", () => {
    if (++tries < 3) throw new Error("not yet");
    return tries;
  }, { retries: 5, backoff: "fixed:6h" });
  const clock = new FakeClock();
  const start = clock.now();
  await using queue = await JobQueue.open(":memory:", { clock });
  const id = await queue.submit(flaky());
  await clock.runUntil(new Worker(queue, { tasks: [flaky] }).drain());
  assertEquals((await queue.get(id)).result, 3);
  const starts = (await queue.attempts(id)).map((attempt) => attempt.startedAt - start);
  assertEquals(starts.map((ms) => Math.floor(ms / HOUR)), [0, 6, 12]);
});

Deno.test("it hands over what the promise comes to, and stops the clock there", async () => {
  const clock = new FakeClock(0);
  const loop = new AbortController();
  const ticking = (async () => {
    while (!loop.signal.aborted) await clock.sleep(100, loop.signal);
  })();
  assertEquals(await clock.runUntil(clock.sleep(450).then(() => "woken")), "woken");
  assert(clock.now() >= 450 && clock.now() <= 500, `${clock.now()}`);
  await assertRejects(() => clock.runUntil(Promise.reject(new RangeError("no"))), RangeError, "no");
  assertEquals(await clock.runUntil(Promise.resolve(1)), 1);
  loop.abort();
  await ticking;
});
