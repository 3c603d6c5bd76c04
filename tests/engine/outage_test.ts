/** The server is away, and comes back, while workers wait and jobs run. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { BusyError, UnavailableError } from "../../src/core/errors.ts";
import type { RunResult, Store, WorkerInfo } from "../../src/core/ports.ts";
import { LostClaims } from "../../src/engine/lost_claims.ts";
import type { EngineEvent } from "../../src/engine/options.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { FakeClock, settle } from "../../src/testing/mod.ts";
import { done, job, rig, spy, untilStopped, WORKER } from "./rig.ts";
import { Server } from "./server.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LEASE = 30_000;
const OTHER: WorkerInfo = { id: "w2", host: "elsewhere", boot: "b9", pid: 7, pidStart: "7" };

/** A server with one job, and a body that goes on until it is told. */
async function scene(maxAttempts = 3): Promise<{
  readonly clock: FakeClock;
  readonly inner: MemoryStore;
  readonly server: Server;
  readonly reasons: unknown[];
  readonly body: Parameters<typeof rig>[0];
  readonly end: (result: RunResult) => void;
}> {
  const clock = new FakeClock();
  const inner = new MemoryStore();
  await inner.enqueue({ jobs: [job({ maxAttempts })] }, clock.now());
  const reasons: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<RunResult>();
  return {
    clock,
    inner,
    server: new Server(inner),
    reasons,
    body: (claimed, context) => {
      context.signal.addEventListener("abort", () => reasons.push(context.signal.reason));
      return Promise.race([promise, untilStopped(claimed, context)]);
    },
    end: resolve,
  };
}

const told = (events: readonly EngineEvent[], ...types: readonly string[]): string[] =>
  events.map(({ type }) => type).filter((type) => types.includes(type));

const outcomes = async (store: Store): Promise<string[]> =>
  (await store.attempts(1)).map(({ outcome }) => outcome);

Deno.test("a job goes on for hours while the server is down, and its end is recorded when it is back", async () => {
  const { clock, inner, server, reasons, body, end } = await scene();
  const r = rig(body, { store: server.connect(), clock, mode: "run", maxJobs: 1 });
  const { end: ended } = await r.start();
  server.reach = "down";
  await clock.advance(3 * HOUR);
  assertEquals(reasons, []);
  end(done);
  await clock.advance(MINUTE);
  assertEquals(await outcomes(inner), ["running"]);
  server.reach = "up";
  await clock.advance(10_000);
  assertEquals([(await ended).completed, await outcomes(inner)], [1, ["completed"]]);
  assertEquals(told(r.events, "unreachable", "reachable", "warning"), ["unreachable", "reachable"]);
  const first = r.events.find((event) => event.type === "unreachable");
  assertEquals([first?.running, first?.error.message], [1, "The server refuses connections"]);
});

Deno.test("a server that is back after hours takes no job from its holder, however many rescuers wait", async () => {
  const { clock, inner, server, reasons, body, end } = await scene();
  const owner = rig(body, { store: server.connect(), clock, mode: "run", maxJobs: 1 });
  const { end: ended } = await owner.start();
  const rivals = ["w2", "w3"].map((id) =>
    rig(() => done, { store: server.connect(), clock, mode: "run", worker: { ...OTHER, id } })
  );
  for (const rival of rivals) await rival.start();
  for (const away of [8_000, 25_000, 40_000, HOUR]) {
    await clock.advance(17_000);
    server.reach = "down";
    await clock.advance(away);
    server.reach = "up";
    // One that starts now has seen nothing of it.
    const heir = rig(() => done, { store: server.connect(), clock, worker: { ...OTHER, id: `h${away}` } });
    await heir.start();
    await clock.advance(LEASE);
    heir.engine.stop("kill");
  }
  end(done);
  await clock.advance(MINUTE);
  assertEquals([reasons, await outcomes(inner), (await ended).completed], [[], ["completed"], 1]);
  for (const { engine } of rivals) engine.stop();
  for (const rival of rivals) assertEquals((await rival.finish()).rescued, 0);
});

Deno.test("a body is stopped at the end of its lease when the server answers others, perhaps", async () => {
  const { clock, inner, server, reasons, body } = await scene();
  let cut = false;
  const r = rig(body, { store: server.connect(() => cut), clock, mode: "run" });
  await r.start();
  cut = true;
  await clock.advance(LEASE - 1);
  assertEquals(reasons, []);
  await clock.advance(2_000);
  assertEquals(reasons, ["lost"]);
  // The server knows nothing of that: somebody else takes the job over.
  const heir = rig(() => done, { store: server.connect(), clock, worker: OTHER });
  assertEquals((await heir.finish()).rescued, 1);
  assertEquals(await outcomes(inner), ["lost", "completed"]);
  cut = false;
  r.engine.stop();
  assertEquals((await r.finish()).lost, 1);
});

Deno.test("a server that was down and then falls silent keeps no job for longer than a lease", async () => {
  const { clock, server, reasons, body } = await scene();
  const r = rig(body, { store: server.connect(), clock, mode: "run" });
  await r.start();
  server.reach = "down";
  await clock.advance(2 * MINUTE);
  server.reach = "silent";
  await clock.advance(LEASE / 2 - 2_000);
  assertEquals(reasons, []);
  await clock.advance(4_000);
  assertEquals(reasons, ["lost"]);
  server.reach = "up";
  r.engine.stop();
  await r.finish();
});

Deno.test("a heartbeat is heard within a second after the server is back, work is asked for within four", async () => {
  const { clock, inner, server, body, end } = await scene();
  const { store, calls } = spy(server.connect());
  const r = rig(body, { store, clock, mode: "run", concurrency: 2, random: () => 1 });
  await r.start();
  server.reach = "down";
  await clock.advance(HOUR);
  await inner.enqueue({ jobs: [job()] }, clock.now());
  server.reach = "up";
  const before = calls.length;
  await clock.advance(1_000);
  assert(calls.slice(before).some(({ verb }) => verb === "heartbeat"));
  await clock.advance(3_000);
  assertEquals(r.runner.most, 2);
  end(done);
  await settle();
  r.engine.stop();
  await r.finish();
});

Deno.test("a worker that drains gives up on a server after a minute, or when it is told", async () => {
  for (const [giveUpMs, awayMs] of [[undefined, MINUTE], [5_000, 5_000]] as const) {
    const { clock, server, reasons, body } = await scene();
    let since = Infinity;
    const r = rig(body, {
      ...{ store: server.connect(), clock, mode: "drain", ...giveUpMs && { giveUpMs } },
      onEvent: ({ type }) => since = type === "unreachable" ? clock.now() : since,
    });
    const { end: ended } = await r.start();
    server.reach = "down";
    await assertRejects(() => r.finish(), UnavailableError, "refuses connections");
    await assertRejects(() => ended);
    const waited = clock.now() - since;
    assert(waited >= awayMs && waited < awayMs + 4_000, `${waited}`);
    assertEquals(reasons, ["lost"]);
  }
});

Deno.test("a store that is no server ends its worker after a lease, as a file that is gone", async () => {
  const { store, errors } = spy(new MemoryStore());
  const r = rig(() => done, { store, mode: "run" });
  errors.claim = Array.from({ length: 1_000 }, () => new UnavailableError("No such folder"));
  await assertRejects(() => r.finish(), UnavailableError);
  assert(r.clock.monotonic() < LEASE + 5_000);
});

Deno.test("who is told to stop while the server is away keeps outcomes for a minute, and ends at once without", async () => {
  const { clock, server, body, end } = await scene();
  const idle = rig(body, { store: server.connect(), clock, mode: "run", queues: ["other"] });
  const busy = rig(body, { store: server.connect(), clock, mode: "run" });
  await idle.start();
  const { end: ended } = await busy.start();
  server.reach = "down";
  await clock.advance(MINUTE);
  const before = clock.now();
  idle.engine.stop();
  await settle();
  assertEquals([(await idle.finish()).started, clock.now()], [0, before]);
  end(done);
  await settle();
  busy.engine.stop();
  const told = busy.events.filter(({ type }) => type === "draining");
  assertEquals(told, [{ type: "draining", level: "drain", running: 0, unsaved: 1 }]);
  await clock.advance(MINUTE - 5_000);
  server.reach = "up";
  await clock.advance(5_000);
  assertEquals((await ended).completed, 1);
});

Deno.test("a claim without an answer is handed back at once and runs without a failure", async () => {
  const { clock, inner, server } = await scene(1);
  server.loseAnswer("claim");
  const r = rig(() => done, { store: server.connect(), clock, mode: "run" });
  await r.start();
  assertEquals(await outcomes(inner), ["running"]);
  await clock.advance(1_000);
  assertEquals(await outcomes(inner), ["released", "completed"]);
  assertEquals((await inner.list({}))[0]!.failures, 0);
  r.engine.stop();
  await r.finish();
});

Deno.test("a worker that drains runs what a claim without an answer has given it", async () => {
  const { clock, inner, server, body, end } = await scene(1);
  await inner.enqueue({ jobs: [job()] }, clock.now());
  const store = server.connect();
  // A look takes its time, and longer than a claim that finds nothing.
  const leases: Store["leases"] = async (filter) => {
    await settle();
    return await inner.leases(filter);
  };
  const slow = new Proxy(store, { get: (_, verb) => verb === "leases" ? leases : Reflect.get(store, verb) });
  const r = rig(body, { store: slow, clock, mode: "drain", concurrency: 1 });
  await r.start();
  await settle();
  server.loseAnswer("claim");
  end(done);
  assertEquals((await r.finish()).completed, 2);
  assertEquals((await inner.attempts(2)).map(({ outcome }) => outcome), ["released", "completed"]);
});

Deno.test("a claim that loses its answer while somebody looks is looked into by the next look", async () => {
  const { clock, inner } = await scene(1);
  const held = new Map();
  const claims = new LostClaims({ store: inner, clock, worker: WORKER, held });
  const failed = claims.failed;
  const before = await inner.leases({ expiredBy: Infinity });
  const answered = claims.begin();
  await inner.claim({ worker: WORKER, limit: 1, leaseMs: LEASE, routes: ["test"] }, clock.now());
  answered(true);
  assertEquals([await claims.handBack(before, failed), claims.doubtful], [[], true]);
  await claims.lastLook(MINUTE);
  assertEquals([await outcomes(inner), claims.doubtful], [["released"], false]);
});

Deno.test("a claim without an answer is handed back by a worker that ends meanwhile", async () => {
  const { clock, inner, server } = await scene(1);
  server.loseAnswer("claim");
  const r = rig(() => done, { store: server.connect(), clock, mode: "run" });
  const { end } = await r.start();
  r.engine.stop();
  await settle();
  assertEquals(await outcomes(inner), ["released"]);
  assertEquals((await end).started, 0);
});

Deno.test("a job that ran here and was given up counts as lost: it may have held up its worker", async () => {
  const { clock, inner, server, body } = await scene(1);
  let cut = false;
  const r = rig(body, { store: server.connect(() => cut), clock, mode: "run" });
  await r.start();
  cut = true;
  await clock.advance(LEASE + 2_000);
  cut = false;
  await clock.advance(2 * LEASE);
  assertEquals(await outcomes(inner), ["lost"]);
  r.engine.stop();
  await r.finish();
});

Deno.test("a finish that was taken before its answer was lost counts as accepted", async () => {
  const { clock, inner, server, body, end } = await scene();
  const r = rig(body, { store: server.connect(), clock, mode: "run", maxJobs: 1 });
  const { end: ended } = await r.start();
  server.loseAnswer("finish");
  end(done);
  await clock.advance(1_000);
  const { completed, lost } = await ended;
  assertEquals([completed, lost, await outcomes(inner)], [1, 0, ["completed"]]);
  const finished = r.events.find((event) => event.type === "finished");
  assertEquals([finished?.accepted, finished?.status], [true, "completed"]);
});

Deno.test("a rescuer that noticed an outage watches every lease for its whole length again", async () => {
  // By a look at leases, at 10 s · by a claim, at 15 s, between two looks.
  for (const [from, to] of [[9_000, 12_000], [14_000, 16_000]] as const) {
    const { clock, inner, server } = await scene();
    await inner.claim({ worker: OTHER, limit: 1, leaseMs: LEASE, routes: ["test"] }, clock.now());
    const rescuer = rig(() => done, { store: server.connect(), clock, mode: "run" });
    await rescuer.start();
    await clock.advance(from);
    server.reach = "down";
    await clock.advance(to - from);
    server.reach = "up";
    await clock.advance(LEASE - 1);
    assertEquals(await outcomes(inner), ["running"]);
    await clock.advance(15_000);
    assertEquals((await outcomes(inner))[0], "lost");
    rescuer.engine.stop();
    await rescuer.finish();
  }
});

Deno.test("a rescuer that a lock kept from looking watches every lease for its whole length again", async () => {
  const { clock, inner } = await scene();
  await inner.claim({ worker: OTHER, limit: 1, leaseMs: LEASE, routes: ["test"] }, clock.now());
  const { store, errors } = spy(inner);
  const rescuer = rig(() => done, { store, clock, mode: "run" });
  await rescuer.start();
  errors.leases = [new BusyError("locked")];
  await clock.advance(20_000 + LEASE - 1_000);
  assertEquals(await outcomes(inner), ["running"]);
  await clock.advance(11_000);
  assertEquals((await outcomes(inner))[0], "lost");
  rescuer.engine.stop();
  await rescuer.finish();
});

Deno.test("a claim whose answer is on its way is not taken for one without an answer", async () => {
  const { clock, inner } = await scene();
  const claim = inner.claim.bind(inner);
  inner.claim = async (...args) => {
    const answer = await claim(...args);
    if (answer.jobs.length > 0) await clock.sleep(15_000);
    return answer;
  };
  const { promise, resolve } = Promise.withResolvers<RunResult>();
  const r = rig(() => promise, { store: inner, clock, mode: "run" });
  await r.start();
  await clock.advance(16_000);
  assertEquals(r.runner.running, 1);
  resolve(done);
  await settle();
  assertEquals(await outcomes(inner), ["completed"]);
  r.engine.stop();
  await r.finish();
});

Deno.test("a lease that was over before the server went down stays over", async () => {
  const { clock, inner, server } = await scene();
  await inner.claim({ worker: OTHER, limit: 1, leaseMs: LEASE, routes: ["test"] }, clock.now());
  const outcome = { type: "completed", result: null } as const;
  const usage = { wallMs: 1, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };
  await inner.finish([{ id: 1, attempt: 1, outcome, usage }], clock.now());
  await inner.enqueue(
    { jobs: [job({ maxAttempts: 2 }, { after: [{ id: 1, on: "success" }] })] },
    clock.now(),
  );
  const claim = inner.claim.bind(inner);
  inner.claim = async (...args) => {
    const answer = await claim(...args);
    if (answer.jobs[0]?.attempt === 1) await clock.sleep(LEASE + 1_000);
    return answer;
  };
  const attempts: number[] = [];
  const r = rig(({ attempt }) => {
    attempts.push(attempt);
    return done;
  }, { store: server.connect(), clock, mode: "run" });
  await r.start();
  await clock.advance(LEASE);
  server.reach = "down";
  await clock.advance(MINUTE);
  server.reach = "up";
  await clock.advance(3 * MINUTE);
  assertEquals(attempts, [2]);
  r.engine.stop();
  await r.finish();
});
