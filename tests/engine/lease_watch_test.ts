import { assertEquals } from "@std/assert";
import type { Lease } from "../../src/core/ports.ts";
import { LeaseWatch } from "../../src/engine/lease_watch.ts";
import { FakeClock } from "../../src/testing/mod.ts";
import { job, WORKER } from "./rig.ts";

const LEASE = 30_000;

function lease(leaseUntil: number, attempt = 1): Lease {
  const { policy, kind, name, queue } = job();
  const held = { policy, kind, name, queue, worker: WORKER, process: null };
  return { id: 1, attempt, failures: 0, firstStartedAt: 0, leaseUntil, ...held };
}

/** Looks every 10 s for as long as this. */
async function watchFor(ms: number, clock: FakeClock, watch: LeaseWatch, seen: Lease): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10_000) {
    watch.look([seen]);
    await clock.advance(10_000);
  }
  watch.look([seen]);
}

Deno.test("a lease ends when it has stood unrenewed for a whole lease, and for as long as it had left", async () => {
  for (const [left, end] of [[-60_000, LEASE], [5_000, LEASE], [60_000, 60_000]] as const) {
    const clock = new FakeClock();
    const watch = new LeaseWatch(clock, LEASE);
    const seen = lease(clock.now() + left);
    await watchFor(end - 10_000, clock, watch, seen);
    assertEquals(watch.leftMs(seen), 10_000);
    await clock.advance(10_000);
    assertEquals(watch.leftMs(seen), 0);
  }
});

Deno.test("a renewed lease, and that of a later attempt, are watched anew", async () => {
  const clock = new FakeClock();
  const watch = new LeaseWatch(clock, LEASE);
  const first = lease(clock.now() - 1);
  await watchFor(20_000, clock, watch, first);
  for (const other of [lease(first.leaseUntil + 1), lease(first.leaseUntil + 1, 2)]) {
    watch.look([other]);
    assertEquals(watch.leftMs(other), LEASE);
  }
});

Deno.test("a watch that was held up itself begins again", async () => {
  const clock = new FakeClock();
  const watch = new LeaseWatch(clock, LEASE);
  const seen = lease(clock.now() + LEASE);
  watch.look([seen]);
  await clock.advance(3_600_000);
  watch.look([seen]);
  assertEquals(watch.leftMs(seen), LEASE);
});

Deno.test("after a look that failed every lease is watched for its whole length again", async () => {
  const clock = new FakeClock();
  const watch = new LeaseWatch(clock, LEASE);
  const seen = lease(clock.now() - 1);
  await watchFor(20_000, clock, watch, seen);
  assertEquals(watch.leftMs(seen), 10_000);
  watch.forget();
  watch.look([seen]);
  assertEquals(watch.leftMs(seen), LEASE);
});
