import { assertEquals } from "@std/assert";
import type { ProcessInfo, Store, WorkerInfo } from "../../src/core/ports.ts";
import type { OrphanedAttempt, ProcessTable } from "../../src/engine/options.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { FakeClock, settle } from "../../src/testing/mod.ts";
import { done, job, rig, WORKER } from "./rig.ts";

const DEAD: WorkerInfo = { id: "w0", host: "here", boot: "b1", pid: 50, pidStart: "500" };

/** A process table in which only some pids are gone, and which notes what it was asked to end. */
function table(...gone: number[]): ProcessTable & { readonly ended: OrphanedAttempt[]; release: () => void } {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => open = resolve);
  const ended: OrphanedAttempt[] = [];
  return {
    ended,
    release: open,
    isGone: ({ pid }: ProcessInfo) => gone.includes(pid),
    end(attempt): Promise<void> {
      ended.push(attempt);
      return gate;
    },
  };
}

/** A store with one job that a worker claimed and left. */
async function abandoned(owner: WorkerInfo, clock: FakeClock, maxAttempts = 2): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.enqueue({ jobs: [job({ maxAttempts })] }, clock.now());
  await store.claim({ worker: owner, limit: 1, leaseMs: 30_000, routes: ["test"] }, clock.now());
  await store.heartbeat([{ id: 1, attempt: 1, process: { pid: 60, pidStart: "600" } }], 30_000, clock.now());
  return store;
}

Deno.test("a job of a dead worker on this host is taken over at once, after its process has ended", async () => {
  const clock = new FakeClock();
  const store = await abandoned(DEAD, clock);
  const processes = table(DEAD.pid);
  const r = rig(() => done, { clock, store, processes, location: "/q.db" });
  await r.start();
  assertEquals(processes.ended, [
    { id: 1, attempt: 1, process: { pid: 60, pidStart: "600" }, location: "/q.db" },
  ]);
  assertEquals((await store.list({}))[0]!.status, "running");
  processes.release();
  const report = await r.finish();
  assertEquals([report.rescued, report.completed], [1, 1]);
  const [lost, second] = await store.attempts(1);
  assertEquals([lost!.outcome, second!.outcome], ["lost", "completed"]);
});

Deno.test("a look asks once about each worker, however many jobs it holds", async () => {
  const clock = new FakeClock();
  const store = new MemoryStore();
  await store.enqueue({ jobs: Array.from({ length: 20 }, () => job({ maxAttempts: 2 })) }, clock.now());
  await store.claim({ worker: DEAD, limit: 20, leaseMs: 30_000, routes: ["test"] }, clock.now());
  const asked: number[] = [];
  const isGone = ({ pid }: ProcessInfo): boolean => {
    asked.push(pid);
    return true;
  };
  const processes: ProcessTable = { isGone, end: () => Promise.resolve() };
  const { rescued } = await rig(() => done, { clock, store, processes }).finish();
  assertEquals([asked, rescued], [[DEAD.pid], 20]);
});

Deno.test("a worker that lives keeps its job until the lease ends", async () => {
  const clock = new FakeClock();
  const store = await abandoned(DEAD, clock);
  const processes = table();
  processes.release();
  const r = rig(() => done, { clock, store, processes, mode: "run" });
  const { end } = await r.start();
  await clock.advance(29_000);
  assertEquals((await store.list({}))[0]!.failures, 0);
  await clock.advance(20_000);
  assertEquals((await store.list({}))[0]!.status, "completed");
  assertEquals(processes.ended.length, 1);
  r.engine.stop();
  await end;
});

Deno.test("another host, or another boot, is believed until the lease ends, and nothing is killed here", async () => {
  for (const owner of [{ ...DEAD, host: "elsewhere" }, { ...DEAD, boot: "b0" }, { ...DEAD, boot: null }]) {
    const clock = new FakeClock();
    const store = await abandoned(owner, clock);
    const processes = table(DEAD.pid);
    const r = rig(() => done, { clock, store, processes, mode: "run" });
    const { end } = await r.start();
    assertEquals((await store.list({}))[0]!.status, "running");
    await clock.advance(50_000);
    assertEquals((await store.list({}))[0]!.status, "completed");
    assertEquals(processes.ended, []);
    r.engine.stop();
    await end;
  }
});

Deno.test("a job whose attempts are used up ends as failed, reason lost", async () => {
  const clock = new FakeClock();
  const store = await abandoned(DEAD, clock, 1);
  const processes = table(DEAD.pid);
  processes.release();
  const r = rig(() => done, { clock, store, processes });
  assertEquals((await r.finish()).rescued, 1);
  const [stored] = await store.list({});
  assertEquals([stored!.status, stored!.reason], ["failed", "lost"]);
});

Deno.test("a heartbeat while the old process is being ended keeps the job where it is", async () => {
  const clock = new FakeClock();
  const store = await abandoned(DEAD, clock);
  const processes = table(DEAD.pid);
  const r = rig(() => done, { clock, store, processes });
  await r.start();
  await store.heartbeat([{ id: 1, attempt: 1 }], 60_000, clock.now());
  processes.release();
  await settle();
  assertEquals((await store.list({}))[0]!.worker, DEAD.id);
  assertEquals((await r.finish()).rescued, 0);
});

Deno.test("an orphan that cannot be ended holds up neither the others nor the next look", async () => {
  const clock = new FakeClock();
  const store = new MemoryStore();
  await store.enqueue({ jobs: [job({ maxAttempts: 2 }), job({ maxAttempts: 2 })] }, clock.now());
  await store.claim({ worker: DEAD, limit: 2, leaseMs: 30_000, routes: ["test"] }, clock.now());
  const stuck = Promise.withResolvers<void>();
  const asked: number[] = [];
  const processes: ProcessTable = {
    isGone: ({ pid }) => pid === DEAD.pid,
    end: ({ id }) => {
      asked.push(id);
      return id === 1 ? stuck.promise : Promise.resolve();
    },
  };
  const r = rig(() => done, { clock, store, processes, mode: "run" });
  const { end } = await r.start();
  const statuses = async (): Promise<string[]> => (await store.list({})).map(({ status }) => status);
  assertEquals(await statuses(), ["running", "scheduled"]);
  await clock.advance(60_000);
  assertEquals([await statuses(), asked], [["running", "completed"], [1, 2]]);
  stuck.resolve();
  await clock.advance(20_000);
  assertEquals(await statuses(), ["completed", "completed"]);
  r.engine.stop();
  await end;
});

Deno.test("an engine never rescues what it runs itself", async () => {
  const processes = table(WORKER.pid);
  processes.release();
  let release = (): void => {};
  const r = rig(() => new Promise((resolve) => release = () => resolve(done)), { processes });
  await r.store.enqueue({ jobs: [job()] }, r.clock.now());
  await r.start();
  await r.clock.advance(120_000);
  release();
  const report = await r.finish();
  assertEquals([report.rescued, report.completed], [0, 1]);
});

Deno.test("a drain stays until a lease that looks ended has been watched for a whole lease", async () => {
  for (const owner of [DEAD, { ...DEAD, host: "elsewhere" }]) {
    const clock = new FakeClock();
    const store = await abandoned(owner, clock);
    // The worker starts much later: for all it knows, somebody has just set the clock.
    await clock.advance(3_600_000);
    const start = clock.now();
    const processes = table();
    processes.release();
    const r = rig(() => done, { clock, store, processes });
    assertEquals((await r.finish()).rescued, 1);
    const [, second] = await store.attempts(1);
    assertEquals([second!.outcome, second!.startedAt - start], ["completed", 30_000 + 2_000]);
  }
});

Deno.test("what ran before the machine started again is taken over as soon as its lease is over", async () => {
  const clock = new FakeClock();
  const store = await abandoned({ ...DEAD, boot: "b0" }, clock);
  await clock.advance(31_000);
  const r = rig(() => done, { clock, store, processes: table(), mode: "run" });
  const { end } = await r.start();
  assertEquals((await store.attempts(1)).map(({ outcome }) => outcome), ["lost"]);
  r.engine.stop();
  await end;
});

Deno.test("on a server, a machine of the same name is not taken for an earlier start of this one", async () => {
  for (const remote of [true, false]) {
    const clock = new FakeClock();
    const inner = await abandoned({ ...DEAD, boot: "b0/1" }, clock);
    const store = withRemote(inner, remote);
    await clock.advance(40_000);
    const processes = table(DEAD.pid);
    const r = rig(() => done, { clock, store, processes, mode: "run", worker: { ...WORKER, boot: "b1/1" } });
    const { end } = await r.start();
    // Its lease is over by the clock, which may be because nobody reached the server.
    assertEquals((await inner.list({}))[0]!.failures, remote ? 0 : 1);
    await clock.advance(31_000);
    assertEquals((await inner.list({}))[0]!.failures, 1);
    r.engine.stop();
    await end;
  }
});

function withRemote(store: MemoryStore, remote: boolean): Store {
  return new Proxy(store, {
    get: (target, key): unknown => {
      const value = Reflect.get(target, key);
      if (key === "capabilities") return { ...target.capabilities, remote };
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
