import { assert, assertEquals, assertMatch } from "@std/assert";
import type { RunResult } from "../../src/core/ports.ts";
import { BusyError } from "../../src/core/errors.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { settle } from "../../src/testing/mod.ts";
import { done, failed, job, rig, untilKilled, untilStopped } from "./rig.ts";

const two = [job({ maxAttempts: 2 }), job({ maxAttempts: 2 })];

Deno.test("drain lets running jobs end and starts no others", async () => {
  const waiting: ((result: RunResult) => void)[] = [];
  const r = rig(() => new Promise((resolve) => waiting.push(resolve)), { mode: "run", concurrency: 1 });
  await r.store.enqueue({ jobs: two }, r.clock.now());
  const { end } = await r.start();
  r.engine.stop("drain");
  await settle();
  assertEquals(r.runner.running, 1);
  waiting[0]!(done);
  assertEquals((await end).completed, 1);
  assertEquals((await r.store.stats()).statuses.ready, 1);
});

Deno.test("what outlives the grace of a drain is asked to stop and given back without a failure", async () => {
  const r = rig(untilStopped, { mode: "run", shutdownGraceMs: 5_000 });
  await r.store.enqueue({ jobs: two }, r.clock.now());
  const { end } = await r.start();
  r.engine.stop("drain");
  await r.clock.advance(4_999);
  assertEquals(r.runner.running, 2);
  await r.clock.advance(1);
  assertEquals((await end).released, 2);
  for (const stored of await r.store.list({})) assertEquals([stored.status, stored.failures], ["ready", 0]);
});

Deno.test("cancel asks at once, then kills after each job's grace", async () => {
  const r = rig(untilKilled, { mode: "run" });
  await r.store.enqueue({ jobs: two }, r.clock.now());
  const { end } = await r.start();
  r.engine.stop("cancel");
  await r.clock.advance(499);
  assertEquals(r.runner.running, 2);
  await r.clock.advance(1);
  assertEquals((await end).released, 2);
  assertEquals((await r.store.stats()).statuses.ready, 2);
});

Deno.test("kill waits for nothing", async () => {
  const r = rig(untilKilled, { mode: "run" });
  await r.store.enqueue({ jobs: two }, r.clock.now());
  const { end } = await r.start();
  r.engine.stop("kill");
  assertEquals((await end).released, 2);
});

Deno.test("a body that cannot be ended is left behind at shutdown, and its job is not given back", async () => {
  const r = rig(() => new Promise(() => {}), { mode: "run" });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5 })] }, r.clock.now());
  await r.start();
  r.engine.stop("kill");
  const { released, failed } = await r.finish();
  assertEquals([released, failed], [0, 1]);
  assert(r.events.some((event) => event.type === "warning" && event.message.includes("left behind")));
  const [stored] = await r.store.list({});
  assertEquals([stored!.status, stored!.reason, stored!.error?.class], ["failed", "error", "NotStopped"]);
  assertMatch(stored!.error!.message, /may still be running.*requeue it/);
});

Deno.test("a body that goes on after its timeout is never joined by a retry", async () => {
  let tries = 0;
  const r = rig(() => {
    tries++;
    return new Promise(() => {});
  }, { mode: "run" });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5, timeoutMs: 1_000, graceMs: 300 })] }, r.clock.now());
  const { end } = await r.start();
  // Killed when its grace is over, it has ten seconds to be gone, as on a busy machine it may need.
  await r.clock.advance(1_300 + 9_999);
  assertEquals((await r.store.list({}))[0]!.status, "running");
  await r.clock.advance(1);
  const [stored] = await r.store.list({});
  assertEquals([stored!.status, stored!.reason, stored!.error?.class], ["failed", "timeout", "NotStopped"]);
  await r.clock.advance(600_000);
  assertEquals(tries, 1);
  r.engine.stop();
  assertEquals((await end).retried, 0);
});

Deno.test("a body that goes on after it was cancelled is cancelled, and the record says that it may run", async () => {
  const r = rig(() => new Promise(() => {}), { mode: "run" });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5 })] }, r.clock.now());
  const { end } = await r.start();
  await r.store.cancel([1], r.clock.now());
  await r.clock.advance(250 + 500 + 10_000);
  const [stored] = await r.store.list({});
  assertEquals([stored!.status, (await r.store.attempts(1))[0]!.error?.class], ["cancelled", "NotStopped"]);
  r.engine.stop();
  await end;
});

Deno.test("what a runner could not end is not tried again, unless the job had done its work", async () => {
  const bodies: RunResult[] = [{ ...failed("left something"), notStopped: true }, {
    ...done,
    notStopped: true,
  }];
  const r = rig((claimed) => bodies[claimed.id - 1]!);
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5 }), job({ maxAttempts: 5 })] }, r.clock.now());
  const { failed: lost, retried, completed } = await r.finish();
  assertEquals([lost, retried, completed], [1, 0, 1]);
});

Deno.test("what a runner could not end is not tried again by a rule because JSON cannot carry its result", async () => {
  const rules = [{ match: {}, action: { do: "retry" } }] as const;
  const r = rig(() => ({ type: "completed", result: { n: 1n } as never, notStopped: true }));
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5, rules })] }, r.clock.now());
  const { failed: ended, retried } = await r.finish();
  assertEquals([ended, retried], [1, 0]);
});

Deno.test("a job that a locked store keeps from starting is given back when its worker is killed", async () => {
  const store = new MemoryStore();
  let asked = 0;
  store.parents = () => {
    asked++;
    return Promise.reject(new BusyError("locked"));
  };
  const r = rig(() => done, { mode: "run", store });
  const child = job({}, { after: [{ index: 0, on: "success" }] });
  await store.enqueue({ jobs: [job(), child] }, r.clock.now());
  await r.start();
  r.engine.stop("kill");
  const { released, failed: ended } = await r.finish();
  assertEquals([released, ended], [1, 0]);
  assertEquals((await store.list({ ids: [2] }))[0]!.status, "ready");
  const before = asked;
  await r.clock.advance(60_000);
  assertEquals(asked - before, 0);
});

Deno.test("what a runner could not end is not given back at shutdown, whatever it returned", async () => {
  const r = rig(
    (_claimed, { signal }) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => resolve({ ...done, notStopped: true }))
      ),
    {
      mode: "run",
    },
  );
  await r.store.enqueue({ jobs: two }, r.clock.now());
  const { end } = await r.start();
  r.engine.stop("cancel");
  const { released, failed: lost } = await end;
  assertEquals([released, lost], [0, 2]);
});

Deno.test("levels only rise", async () => {
  const r = rig(untilStopped, { mode: "run" });
  await r.store.enqueue({ jobs: [job()] }, r.clock.now());
  const { end } = await r.start();
  r.engine.stop("cancel");
  r.engine.stop("drain");
  await end;
  const levels = r.events.flatMap((event) => event.type === "draining" ? [event.level] : []);
  assertEquals(levels, ["cancel"]);
});

Deno.test("what is claimed while the stop arrives is given back unstarted", async () => {
  const r = rig(() => done, { mode: "run" });
  await r.store.enqueue({ jobs: two }, r.clock.now());
  const end = r.engine.run();
  r.engine.stop("drain");
  const report = await end;
  assertEquals(report.completed, 0);
  assertEquals((await r.store.stats()).statuses.ready, 2);
});

Deno.test("an attempt that times out is asked, killed after its grace, and fails with reason timeout", async () => {
  const reasons: unknown[] = [];
  const r = rig((claimed, context) => {
    context.signal.addEventListener("abort", () => reasons.push(context.signal.reason));
    return untilKilled(claimed, context);
  });
  await r.store.enqueue({ jobs: [job({ timeoutMs: 1_000, graceMs: 300 })] }, r.clock.now());
  await r.start();
  await r.clock.advance(1_000);
  assertEquals([reasons, r.runner.running], [["timeout"], 1]);
  await r.clock.advance(300);
  assertEquals(r.runner.running, 0);
  const [stored] = await r.store.list({});
  assertEquals([stored!.status, stored!.reason], ["failed", "timeout"]);
  assertEquals(stored!.error?.message, "Timed out after 1s");
  await r.finish();
});

Deno.test("a timeout is a failure like any other: it is retried", async () => {
  let tries = 0;
  const r = rig((claimed, context) => ++tries === 1 ? untilStopped(claimed, context) : done);
  await r.store.enqueue({ jobs: [job({ timeoutMs: 1_000, maxAttempts: 2 })] }, r.clock.now());
  assertEquals((await r.finish()).completed, 1);
});

Deno.test("a result that comes after the stop does not count", async () => {
  const r = rig((_claimed, { signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(done)))
  );
  await r.store.enqueue({ jobs: [job({ timeoutMs: 1_000 })] }, r.clock.now());
  await r.finish();
  assertEquals((await r.store.list({}))[0]!.reason, "timeout");
});

Deno.test("a cancel request reaches a running job long before its heartbeat", async () => {
  const r = rig(untilStopped, { mode: "run", heartbeatMs: 1_000_000, leaseMs: 3_000_000 });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 3 })] }, r.clock.now());
  const { end } = await r.start();
  await r.store.cancel([1], r.clock.now());
  await r.clock.advance(300);
  assertEquals((await r.store.list({}))[0]!.status, "cancelled");
  r.engine.stop();
  assertEquals((await end).cancelled, 1);
});

Deno.test("a failure of a job that is being cancelled is no failure", async () => {
  const r = rig((_claimed, { signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(failed("interrupted"))))
  );
  await r.store.enqueue({ jobs: [job({ maxAttempts: 3 })] }, r.clock.now());
  await r.start();
  await r.store.cancel([1], r.clock.now());
  await r.finish();
  const [stored] = await r.store.list({});
  assertEquals([stored!.status, stored!.failures], ["cancelled", 0]);
});
