import { assert, assertEquals, assertRejects } from "@std/assert";
import { BusyError, UnavailableError } from "../../src/core/errors.ts";
import type { Claim, RunResult } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { FakeClock, settle } from "../../src/testing/mod.ts";
import { done, failed, job, rig, spy, untilStopped } from "./rig.ts";

Deno.test("drain runs every job once and ends", async () => {
  const r = rig(() => done, { concurrency: 3 });
  await r.store.enqueue({ jobs: Array.from({ length: 10 }, () => job()) }, r.clock.now());
  const report = await r.finish();
  assertEquals(report.started, 10);
  assertEquals(report.completed, 10);
  assertEquals((await r.store.stats()).statuses.completed, 10);
  assert(r.runner.closed);
});

Deno.test("no more jobs run at once than concurrency allows", async () => {
  const waiting: ((result: RunResult) => void)[] = [];
  const r = rig(() => new Promise((resolve) => waiting.push(resolve)), { concurrency: 3 });
  await r.store.enqueue({ jobs: Array.from({ length: 7 }, () => job()) }, r.clock.now());
  const { end } = await r.start();
  while (waiting.length > 0) {
    assert(r.runner.running <= 3);
    waiting.shift()!(done);
    await settle();
  }
  assertEquals((await end).completed, 7);
  assertEquals(r.runner.most, 3);
});

Deno.test("finishes and the next claim are made in one turn, in that order", async () => {
  const { store, calls } = spy(new MemoryStore());
  const r = rig(() => done, { store, concurrency: 4 });
  await store.enqueue({ jobs: Array.from({ length: 12 }, () => job()) }, r.clock.now());
  await r.finish();
  const finishes = calls.filter((call) => call.verb === "finish");
  assertEquals(finishes.map((call) => (call.args[0] as unknown[]).length), [4, 4, 4]);
  for (const finish of finishes) {
    const claim = calls[calls.indexOf(finish) + 1]!;
    assertEquals([claim.verb, claim.turn], ["claim", finish.turn]);
  }
});

Deno.test("children that a finish sets free are claimed in the same exchange", async () => {
  const { store, calls } = spy(new MemoryStore());
  const seen: unknown[] = [];
  const r = rig((claimed, { parents }) => {
    seen.push(parents.map((parent) => parent.result));
    return { type: "completed", result: claimed.id };
  }, { store });
  const jobs = [job(), job({}, { after: [{ index: 0, on: "success" }] })];
  await store.enqueue({ jobs }, r.clock.now());
  await r.finish();
  assertEquals(seen, [[], [1]]);
  assertEquals(calls.filter((call) => call.verb === "finish").length, 2);
});

Deno.test("a failed attempt is tried again at the time its policy says", async () => {
  const at: number[] = [];
  const r = rig(() => {
    at.push(r.clock.now());
    return at.length < 3 ? failed() : done;
  });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5 })] }, r.clock.now());
  const start = r.clock.now();
  const report = await r.finish();
  assertEquals(at.map((time) => time - start), [0, 2_000, 4_000]);
  assertEquals([report.retried, report.completed], [2, 1]);
});

Deno.test("attempts end with the budget, and a permanent failure ends them at once", async () => {
  const r = rig((claimed) => claimed.id === 1 ? failed() : { ...failed(), permanent: true } as RunResult);
  await r.store.enqueue({ jobs: [job({ maxAttempts: 3 }), job({ maxAttempts: 3 })] }, r.clock.now());
  await r.finish();
  const [budget, permanent] = await r.store.list({});
  assertEquals([budget!.status, budget!.failures], ["failed", 3]);
  assertEquals([permanent!.status, permanent!.failures], ["failed", 1]);
});

Deno.test("drain waits for retries, and not for jobs of a later time", async () => {
  let tries = 0;
  const r = rig(() => ++tries === 1 ? failed() : done);
  const later = r.clock.now() + 3_600_000;
  await r.store.enqueue({ jobs: [job({ maxAttempts: 2 }), job({}, { runAt: later })] }, r.clock.now());
  await r.finish();
  const statuses = (await r.store.list({})).map(({ status }) => status);
  assertEquals(statuses, ["completed", "scheduled"]);
});

Deno.test("run goes on until it is stopped, and starts what is submitted meanwhile", async () => {
  const r = rig(() => done, { mode: "run" });
  const { end } = await r.start();
  await r.store.enqueue({ jobs: [job()] }, r.clock.now());
  await settle();
  assertEquals((await r.store.stats()).statuses.completed, 1);
  r.engine.stop();
  assertEquals((await end).completed, 1);
});

Deno.test("a scheduled job starts when its time has come", async () => {
  const r = rig(() => done, { mode: "run" });
  await r.store.enqueue({ jobs: [job({}, { runAt: r.clock.now() + 60_000 })] }, r.clock.now());
  const { end } = await r.start();
  await r.clock.advance(59_999);
  assertEquals((await r.store.stats()).statuses.scheduled, 1);
  await r.clock.advance(1);
  assertEquals((await r.store.stats()).statuses.completed, 1);
  r.engine.stop();
  await end;
});

Deno.test("maxJobs starts so many and ends", async () => {
  const r = rig(() => done, { mode: "run", maxJobs: 3, concurrency: 2 });
  await r.store.enqueue({ jobs: Array.from({ length: 5 }, () => job()) }, r.clock.now());
  assertEquals((await r.finish()).started, 3);
  assertEquals((await r.store.stats()).statuses.ready, 2);
});

Deno.test("maxTimeMs stops claiming and lets running jobs end", async () => {
  let release: (result: RunResult) => void = () => {};
  const r = rig(() => new Promise((resolve) => release = resolve), {
    mode: "run",
    concurrency: 1,
    maxTimeMs: 1_000,
  });
  await r.store.enqueue({ jobs: [job(), job()] }, r.clock.now());
  const { end } = await r.start();
  await r.clock.advance(1_500);
  release(done);
  assertEquals((await end).completed, 1);
  assertEquals((await r.store.stats()).statuses.ready, 1);
});

Deno.test("isDone ends the run", async () => {
  let count = 0;
  const r = rig(() => {
    count++;
    return done;
  }, { mode: "run", concurrency: 1, isDone: () => count >= 2 });
  await r.store.enqueue({ jobs: Array.from({ length: 5 }, () => job()) }, r.clock.now());
  await r.finish();
  const { completed, ready, running } = (await r.store.stats()).statuses;
  assertEquals([completed + ready, running], [5, 0]);
  assert(completed >= 2 && completed < 5);
});

Deno.test("a busy store loses no outcome", async () => {
  const { store, errors } = spy(new MemoryStore());
  const r = rig(() => done, { store });
  await store.enqueue({ jobs: [job(), job()] }, r.clock.now());
  errors.claim = [new BusyError("locked")];
  errors.finish = [new BusyError("locked"), new BusyError("locked")];
  assertEquals((await r.finish()).completed, 2);
  assertEquals((await store.stats()).statuses.completed, 2);
  assert(r.events.some((event) => event.type === "warning"));
});

Deno.test("a store that is gone for good ends the run with its error, and the bodies are told", async () => {
  const { store, errors } = spy(new MemoryStore());
  const r = rig(untilStopped, { store, concurrency: 2, mode: "run" });
  await store.enqueue({ jobs: [job()] }, r.clock.now());
  errors.claim = [];
  const { end } = await r.start();
  assertEquals(r.runner.running, 1);
  errors.claim.push(new TypeError("no such table"));
  await store.enqueue({ jobs: [job()] }, r.clock.now());
  await r.clock.advance(10_000);
  await assertRejects(() => end, TypeError, "no such table");
  assertEquals(r.runner.running, 0);
});

Deno.test("a store out of reach is tried for the length of a lease", async () => {
  const { store, errors } = spy(new MemoryStore());
  const r = rig(() => done, { store, leaseMs: 3_000 });
  await store.enqueue({ jobs: [job()] }, r.clock.now());
  const start = r.clock.now();
  errors.claim = Array.from({ length: 100 }, () => new UnavailableError("no route"));
  await assertRejects(() => r.finish(), UnavailableError, "no route");
  assert(r.clock.now() - start >= 3_000);
});

Deno.test("a result that JSON cannot carry fails the job without a retry", async () => {
  const bad = { type: "completed", result: { when: new Map() } } as unknown as RunResult;
  const r = rig(() => bad);
  await r.store.enqueue({ jobs: [job({ maxAttempts: 3 })] }, r.clock.now());
  await r.finish();
  const [stored] = await r.store.list({});
  assertEquals([stored!.status, stored!.failures], ["failed", 1]);
  assertEquals(stored!.error?.message, "result.when is a Map, which JSON cannot carry");
});

Deno.test("a runner that throws fails the attempt, not the worker", async () => {
  const r = rig(() => {
    throw new RangeError("out of it");
  });
  await r.store.enqueue({ jobs: [job()] }, r.clock.now());
  await r.finish();
  const [stored] = await r.store.list({});
  assertEquals([stored!.error?.class, stored!.error?.message], ["RangeError", "out of it"]);
});

Deno.test("a claim whose answer comes after its lease is given back, not run", async () => {
  const store = new MemoryStore();
  let hold = true;
  const clock = new FakeClock();
  // As when the process is stopped between the commit and the answer.
  const slow = new Proxy(store, {
    get(target, verb): unknown {
      const value = Reflect.get(target, verb);
      if (verb !== "claim") return typeof value === "function" ? value.bind(target) : value;
      return async (...args: Parameters<MemoryStore["claim"]>): Promise<Claim> => {
        const answer = await target.claim(...args);
        if (hold) await clock.sleep(30_000);
        return answer;
      };
    },
  });
  let begun = 0;
  const r = rig(() => {
    begun++;
    return done;
  }, { store: slow, clock });
  await store.enqueue({ jobs: [job()] }, clock.now());
  await r.start();
  await clock.advance(29_999);
  hold = false;
  await clock.advance(1);
  const report = await r.finish();
  assertEquals([begun, report.started, report.released, report.completed], [1, 2, 1, 1]);
  const [stored] = await store.list({});
  assertEquals([stored!.attempt, stored!.failures], [2, 0]);
});
