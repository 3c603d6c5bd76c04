/** A drain with schedules: it fires what is due, and ends. */

import { assert, assertEquals } from "@std/assert";
import { OVERLAPS } from "../../src/core/schedule.ts";
import { Counting } from "./counting_store.ts";
import { done, failed, job } from "./rig.ts";
import { HOUR, MINUTE, scene, SECOND, T } from "./schedules_kit.ts";

Deno.test("drain fires what is due, runs what waits for it, and leaves what is due later", async () => {
  await scene(async (s) => {
    await s.add("daily", { catchUp: "all", overlap: "queue-all" });
    s.clock.jump(3.5 * MINUTE);
    const report = await s.drain(s.taking(SECOND));
    assertEquals(report.completed, 3);
    assertEquals(await s.history(), "1 completed (catch-up), 2 completed (catch-up), 3 completed");
    assertEquals(s.clock.now(), T + 3.5 * MINUTE + 3 * SECOND);
  });
});

for (const overlap of OVERLAPS) {
  Deno.test(`${overlap}: a drain leaves slots that come due meanwhile to others, and so it ends`, async () => {
    await scene(async (s) => {
      await s.add("slow", { overlap });
      s.clock.jump(MINUTE);
      const report = await s.drain(s.taking(90 * SECOND));
      assertEquals([report.completed, await s.history()], [1, "1 completed"]);
      assertEquals(s.clock.now(), T + 150 * SECOND);
      await s.drain(s.taking(SECOND));
      assertEquals(await s.history(), "1 completed, 2 completed");
    });
  });
}

Deno.test("the end of the last run is written down before a drain ends, and so is a pause", async () => {
  await scene(async (s) => {
    await s.add("shaky", { pauseOnFailure: 1 });
    s.clock.jump(MINUTE);
    await s.drain(() => failed());
    assertEquals(await s.history(), "1 failed");
    assertEquals((await s.store.schedules.list())[0]?.state.paused?.at, T + MINUTE);
  });
});

Deno.test("a run took as long as its jobs, however late somebody sees that they have ended", async () => {
  await scene(async (s) => {
    await s.add("long", { overlap: "queue-one" });
    const worker = await s.start(s.taking(90 * SECOND), { shutdownGrace: HOUR });
    await s.clock.advance(MINUTE);
    worker.stop("drain");
    await s.clock.advance(10 * MINUTE);
    assertEquals(await s.history(), "1 started", "nobody has looked since");
    await s.drain();
    const [first] = await s.firings();
    assertEquals([first?.status, first?.startedAt, first?.endedAt], [
      "completed",
      T + MINUTE,
      T + MINUTE + 90 * SECOND,
    ]);
  });
});

Deno.test("a drain waits for the looks that it needs, however long they take", async () => {
  const counting = new Counting();
  await scene(async (s) => {
    counting.wait = () => s.clock.sleep(SECOND);
    await s.add("daily", { catchUp: "all", overlap: "queue-all" });
    s.clock.jump(3.5 * MINUTE);
    assertEquals((await s.drain()).completed, 3);
    assertEquals(await s.history(), "1 completed (catch-up), 2 completed (catch-up), 3 completed");
  }, counting.store);
});

for (const tookMs of [20, 70]) {
  Deno.test(`a drain without schedules ends with its jobs, also ${tookMs} ms after a slow look began`, async () => {
    const counting = new Counting();
    await scene(async (s) => {
      counting.wait = () => s.clock.sleep(50);
      await s.store.enqueue({ jobs: [job()] }, s.clock.now());
      await s.drain(s.taking(tookMs));
      assert(s.clock.now() - T <= tookMs + 2 * 50, `${s.clock.now() - T}`);
    }, counting.store);
  });
}

Deno.test("a drain that is stopped fires nothing more", async () => {
  await scene(async (s) => {
    await s.add("daily", { catchUp: "all", overlap: "queue-all" });
    s.clock.jump(3.5 * MINUTE);
    const worker = s.worker(() => {
      worker.stop();
      return done;
    });
    await s.clock.runUntil(worker.drain());
    assertEquals(await s.history(), "1 started (catch-up), 2 queued (catch-up), 3 queued");
  });
});
