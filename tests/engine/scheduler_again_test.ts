/** Slots that come again, since a clock was set back and somebody let the schedule go on from there. */

import { assertEquals } from "@std/assert";
import { JobQueue } from "../../src/library/queue.ts";
import { done } from "./rig.ts";
import { MINUTE, scene } from "./schedules_kit.ts";

type Scene = Parameters<Parameters<typeof scene>[0]>[0];

/** Sets the clock back, and lets the schedule go on from there. */
async function resumeInThePast({ clock, store }: Scene): Promise<JobQueue["schedules"]> {
  clock.jump(-2.5 * MINUTE);
  const { schedules } = JobQueue.over(store, ":memory:", clock);
  await schedules.pause("tick");
  await schedules.resume("tick");
  return schedules;
}

for (const catchUp of ["none", "one", "all"] as const) {
  Deno.test(`catch-up ${catchUp}: slots that come again, as a clock was set back and a schedule resumed then, do not run again`, async () => {
    await scene(async (s) => {
      await s.add("tick", { catchUp });
      await s.start();
      await s.clock.advance(3 * MINUTE);
      await resumeInThePast(s);
      await s.clock.advance(4 * MINUTE);
      assertEquals(await s.history(), "1 completed, 2 completed, 3 completed, 4 completed");
      assertEquals((await s.firings()).map(({ job }) => job), [1, 2, 3, 4]);
      assertEquals(s.warnings(), []);
    });
  });
}

for (const overlap of ["skip", "queue-one", "queue-all", "cancel-previous"] as const) {
  Deno.test(`overlap ${overlap}: slots that come again while a run goes on stay what they were`, async () => {
    await scene(async (s) => {
      await s.add("tick", { overlap });
      await s.start((claimed, context) => claimed.id < 3 ? done : s.taking(4 * MINUTE)(claimed, context));
      await s.clock.advance(3 * MINUTE);
      await resumeInThePast(s);
      await s.clock.advance(2 * MINUTE);
      assertEquals(await s.history(), "1 completed, 2 completed, 3 started");
      assertEquals((await s.firings()).map(({ job }) => job), [1, 2, 3]);
      assertEquals(s.warnings(), []);
    });
  });
}

Deno.test("slots that come again while they wait are not counted again", async () => {
  await scene(async (s) => {
    await s.add("tick", { overlap: "queue-all" });
    await s.start(s.taking(10 * MINUTE));
    await s.clock.advance(3 * MINUTE);
    const schedules = await resumeInThePast(s);
    await s.clock.advance(3 * MINUTE);
    assertEquals(await s.history(), "1 started, 2 queued, 3 queued");
    assertEquals((await schedules.get("tick")).state.fired, 3);
  });
});
