import { assert, assertEquals } from "@std/assert";
import { BusyError } from "../../src/core/errors.ts";
import type { Job } from "../../src/core/job.ts";
import type { Store } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { settle } from "../../src/testing/mod.ts";
import { type Body, done, failed, job, type Rig, rig, spy, untilKilled, untilStopped } from "./rig.ts";

/** What matters of a job that was cancelled while it ran. */
async function ended(store: Store, id = 1): Promise<readonly unknown[]> {
  const [stored] = await store.list({ ids: [id] }) as [Job];
  const outcomes = (await store.attempts(id)).map(({ outcome }) => outcome);
  return [stored.status, stored.reason, stored.failures, outcomes];
}

const CANCELLED = ["cancelled", null, 0, ["cancelled"]];

async function cancelled(body: Body, policy = {}): Promise<Rig> {
  const r = rig(body);
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5, ...policy })] }, r.clock.now());
  await r.start();
  await r.store.cancel([1], r.clock.now());
  await r.finish();
  return r;
}

Deno.test("a running job that is cancelled hears why, ends as cancelled, and is never tried again", async () => {
  const reasons: unknown[] = [];
  const r = await cancelled((claimed, context) => {
    context.signal.addEventListener("abort", () => reasons.push(context.signal.reason));
    return untilStopped(claimed, context);
  });
  assertEquals(reasons, ["cancel"]);
  assertEquals(await ended(r.store), CANCELLED);
});

Deno.test("one that does not hear is killed after its grace", async () => {
  const r = await cancelled(untilKilled, { graceMs: 7_000 });
  assertEquals(await ended(r.store), CANCELLED);
});

Deno.test("one that cannot be ended is left behind, and cancelled all the same", async () => {
  const r = await cancelled(() => new Promise(() => {}));
  assertEquals(await ended(r.store), CANCELLED);
});

Deno.test("what a job returns after it was told to stop is no result", async () => {
  const r = await cancelled((_claimed, { signal }) =>
    new Promise((resolve) =>
      signal.addEventListener("abort", () => resolve({ type: "completed", result: "early" }))
    )
  );
  assertEquals(await ended(r.store), CANCELLED);
  assertEquals((await r.store.list({}))[0]!.result, null);
});

Deno.test("a job that completes before it hears of the cancel has completed", async () => {
  const end = Promise.withResolvers<void>();
  const r = rig(() => end.promise.then(() => done));
  await r.store.enqueue({ jobs: [job()] }, r.clock.now());
  await r.start();
  // Asked and ended in the same turn: nobody could tell it to stop.
  const asked = r.store.cancel([1], r.clock.now());
  end.resolve();
  await asked;
  await r.finish();
  assertEquals(await ended(r.store), ["completed", null, 0, ["completed"]]);
});

Deno.test("a job that fails before it hears of the cancel is not retried", async () => {
  const end = Promise.withResolvers<void>();
  const r = rig(() => end.promise.then(() => failed()));
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5 })] }, r.clock.now());
  await r.start();
  const asked = r.store.cancel([1], r.clock.now());
  end.resolve();
  await asked;
  await r.finish();
  assertEquals(await ended(r.store), CANCELLED);
});

Deno.test("a cancel that comes while a timed-out attempt is ending wins over its retry", async () => {
  const r = rig(untilKilled);
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5, timeoutMs: 1_000, graceMs: 500 })] }, r.clock.now());
  await r.start();
  await r.clock.advance(1_100);
  await r.store.cancel([1], r.clock.now());
  await r.finish();
  assertEquals(await ended(r.store), CANCELLED);
});

Deno.test("a timeout that comes while a cancelled attempt is ending changes nothing", async () => {
  const r = rig(untilKilled);
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5, timeoutMs: 1_000, graceMs: 5_000 })] }, r.clock.now());
  await r.start();
  await r.clock.advance(600);
  await r.store.cancel([1], r.clock.now());
  await r.finish();
  assertEquals(await ended(r.store), CANCELLED);
});

Deno.test("a shutdown of a worker that is ending a cancelled job does not give it back", async () => {
  const r = rig(untilKilled, { mode: "run" });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5 })] }, r.clock.now());
  await r.start();
  await r.store.cancel([1], r.clock.now());
  r.engine.stop("cancel");
  await r.finish();
  assertEquals(await ended(r.store), CANCELLED);
});

Deno.test("a job that waits for its retry is cancelled at once", async () => {
  const r = rig(() => failed(), { mode: "run" });
  await r.store.enqueue({ jobs: [job({ maxAttempts: 5 })] }, r.clock.now());
  await r.start();
  assertEquals((await r.store.list({}))[0]!.status, "scheduled");
  await r.store.cancel([1], r.clock.now());
  await r.clock.advance(60_000);
  assertEquals(await ended(r.store), ["cancelled", null, 1, ["error"]]);
  r.engine.stop();
  await r.finish();
});

for (const verb of ["checkpoints", "parents"] as const) {
  Deno.test(`a job that is cancelled while its ${verb} are loaded does not start`, async () => {
    const { store, errors } = spy(new MemoryStore());
    const starts: number[] = [];
    const r = rig(async (claimed, context) => {
      starts.push(claimed.attempt);
      await context.save({ checkpoint: 1 });
      return claimed.id === 1 && verb === "parents" ? done : failed();
    }, { store });
    const child = job({ maxAttempts: 5 }, { after: [{ index: 0, on: "success" }] });
    await store.enqueue(
      { jobs: verb === "parents" ? [job(), child] : [job({ maxAttempts: 5 })] },
      r.clock.now(),
    );
    errors[verb] = Array.from({ length: 8 }, () => new BusyError("locked"));
    await r.start();
    const [id, attempt] = verb === "parents" ? [2, 1] : [1, 2];
    const isLoading = async (): Promise<boolean> => {
      const [stored] = await store.list({ ids: [id] });
      return stored!.status === "running" && stored!.attempt === attempt;
    };
    for (let i = 0; i < 100 && !await isLoading(); i++) await r.clock.advance(100);
    assert(await isLoading());
    const before = starts.length;
    await store.cancel([id], r.clock.now());
    await r.finish();
    assertEquals(starts.length, before);
    assertEquals((await store.list({ ids: [id] }))[0]!.status, "cancelled");
    assert(errors[verb]!.length < 8);
  });
}

Deno.test("cancelling twice, and after the end, changes nothing", async () => {
  const r = await cancelled(untilStopped);
  const [change] = await r.store.cancel([1], r.clock.now());
  assertEquals([change!.result, change!.status], ["refused", "cancelled"]);
  await settle();
});
