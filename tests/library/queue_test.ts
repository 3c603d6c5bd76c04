import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  command,
  type JobEvent,
  JobQueue,
  NotFoundError,
  PermanentError,
  task,
  TimeoutError,
  Worker,
} from "../../mod.ts";

const double = task("double", (p: { n: number }, ctx) => {
  ctx.log(`doubling ${p.n}`);
  ctx.progress({ half: true });
  return p.n * 2;
});

async function withQueue(body: (queue: JobQueue) => Promise<void>): Promise<void> {
  await using queue = await JobQueue.open(":memory:");
  await body(queue);
}

Deno.test("a task's call becomes a job, a worker's drain its result", () =>
  withQueue(async (queue) => {
    const id = await queue.submit(double({ n: 21 }), { priority: 5 });
    const report = await new Worker(queue, { tasks: [double], concurrency: 8 }).drain();
    const job = await queue.get(id);
    assertEquals([job.status, job.result, job.priority, job.attempt], ["completed", 42, 5, 1]);
    assertEquals(report.completed, 1);
  }));

Deno.test("whoever prints a queue does not print its password", async () => {
  await using memory = await JobQueue.open(":memory:");
  const queue = JobQueue.over(memory.store, "redis://:s3cret@h");
  assertEquals(queue.location, "redis://:s3cret@h");
  assert(!`${Deno.inspect(queue)} ${JSON.stringify(queue)}`.includes("s3cret"));
});

Deno.test("submitMany is one transaction: a missing parent leaves nothing", () =>
  withQueue(async (queue) => {
    const jobs = [double({ n: 1 }), { ...double({ n: 2 }), options: { after: [99] } }];
    await assertRejects(() => queue.submitMany(jobs), NotFoundError, "99");
    assertEquals((await queue.stats()).total, 0);
  }));

Deno.test("a worker leaves functions it does not know to others", () =>
  withQueue(async (queue) => {
    const other = task("other", () => "mine");
    const id = await queue.submit(other());
    await new Worker(queue, { tasks: [double] }).drain();
    assertEquals((await queue.get(id)).status, "ready");
  }));

Deno.test("a permanent error is not tried again, another is", () =>
  withQueue(async (queue) => {
    const fatal = task("fatal", () => {
      throw new PermanentError("no such user");
    });
    let calls = 0;
    const flaky = task("flaky", () => {
      if (++calls < 3) throw new Error("again");
      return calls;
    }, { backoff: { kind: "fixed", baseMs: 0, capMs: 0, jitter: "none" } });
    const [first, second] = await queue.submitMany([fatal(), flaky()]);
    await new Worker(queue, { tasks: [fatal, flaky] }).drain();
    const failed = await queue.get(first!);
    assertEquals([failed.status, failed.reason, failed.attempt], ["failed", "error", 1]);
    assertEquals(failed.error?.message, "no such user");
    const done = await queue.get(second!);
    assertEquals([done.status, done.result, done.failures], ["completed", 3, 2]);
    assertEquals((await queue.attempts(second!)).map((a) => a.outcome), ["error", "error", "completed"]);
  }));

Deno.test("follow tells output, progress and the end", () =>
  withQueue(async (queue) => {
    const id = await queue.submit(double({ n: 4 }));
    const working = new Worker(queue, { tasks: [double] }).drain();
    const events: JobEvent[] = [];
    for await (const event of queue.follow(id)) events.push(event);
    await working;
    const last = events.at(-1)!;
    assert(last.type === "status" && last.job.status === "completed");
    const text = events.flatMap((e) => e.type === "log" ? [new TextDecoder().decode(e.chunk.data)] : []).join(
      "",
    );
    assertEquals(text, "doubling 4\n");
    assert(events.some((e) => e.type === "progress"));
  }));

Deno.test("wait: all, any, an unknown id, a deadline", () =>
  withQueue(async (queue) => {
    const [a, b] = await queue.submitMany([double({ n: 1 }), double({ n: 2 })]);
    await assertRejects(() => queue.wait([a!, 77]), NotFoundError, "77");
    await assertRejects(() => queue.wait(a!, { timeoutMs: 1 }), TimeoutError, `Job ${a} had not ended`);
    const waiting = queue.wait([a!, b!]);
    await new Worker(queue, { tasks: [double] }).drain();
    assertEquals((await waiting).map((job) => job.result), [2, 4]);
    assertEquals((await queue.wait([b!, a!], { any: true })).length, 2);
  }));

Deno.test("cancel, requeue and clear change what they may", () =>
  withQueue(async (queue) => {
    const id = await queue.submit(double({ n: 3 }));
    assertEquals((await queue.cancel([id]))[0]?.result, "done");
    assertEquals((await queue.get(id)).status, "cancelled");
    assertEquals((await queue.requeue([id]))[0]?.result, "done");
    assertEquals(await queue.clear(), 0);
    await new Worker(queue, { tasks: [double] }).drain();
    assertEquals(await queue.clear({ statuses: ["completed"] }), 1);
    await assertRejects(() => queue.get(id), NotFoundError, `${id}`);
  }));

Deno.test("failures are found by their cause, and run again a few first", () =>
  withQueue(async (queue) => {
    const { store } = queue;
    const ids = await queue.submitMany([double({ n: 1 }), double({ n: 2 })]);
    const worker = { id: "w", host: "box", boot: null, pid: 1, pidStart: null };
    await store.claim({ worker, limit: 2, leaseMs: 1_000, routes: ["function:double"] }, 0);
    const error = { class: "Error", message: "no disk", fingerprint: "f" };
    await store.heartbeat([{ id: ids[0]!, attempt: 1, checkpoint: { at: 3 } }], 1_000, 0);
    await store.finish(
      ids.map((id) => ({
        id,
        attempt: 1,
        outcome: { type: "failed", reason: "error", error, retryAt: null, dead: true },
        usage: { wallMs: 1, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null },
      })),
      0,
    );
    const [cause] = await queue.causes({ fingerprint: "f" });
    assertEquals([cause!.count, cause!.failed], [2, 2]);
    await queue.mute([cause!.id]);
    assertEquals((await queue.cause(cause!.id)).mutedUntil, Infinity);
    assertEquals((await queue.list({ cause: cause!.id, dead: true })).map((job) => job.id), ids);
    assertEquals((await queue.dismiss([ids[1]!]))[0]!.result, "done");
    assertEquals((await queue.checkpoint(ids[0]!))?.value, { at: 3 });
    await queue.requeue(ids, { canaries: [ids[0]!], fresh: true });
    assertEquals(await queue.checkpoint(ids[0]!), null);
    assertEquals((await queue.get(ids[1]!)).canaries, [ids[0]!]);
    await new Worker(queue, { tasks: [double] }).drain();
    assertEquals((await queue.list()).map((job) => job.status), ["completed", "completed"]);
  }));

Deno.test("a paused queue gives nothing until it is resumed", () =>
  withQueue(async (queue) => {
    const id = await queue.submit(double({ n: 3 }), { queue: "held" });
    await queue.pause("held");
    await new Worker(queue, { tasks: [double] }).drain();
    assertEquals((await queue.get(id)).status, "ready");
    await queue.resume("held");
    await new Worker(queue, { tasks: [double] }).drain();
    assertEquals((await queue.get(id)).status, "completed");
  }));

Deno.test("children see their parents' results", () =>
  withQueue(async (queue) => {
    const sum = task("sum", (_: undefined, ctx) =>
      Object.values(ctx.parents).reduce((a, b) => Number(a) + Number(b), 0));
    const parents = await queue.submitMany([
      double({ n: 1 }),
      double({ n: 2 }),
    ].map((call, i) => ({ ...call, options: { name: `p${i}` } })));
    const id = await queue.submit(sum(), { after: parents });
    await new Worker(queue, { tasks: [double, sum] }).drain();
    assertEquals((await queue.get(id)).result, 6);
  }));

Deno.test("a command's result is what it prints", () =>
  withQueue(async (queue) => {
    const id = await queue.submit(command([Deno.execPath(), "eval", "console.log('{\"a\": 1}')"]));
    await new Worker(queue).drain();
    assertEquals((await queue.get(id)).result, { a: 1 });
  }));
