import { assert, assertEquals } from "@std/assert";
import { BusyError } from "../../src/core/errors.ts";
import type { Beat, RunResult, WorkerInfo } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { lost } from "../../src/testing/contract/kit.ts";
import { settle } from "../../src/testing/mod.ts";
import { done, job, rig, spy, untilStopped, WORKER } from "./rig.ts";

const OTHER: WorkerInfo = { id: "w2", host: "elsewhere", boot: "b9", pid: 7, pidStart: "7" };

Deno.test("a heartbeat extends the leases of all running jobs in one call", async () => {
  const { store, calls } = spy(new MemoryStore());
  const waiting: ((result: RunResult) => void)[] = [];
  const r = rig(() => new Promise((resolve) => waiting.push(resolve)), { store });
  await store.enqueue({ jobs: [job(), job()] }, r.clock.now());
  await r.start();
  const start = r.clock.now();
  await r.clock.advance(20_000);
  const beats = calls.filter(({ verb }) => verb === "heartbeat");
  assertEquals(beats.map(({ args }) => (args[0] as Beat[]).length), [2, 2]);
  const leases = await store.leases({ host: WORKER.host });
  assertEquals(leases.map(({ leaseUntil }) => leaseUntil - start), [50_000, 50_000]);
  for (const resolve of waiting) resolve(done);
  await r.finish();
});

/** A watch that never says a thing. */
// deno-lint-ignore require-yield
async function* silence(signal: AbortSignal): AsyncGenerator<void> {
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

Deno.test("a heartbeat brings cancel requests", async () => {
  const { store } = spy(new MemoryStore());
  // A store whose watch says nothing: only the heartbeat can tell.
  const deaf = new Proxy(store, {
    get: (target, verb): unknown => verb === "watch" ? silence : Reflect.get(target, verb),
  });
  const r = rig(untilStopped, { store: deaf, mode: "run" });
  await store.enqueue({ jobs: [job()] }, r.clock.now());
  const { end } = await r.start();
  await store.cancel([1], r.clock.now());
  await r.clock.advance(9_999);
  assertEquals((await store.list({}))[0]!.status, "running");
  await r.clock.advance(1);
  assertEquals((await store.list({}))[0]!.status, "cancelled");
  r.engine.stop();
  await end;
});

Deno.test("an attempt that was taken over is stopped, and its end is not recorded", async () => {
  const { store, calls } = spy(new MemoryStore());
  const reasons: unknown[] = [];
  const r = rig((claimed, context) => {
    context.signal.addEventListener("abort", () => reasons.push(context.signal.reason));
    return untilStopped(claimed, context);
  }, { store, mode: "run", maxJobs: 1 });
  await store.enqueue({ jobs: [job({ maxAttempts: 3 })] }, r.clock.now());
  const { end } = await r.start();
  const [lease] = await store.leases({ host: WORKER.host });
  const { id, attempt, leaseUntil } = lease!;
  await store.rescue([{ id, attempt, leaseUntil, outcome: lost(leaseUntil) }], leaseUntil);
  await store.claim({ worker: OTHER, limit: 1, leaseMs: 1e6, routes: ["test"] }, leaseUntil);
  await r.clock.advance(10_000);
  assertEquals(reasons, ["lost"]);
  assertEquals((await end).lost, 1);
  assertEquals(calls.filter(({ verb }) => verb === "finish").length, 0);
  assertEquals((await store.list({}))[0]!.worker, OTHER.id);
});

Deno.test("a finish that comes after a takeover changes nothing", async () => {
  const waiting: ((result: RunResult) => void)[] = [];
  const r = rig(() => new Promise((resolve) => waiting.push(resolve)), { mode: "run", maxJobs: 1 });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 3 })] }, r.clock.now());
  const { end } = await r.start();
  const [lease] = await r.store.leases({ host: WORKER.host });
  const { id, attempt, leaseUntil } = lease!;
  await r.store.rescue([{ id, attempt, leaseUntil, outcome: lost(leaseUntil) }], leaseUntil);
  await r.store.claim({ worker: OTHER, limit: 1, leaseMs: 1e6, routes: ["test"] }, leaseUntil);
  waiting[0]!(done);
  const report = await end;
  assertEquals([report.completed, report.lost], [0, 1]);
  const finished = r.events.find((event) => event.type === "finished");
  assertEquals(finished?.accepted, false);
  assertEquals((await r.store.list({}))[0]!.status, "running");
});

Deno.test("a body is told that its lease is over though its heartbeat still waits for the store", async () => {
  const store = new MemoryStore();
  const beat = store.heartbeat.bind(store);
  const waiting: (() => void)[] = [];
  store.heartbeat = async (...args) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return await beat(...args);
  };
  const told: [reason: unknown, at: number][] = [];
  const r = rig((claimed, context) => {
    context.signal.addEventListener("abort", () => told.push([context.signal.reason, r.clock.monotonic()]));
    return untilStopped(claimed, context);
  }, { store, mode: "run" });
  await store.enqueue({ jobs: [job({ maxAttempts: 3 })] }, r.clock.now());
  const { end } = await r.start();
  await r.clock.advance(29_999);
  assertEquals([waiting.length, told], [1, []]);
  await r.clock.advance(1);
  assertEquals(told, [["lost", 30_000]]);
  for (const resolve of waiting) resolve();
  await settle();
  r.engine.stop();
  assertEquals((await end).lost, 1);
});

Deno.test("a heartbeat that fails is repeated within the lease", async () => {
  const { store, errors } = spy(new MemoryStore());
  const waiting: ((result: RunResult) => void)[] = [];
  const r = rig(() => new Promise((resolve) => waiting.push(resolve)), { store });
  await store.enqueue({ jobs: [job()] }, r.clock.now());
  await r.start();
  errors.heartbeat = [new BusyError("locked"), new BusyError("locked")];
  const start = r.clock.now();
  await r.clock.advance(12_000);
  const [lease] = await store.leases({ host: WORKER.host });
  assert(lease!.leaseUntil - start > 40_000);
  waiting[0]!(done);
  assertEquals((await r.finish()).completed, 1);
});

Deno.test("when the lease ends unheard, the attempt is stopped as lost", async () => {
  const { store, errors } = spy(new MemoryStore());
  const reasons: unknown[] = [];
  const r = rig((claimed, context) => {
    context.signal.addEventListener("abort", () => reasons.push(context.signal.reason));
    return untilStopped(claimed, context);
  }, { store, mode: "run", maxJobs: 1 });
  await store.enqueue({ jobs: [job()] }, r.clock.now());
  const { end } = await r.start();
  errors.heartbeat = Array.from({ length: 1_000 }, () => new BusyError("locked"));
  await r.clock.advance(29_999);
  assertEquals(reasons, []);
  await r.clock.advance(2_000);
  assertEquals(reasons, ["lost"]);
  assertEquals((await end).lost, 1);
});

Deno.test("progress is passed on soon, coalesced, and the last one before the finish", async () => {
  const { store, calls } = spy(new MemoryStore());
  const waiting: ((result: RunResult) => void)[] = [];
  const r = rig((_claimed, context) => {
    for (let i = 1; i <= 100; i++) context.progress(i);
    return new Promise((resolve) =>
      waiting.push((result) => {
        context.progress("last");
        resolve(result);
      })
    );
  }, { store });
  await store.enqueue({ jobs: [job()] }, r.clock.now());
  await r.start();
  await r.clock.advance(500);
  assertEquals((await store.list({}))[0]!.progress, 100);
  assertEquals(calls.filter(({ verb }) => verb === "heartbeat").length, 1);
  waiting[0]!(done);
  await r.finish();
  assertEquals((await store.list({}))[0]!.progress, "last");
});

Deno.test("a process that lasts is registered with the store", async () => {
  const r = rig((claimed, context) => {
    void context.process({ pid: 4242, pidStart: "99" });
    return untilStopped(claimed, context);
  }, { mode: "run" });
  await r.store.enqueue({ jobs: [job()] }, r.clock.now());
  const { end } = await r.start();
  await r.clock.advance(100);
  const [lease] = await r.store.leases({ host: WORKER.host });
  assertEquals(lease!.process, { pid: 4242, pidStart: "99" });
  r.engine.stop("cancel");
  await end;
  await settle();
});
