/** Somebody sets the clock while jobs run and wait, on the memory store and on SQLite. */

import { assert, assertEquals } from "@std/assert";
import { BusyError } from "../../src/core/errors.ts";
import type { RunResult, Store, WorkerInfo } from "../../src/core/ports.ts";
import { FakeClock } from "../../src/testing/mod.ts";
import { allStores } from "../store/stores.ts";
import { done, failed, job, type Rig, rig, spy, WORKER } from "./rig.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LEASE = 30_000;
/** The longest an idle worker goes without a look. */
const POLL = 5_000;
const JUMPS = [HOUR, -HOUR, 24 * HOUR, -24 * HOUR];
const OTHER: WorkerInfo = { ...WORKER, id: "w2", pid: 200 };
const NO_WAIT = { kind: "fixed", baseMs: 0, capMs: 0, jitter: "none" } as const;
const LIVING = { isGone: () => false, end: () => Promise.resolve() };

const stores = allStores.filter(({ name }) => name === "memory" || name === "sqlite :memory:");

/** One test for each store and each way to set the clock. */
function afterJumps(
  name: string,
  test: (store: Store, clock: FakeClock, jump: number) => Promise<void>,
  jumps: readonly number[] = JUMPS,
): void {
  for (const { name: backend, open } of stores) {
    for (const jump of jumps) {
      const sign = jump < 0 ? "-" : "+";
      Deno.test(`${backend}, clock set ${sign}${Math.abs(jump) / HOUR}h: ${name}`, async () => {
        const store = await open();
        try {
          await test(store, new FakeClock(), jump);
        } finally {
          await store.close();
        }
      });
    }
  }
}

/** A body that goes on until the test ends it. */
function gate(): { readonly body: () => Promise<RunResult>; readonly begun: () => number; open(): void } {
  const waiting: ((result: RunResult) => void)[] = [];
  let begun = 0;
  return {
    body: () => {
      begun++;
      return new Promise((resolve) => waiting.push(resolve));
    },
    begun: () => begun,
    open: () => waiting.splice(0).forEach((resolve) => resolve(done)),
  };
}

async function stop(...rigs: readonly Rig[]): Promise<void> {
  for (const { engine } of rigs) engine.stop();
  await Promise.all(rigs.map((r) => r.finish()));
}

afterJumps("no living worker loses its job", async (store, clock, jump) => {
  const { body, begun, open } = gate();
  await store.enqueue({ jobs: [job({ maxAttempts: 3 })] }, clock.now());
  const owner = rig(body, { store, clock, processes: LIVING, mode: "run" });
  await owner.start();
  const rival = rig(body, { store, clock, processes: LIVING, mode: "run", worker: OTHER });
  await rival.start();
  for (let at = 0; at < 4; at++) {
    // Just before a heartbeat and just after one, and at points between.
    await clock.advance(9_999 + at * 3_000);
    clock.jump(jump);
    // One that starts now has never seen the clock as it was.
    const heir = rig(body, { store, clock, processes: LIVING, worker: { ...OTHER, id: `heir ${at}` } });
    assertEquals((await heir.finish()).rescued, 0);
    await clock.advance(2 * LEASE);
  }
  assertEquals(begun(), 1);
  open();
  await clock.advance(POLL);
  const [attempt, ...more] = await store.attempts(1);
  assertEquals([attempt!.outcome, more.length], ["completed", 0]);
  assert(attempt!.wallMs! >= 0 && attempt!.wallMs! < 10 * MINUTE, `${attempt!.wallMs}`);
  await stop(owner, rival);
});

afterJumps("a worker whose heartbeat is late does not give up its own job", async (store, clock, jump) => {
  const { body, begun, open } = gate();
  const { store: flaky, errors } = spy(store);
  await store.enqueue({ jobs: [job()] }, clock.now());
  const owner = rig(body, { store: flaky, clock });
  await owner.start();
  await clock.advance(1_000);
  errors.heartbeat = [new BusyError("locked"), new BusyError("locked")];
  clock.jump(jump);
  await clock.advance(2 * LEASE);
  assertEquals(begun(), 1);
  open();
  const { completed, lost } = await owner.finish();
  assertEquals([completed, lost], [1, 0]);
});

afterJumps("an abandoned job is taken over within two leases", async (store, clock, jump) => {
  await store.enqueue({ jobs: [job({ maxAttempts: 2, backoff: NO_WAIT })] }, clock.now());
  // Stopped for good, though its process is still there.
  await store.claim({ worker: OTHER, limit: 1, leaseMs: LEASE, routes: ["test"] }, clock.now());
  const heir = rig(() => done, { store, clock, processes: LIVING, mode: "run" });
  await heir.start();
  await clock.advance(POLL);
  clock.jump(jump);
  await clock.advance(LEASE - POLL - 1);
  assertEquals((await store.list({}))[0]!.status, "running", "not before its lease is over");
  await clock.advance(LEASE + 1);
  assertEquals((await store.attempts(1)).map(({ outcome }) => outcome), ["lost", "completed"]);
  await stop(heir);
});

afterJumps("what is due is due by the wall, and nothing is forgotten", async (store, clock, jump) => {
  const begun: number[] = [];
  const worker = rig(() => {
    begun.push(clock.now());
    return begun.length === 1 ? failed() : done;
  }, { store, clock, mode: "run" });
  const runAt = clock.now() + 10 * MINUTE;
  const backoff = { ...NO_WAIT, baseMs: 10 * MINUTE, capMs: 10 * MINUTE };
  await store.enqueue({ jobs: [job({ maxAttempts: 2, backoff }, { runAt })] }, clock.now());
  await worker.start();
  const passUntilBegun = async (due: number): Promise<void> => {
    clock.jump(jump);
    const before = begun.length;
    const wait = Math.max(0, due - clock.now());
    if (wait > 0) {
      await clock.advance(wait - 1);
      assertEquals(begun.length, before, "not early");
    }
    await clock.advance(POLL + 1);
    assertEquals(begun.length, before + 1, "not late");
  };
  await passUntilBegun(runAt);
  const { dueAt } = (await store.list({}))[0]!;
  assertEquals(dueAt, begun[0]! + 10 * MINUTE, "the wait before a retry is a whole one");
  await passUntilBegun(dueAt);
  assertEquals((await store.list({}))[0]!.status, "completed");
  await stop(worker);
});

afterJumps("a clock that was slow for a while delays nothing", async (store, clock, jump) => {
  const begun: number[] = [];
  const worker = rig(() => {
    begun.push(clock.now());
    return done;
  }, { store, clock, mode: "run" });
  const runAt = clock.now() + 10 * MINUTE;
  await store.enqueue({ jobs: [job({}, { runAt })] }, clock.now());
  await worker.start();
  await clock.advance(MINUTE);
  clock.jump(jump);
  await clock.advance(MINUTE);
  clock.jump(-jump);
  await clock.advance(runAt - clock.now() - 1);
  assertEquals(begun, []);
  await clock.advance(POLL + 1);
  assertEquals(begun.length, 1);
  await stop(worker);
}, [-HOUR, -24 * HOUR]);
