/** What `diagnose` mends, and what it leaves alone. */

import { assertEquals } from "@std/assert";
import type { Finding, WorkerInfo } from "../../src/core/ports.ts";
import { createWorkerInfo } from "../../src/engine/identity.ts";
import { diagnose } from "../../src/library/doctor.ts";
import { command } from "../../src/library/jobs.ts";
import { JobQueue } from "../../src/library/queue.ts";
import { FakeClock } from "../../src/testing/mod.ts";

const HOUR = 3_600_000;

/** What is said of the lease of a worker once the clock was set forward by an hour, and what becomes of its job. */
async function mendAfterJump(
  worker: WorkerInfo,
): Promise<{ readonly leases?: Finding; readonly status: string }> {
  const folder = await Deno.makeTempDir({ prefix: "gigq-doctor-" });
  const clock = new FakeClock();
  const location = `${folder}/q.db`;
  const queue = await JobQueue.open(location, { clock, driver: "builtin" });
  try {
    const id = await queue.submit(command(["true"]), { retries: 1, backoff: "fixed:1h" });
    await queue.store.claim({ worker, limit: 1, leaseMs: 30_000, routes: ["command"] }, clock.now());
    clock.jump(HOUR);
    let leases: Finding | undefined;
    for await (const finding of diagnose(location, { fix: true, clock })) {
      if (finding.check === "leases") leases = finding;
    }
    return { ...leases && { leases }, status: (await queue.get(id)).status };
  } finally {
    await queue.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "a check-up takes no job from a worker that lives, whatever the clock says",
  // Elsewhere nobody can tell.
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const { leases, status } = await mendAfterJump({ ...createWorkerInfo(), id: "alive" });
    assertEquals([status, leases!.verdict, leases!.fixed], ["running", "problem", false]);
    assertEquals(leases!.hint, "The process of its worker is there: wait for it, or end it and check again");
  },
});

Deno.test("a check-up takes the job of a worker of which nothing is known but that its lease is long over", async () => {
  const elsewhere = { id: "w", host: "elsewhere", boot: null, pid: 1, pidStart: null };
  const { leases, status } = await mendAfterJump(elsewhere);
  assertEquals([status, leases!.verdict, leases!.fixed], ["scheduled", "ok", true]);
});
