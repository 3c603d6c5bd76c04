import { assert, assertEquals, assertRejects } from "@std/assert";
import { BusyError, DataError, LostError } from "../../src/core/errors.ts";
import type { Beat, ClaimedJob, RunContext, RunResult, WorkerInfo } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { lost } from "../../src/testing/contract/kit.ts";
import { settle } from "../../src/testing/mod.ts";
import { type Body, done, failed, job, type Rig, rig, spy, untilStopped, WORKER } from "./rig.ts";

const OTHER: WorkerInfo = { id: "w2", host: "elsewhere", boot: "b9", pid: 7, pidStart: "7" };

/** A body whose context the test gets hold of, and which it ends by hand. */
function held(): { body: Body; context: () => RunContext; end: (result: RunResult) => void } {
  const contexts: RunContext[] = [];
  const ends: ((result: RunResult) => void)[] = [];
  return {
    body: (_job: ClaimedJob, context: RunContext) => {
      contexts.push(context);
      return new Promise((resolve) => ends.push(resolve));
    },
    context: () => contexts.at(-1)!,
    end: (result) => ends.at(-1)!(result),
  };
}

async function started(body: Body, spied = spy(new MemoryStore()), policy = {}): Promise<Rig & typeof spied> {
  const r = { ...spied, ...rig(body, { store: spied.store, mode: "drain" }) };
  await r.store.enqueue({ jobs: [job({ maxAttempts: 3, ...policy })] }, r.clock.now());
  await r.start();
  return r;
}

function beatsOf(
  { calls }: { calls: readonly { verb: string; args: readonly unknown[] }[] },
): readonly Beat[] {
  return calls.filter(({ verb }) => verb === "heartbeat").flatMap(({ args }) => args[0] as Beat[]);
}

Deno.test("what is saved reaches the store at once, what is saved together in one call", async () => {
  const { body, context, end } = held();
  const r = await started(body);
  const saved = [
    context().save({ checkpoint: 1 }),
    context().save({ steps: { a: "A" } }),
    context().save({ checkpoint: 2, steps: { b: null } }),
  ];
  await r.clock.advance(2);
  await Promise.all(saved);
  assertEquals(beatsOf(r), [{ id: 1, attempt: 1, checkpoint: 2, steps: { a: "A", b: null } }]);
  const stored = (await r.store.checkpoints([1])).get(1);
  assertEquals([stored?.value, stored?.steps, stored?.attempt], [2, { a: "A", b: null }, 1]);
  end(done);
  await r.finish();
});

Deno.test("the next attempt finds what the one before has saved; completing deletes it", async () => {
  const found: unknown[] = [];
  const r = rig(async (claimed, context) => {
    found.push(context.checkpoint && [context.checkpoint.value, context.checkpoint.steps]);
    if (claimed.attempt === 3) return done;
    await context.save({ checkpoint: { at: claimed.attempt }, steps: { [`s${claimed.attempt}`]: true } });
    return failed();
  });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 3 })] }, r.clock.now());
  await r.finish();
  assertEquals(found, [null, [{ at: 1 }, { s1: true }], [{ at: 2 }, { s1: true, s2: true }]]);
  assertEquals((await r.store.checkpoints([1])).size, 0);
});

Deno.test("what was saved last goes to the store before the failure, in the same turn", async () => {
  const spied = spy(new MemoryStore());
  const r = await started((_claimed, context) => {
    if (context.checkpoint !== null) return done;
    void context.save({ checkpoint: "early" });
    void context.save({ checkpoint: "late" });
    return failed();
  }, spied);
  await r.finish();
  const beat = spied.calls.find(({ verb }) => verb === "heartbeat")!;
  const finish = spied.calls.find(({ verb }) => verb === "finish")!;
  assertEquals((beat.args[0] as Beat[])[0]!.checkpoint, "late");
  assertEquals(beat.turn, finish.turn);
  assert(spied.calls.indexOf(beat) < spied.calls.indexOf(finish));
  assertEquals((await r.store.list({}))[0]!.status, "completed");
});

Deno.test("a save that did not arrive goes again, behind nothing newer", async () => {
  const { body, context, end } = held();
  const r = await started(body);
  r.errors.heartbeat = [new BusyError("locked"), new BusyError("locked")];
  const first = context().save({ checkpoint: 1, steps: { a: 1 } });
  await r.clock.advance(2);
  const second = context().save({ checkpoint: 2 });
  await r.clock.advance(20);
  await Promise.all([first, second]);
  const stored = (await r.store.checkpoints([1])).get(1);
  assertEquals([stored?.value, stored?.steps], [2, { a: 1 }]);
  end(done);
  await r.finish();
});

Deno.test("while one save is under way the next ones wait, and go together", async () => {
  const gate = Promise.withResolvers<void>();
  const inner = new MemoryStore();
  const slow = new Proxy(inner, {
    get(target, verb): unknown {
      if (verb !== "heartbeat") {
        const value = Reflect.get(target, verb);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return async (beats: Beat[], leaseMs: number, now: number) => {
        if (beats.some(({ checkpoint }) => checkpoint === 1)) await gate.promise;
        return await target.heartbeat(beats, leaseMs, now);
      };
    },
  });
  const spied = spy(slow);
  const { body, context, end } = held();
  const r = await started(body, spied);
  const first = context().save({ checkpoint: 1 });
  await r.clock.advance(2);
  const later = [context().save({ checkpoint: 2 }), context().save({ checkpoint: 3 })];
  await r.clock.advance(10);
  assertEquals(beatsOf(spied).map(({ checkpoint }) => checkpoint), [1]);
  gate.resolve();
  await first;
  await r.clock.advance(2);
  await Promise.all(later);
  assertEquals(beatsOf(spied).map(({ checkpoint }) => checkpoint), [1, 3]);
  end(done);
  await r.finish();
});

Deno.test("saving rejects once another attempt owns the job, and from then on at once", async () => {
  const { body, context, end } = held();
  const spied = spy(new MemoryStore());
  const r = { ...spied, ...rig(body, { store: spied.store, mode: "run", maxJobs: 1 }) };
  await r.store.enqueue({ jobs: [job({ maxAttempts: 3 })] }, r.clock.now());
  const { end: over } = await r.start();
  const [{ id, attempt, leaseUntil }] = await r.store.leases({ host: WORKER.host }) as [never];
  await r.store.rescue([{ id, attempt, leaseUntil, outcome: lost(leaseUntil) }], leaseUntil);
  await r.store.claim({ worker: OTHER, limit: 1, leaseMs: 1e6, routes: ["test"] }, leaseUntil);
  const saved = assertRejects(() => context().save({ checkpoint: "zombie" }), LostError);
  await r.clock.advance(2);
  await saved;
  await assertRejects(() => context().save({ checkpoint: "zombie" }), LostError);
  assertEquals((await r.store.checkpoints([1])).size, 0);
  end(done);
  assertEquals((await over).lost, 1);
});

Deno.test("a store that is gone when the lease ends rejects what waits to be saved", async () => {
  const { body, context, end } = held();
  const r = await started(body);
  r.errors.heartbeat = Array.from({ length: 1_000 }, () => new BusyError("locked"));
  const saved = assertRejects(() => context().save({ checkpoint: 1 }), LostError);
  await r.clock.advance(32_000);
  await saved;
  r.errors.heartbeat = [];
  end(failed());
  await r.finish();
});

Deno.test("after its end an attempt saves nothing", async () => {
  const { body, context, end } = held();
  const r = await started(body);
  const { save } = context();
  const late = context();
  end(done);
  await r.finish();
  await assertRejects(() => save.call(late, { checkpoint: 1 }), Error, "The attempt has ended");
});

Deno.test("what cannot be saved is refused, naming it; the rest is stored", async () => {
  const { body, context, end } = held();
  const r = await started(body);
  const refuse = (news: unknown, message: string): Promise<unknown> =>
    assertRejects(() => context().save(news as { checkpoint: null }), DataError, message);
  await refuse({ checkpoint: NaN }, "The checkpoint is NaN, which JSON cannot carry");
  await refuse({ checkpoint: "x".repeat(1_000_001) }, "The checkpoint is 1000003 bytes of JSON");
  await refuse({ steps: { big: "x".repeat(1_000_001) } }, 'The result of step "big" is 1000003 bytes');
  await refuse({ steps: { "": 1 } }, "must have 1 to 512 characters");
  await refuse({ steps: { ["k".repeat(513)]: 1 } }, "must have 1 to 512 characters");
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`s${at}`, at]));
  const saved = context().save({ steps: many });
  await refuse({ steps: { more: 1 } }, 'Step "more" is one more than the 1000 allowed');
  const again = context().save({ steps: { s0: "again" } });
  await r.clock.advance(2);
  await Promise.all([saved, again]);
  const steps = (await r.store.checkpoints([1])).get(1)!.steps;
  assertEquals([Object.keys(steps).length, steps.s0], [1_000, "again"]);
  end(done);
  await r.finish();
});

Deno.test("steps of earlier attempts count against the bound", async () => {
  let refused: unknown = null;
  const r = rig(async (claimed, context) => {
    if (claimed.attempt === 1) {
      const steps = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`s${at}`, at]));
      await context.save({ steps });
      return failed();
    }
    refused = await context.save({ steps: { more: 1 } }).catch((error) => error);
    return done;
  });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 2 })] }, r.clock.now());
  await r.finish();
  assert(refused instanceof DataError);
});

Deno.test("a value that changes after it was saved is stored as it was", async () => {
  const { body, context, end } = held();
  const r = await started(body);
  const value = { at: 1 };
  const saved = context().save({ checkpoint: value });
  value.at = 2;
  await r.clock.advance(2);
  await saved;
  assertEquals((await r.store.checkpoints([1])).get(1)!.value, { at: 1 });
  end(done);
  await r.finish();
});

Deno.test("a body is asked before each heartbeat, and what it saves then goes with that very beat", async () => {
  const spied = spy(new MemoryStore());
  let looks = 0;
  const r = await started((claimed, context) => {
    context.beforeBeat(() => void context.save({ checkpoint: ++looks }));
    return untilStopped(claimed, context);
  }, spied);
  await r.clock.advance(9_999);
  assertEquals(looks, 0);
  await r.clock.advance(1);
  assertEquals(beatsOf(spied), [{ id: 1, attempt: 1, checkpoint: 1 }]);
  await r.store.cancel([1], r.clock.now());
  await r.finish();
});

Deno.test("checkpoints are asked for again while the store does not answer", async () => {
  const spied = spy(new MemoryStore());
  let found: unknown = null;
  const r = await started((claimed, context) => {
    if (claimed.attempt === 2) {
      found = context.checkpoint?.value;
      return done;
    }
    void context.save({ checkpoint: "here" });
    return failed();
  }, spied);
  r.errors.checkpoints = [new BusyError("locked"), new BusyError("locked")];
  await r.finish();
  assertEquals(found, "here");
  assertEquals(spied.calls.filter(({ verb }) => verb === "checkpoints").length, 3);
});

Deno.test("a signal is due some time before the timeout, and not once the attempt is stopped", async () => {
  const warned: number[] = [];
  const r = await started(
    (claimed, context) => {
      context.warning.addEventListener("abort", () => warned.push(r.clock.now()));
      return untilStopped(claimed, context);
    },
    spy(new MemoryStore()),
    { timeoutMs: 60_000, maxAttempts: 1, signal: { name: "SIGUSR1", beforeMs: 20_000 } },
  );
  const start = r.clock.now();
  await r.clock.advance(39_999);
  assertEquals(warned, []);
  await r.clock.advance(1);
  assertEquals(warned.map((at) => at - start), [40_000]);
  await r.finish();
  assertEquals((await r.store.list({}))[0]!.reason, "timeout");
});

Deno.test("no signal is due once the attempt was told to stop", async () => {
  let warned = false;
  const r = await started(
    (_claimed, context) => {
      context.warning.addEventListener("abort", () => warned = true);
      return new Promise((resolve) => context.kill.addEventListener("abort", () => resolve(failed())));
    },
    spy(new MemoryStore()),
    {
      timeoutMs: 60_000,
      graceMs: 59_000,
      signal: { name: "SIGUSR1", beforeMs: 20_000 },
    },
  );
  await r.store.cancel([1], r.clock.now());
  await r.clock.advance(1_000);
  await r.clock.advance(50_000);
  assertEquals(warned, false);
  await r.finish();
  await settle();
});
