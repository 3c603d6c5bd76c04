/** Workers and schedules together: which slots run, when, and what is written down. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import type { CatchUp, Overlap } from "../../src/core/schedule.ts";
import { backfill } from "../../src/core/schedule/by_hand.ts";
import { Rules } from "../../src/engine/scheduler/rules.ts";
import { settle } from "../../src/testing/mod.ts";
import { done, failed } from "./rig.ts";
import { HOUR, MINUTE, scene, SECOND, T, target, workflow } from "./schedules_kit.ts";

Deno.test("a schedule fires at each of its slots, at once, and says so", async () => {
  await scene(async (s) => {
    await s.add("tick");
    await s.start();
    await s.clock.advance(3 * MINUTE);
    assertEquals(await s.history(), "1 completed, 2 completed, 3 completed");
    assertEquals(await s.begun(), [1, 2, 3]);
    assertEquals(s.told("fired").map(({ type: _, ...event }) => Object.values(event)), [
      ["tick", T + MINUTE, "UTC", "time", 1, null],
      ["tick", T + 2 * MINUTE, "UTC", "time", 2, null],
      ["tick", T + 3 * MINUTE, "UTC", "time", 3, null],
    ]);
    assert((await s.firings())[0]?.by?.startsWith("w1-"));
  });
});

/** What becomes of ten minutes when each run takes two minutes and 24 seconds. */
const OVERLAPS: Readonly<Record<Overlap, { readonly history: string; readonly begun: readonly number[] }>> = {
  skip: {
    history:
      "1 completed, 2 skipped, 3 skipped, 4 completed, 5 skipped, 6 skipped, 7 completed, 8 skipped, " +
      "9 skipped, 10 started",
    begun: [1, 4, 7, 10],
  },
  "queue-one": {
    history:
      "1 completed, 2 completed, 3 skipped, 4 completed, 5 skipped, 6 started, 7 skipped, 8 skipped, " +
      "9 queued, 10 skipped",
    begun: [1, 3.4, 5.8, 8.2],
  },
  "queue-all": {
    history: "1 completed, 2 completed, 3 completed, 4 started, 5 queued, 6 queued, 7 queued, 8 queued, " +
      "9 queued, 10 queued",
    begun: [1, 3.4, 5.8, 8.2],
  },
  "cancel-previous": {
    history: "1 cancelled, 2 cancelled, 3 cancelled, 4 cancelled, 5 cancelled, 6 cancelled, 7 cancelled, " +
      "8 cancelled, 9 cancelled, 10 started",
    begun: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  },
  allow: {
    history: "1 completed, 2 completed, 3 completed, 4 completed, 5 completed, 6 completed, 7 completed, " +
      "8 started, 9 started, 10 started",
    begun: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  },
};

for (const [overlap, expected] of Object.entries(OVERLAPS)) {
  Deno.test(`overlap ${overlap}: runs that take longer than from slot to slot`, async () => {
    await scene(async (s) => {
      await s.add("slow", { overlap: overlap as Overlap });
      await s.start(s.taking(2.4 * MINUTE));
      await s.clock.advance(10 * MINUTE + SECOND);
      assertEquals(await s.history(), expected.history);
      assertEquals((await s.begun()).map((at) => Math.floor(at * 10) / 10), expected.begun);
    });
  });
}

const CATCH_UPS: Readonly<Record<CatchUp, string>> = {
  none: "8 missed ×4, 10 completed",
  one: "6 missed ×3, 8 completed (catch-up), 10 completed",
  all:
    "2 completed (catch-up), 4 completed (catch-up), 6 completed (catch-up), 8 completed (catch-up), 10 completed",
};

for (const [catchUp, history] of Object.entries(CATCH_UPS)) {
  Deno.test(`catch-up ${catchUp}: a worker comes when four slots have passed without one`, async () => {
    await scene(async (s) => {
      const when = { everyMs: 2 * MINUTE };
      await s.add("late", { catchUp: catchUp as CatchUp, overlap: "queue-all", when });
      s.clock.jump(9.5 * MINUTE);
      await s.start();
      await s.clock.advance(MINUTE);
      assertEquals(await s.history(), history);
    });
  });
}

Deno.test("what is not run is told, with the reason", async () => {
  await scene(async (s) => {
    await s.add("late", { catchUp: "none", when: { everyMs: 2 * MINUTE } });
    s.clock.jump(9.5 * MINUTE);
    await s.start();
    const [event] = s.told("skipped");
    assertEquals([event?.schedule, event?.status, event?.slots, event?.slot], [
      "late",
      "missed",
      4,
      T + 8 * MINUTE,
    ]);
    assert(event?.reason?.includes("catch-up is none"), event?.reason ?? "nothing");
  });
});

Deno.test("the end of a run lets the next one begin at once, whichever worker saw it", async () => {
  await scene(async (s) => {
    await s.add("slow", { overlap: "queue-all", count: 3 });
    // One that runs, and one that only looks: the first is told nothing of what the other does.
    await s.start(s.taking(1.5 * MINUTE), { schedules: false });
    await s.start(() => done, { queues: ["none"] });
    await s.clock.advance(8 * MINUTE);
    assertEquals(await s.history(), "1 completed, 2 completed, 3 completed");
    const begun = await s.begun();
    assert(begun[1]! - 2.5 < 0.01 && begun[2]! - 4 < 0.01, `${begun}`);
  });
});

for (const overlap of ["queue-all", "allow"] as const) {
  Deno.test(`hundreds of slots that are made up for begin in their order, with overlap ${overlap}`, async () => {
    await scene(async (s) => {
      await s.add("late", { catchUp: "all", overlap });
      s.clock.jump(350.5 * MINUTE);
      await s.drain();
      const firings = await s.firings();
      assertEquals(
        firings.map(({ slot }) => (slot - T) / MINUTE),
        Array.from({ length: 350 }, (_, i) => i + 1),
      );
      assertEquals(firings.map(({ job }) => job), Array.from({ length: 350 }, (_, i) => i + 1));
      assert(firings.every(({ status }) => status === "completed"));
    });
  });

  Deno.test(`hundreds of slots of a backfill begin in their order, with overlap ${overlap}`, async () => {
    await scene(async (s) => {
      s.clock.jump(1_000 * MINUTE);
      const schedule = await s.add("late", { overlap });
      const slots = Array.from({ length: 350 }, (_, i) => T + (i + 1) * MINUTE);
      await s.store.schedules.advance(backfill(schedule, slots, s.clock.now(), "gigq"), s.clock.now());
      await s.drain();
      const firings = await s.firings();
      assertEquals(firings.map(({ slot }) => slot), slots);
      assertEquals(firings.map(({ job }) => job), Array.from({ length: 350 }, (_, i) => i + 1));
      assert(firings.every(({ status }) => status === "completed"));
    });
  });
}

for (const overlap of ["skip", "queue-one", "cancel-previous"] as const) {
  Deno.test(`behind a backfill of more slots than a look is shown, one slot waits, with overlap ${overlap}`, async () => {
    await scene(async (s) => {
      const schedule = await s.add("slow", { overlap });
      const slots = Array.from({ length: 150 }, (_, index) => T - (index + 1) * HOUR);
      await s.store.schedules.advance(backfill(schedule, slots, T, "gigq"), T);
      await s.start(s.taking(HOUR));
      await s.clock.advance(5 * MINUTE);
      const waiting = (await s.firings()).filter(({ status, slot }) => status === "queued" && slot > T);
      const expected = overlap === "cancel-previous" ? 5 : 1;
      assertEquals(waiting.map(({ slot }) => (slot - T) / MINUTE), [expected]);
    });
  });
}

Deno.test("two workers fire each slot once", async () => {
  await scene(async (s) => {
    for (const name of ["a", "b", "c"]) await s.add(name, { overlap: "allow" });
    await s.start();
    await s.start();
    await s.clock.advance(5 * MINUTE);
    assertEquals((await s.firings()).length, 15);
    assertEquals(await s.store.count({}), 15);
    assertEquals(s.told("fired").length, 15);
  });
});

Deno.test("a schedule pauses after so many failed runs in a row, and says so", async () => {
  await scene(async (s) => {
    await s.add("shaky", { pauseOnFailure: 2 });
    const results = [failed(), done, failed(), failed(), done];
    await s.start(() => results.shift()!);
    await s.clock.advance(10 * MINUTE);
    assertEquals(await s.history(), "1 failed, 2 completed, 3 failed, 4 failed");
    assertEquals(s.warnings(), [
      'Schedule "shaky" is paused: 2 runs in a row failed, the last for 2026-01-01 00:04 (job 4)',
    ]);
    const [schedule] = await s.store.schedules.list();
    assertEquals([schedule?.state.nextAt, schedule?.state.recent], [null, [
      "failed",
      "completed",
      "failed",
      "failed",
    ]]);
  });
});

Deno.test("the history tells why a run failed, beside why it waited", async () => {
  await scene(async (s) => {
    await s.add("job", { count: 2, overlap: "queue-all" });
    await s.add("flow", { target: workflow("plain", "success"), count: 1 });
    const body = s.taking(MINUTE + SECOND, failed("no disk\nat all"));
    await s.start((job, context) => job.step === null ? body(job, context) : failed(""));
    await s.clock.advance(5 * MINUTE);
    const reasons = async (name: string): Promise<unknown> =>
      (await s.firings(name)).map(({ status, reason }) => [status, reason]);
    assertEquals(await reasons("job"), [
      ["failed", "no disk"],
      ["failed", "after 2026-01-01 00:01 (job 1); no disk"],
    ]);
    assertEquals(await reasons("flow"), [["failed", "step first: error"]]);
  });
});

Deno.test("a workflow's run ends with its last job, and fails as runs do", async () => {
  await scene(async (s) => {
    // Only what `tolerated` waits for is a failure that somebody took up.
    await s.add("taken up", { target: workflow("tolerated", "finished"), count: 1 });
    await s.add("not taken up", { target: workflow("plain", "success"), count: 1 });
    await s.start(({ step }) => step === "first" ? failed() : done);
    await s.clock.advance(2 * MINUTE);
    assertEquals([await s.history("taken up"), await s.history("not taken up")], ["1 completed", "1 failed"]);
    const runs = (await s.firings()).map(({ job, run }) => [job, run]);
    assertEquals(runs, [[null, 1], [null, 2]]);
  });
});

Deno.test("jobs that were deleted before anybody saw their end are gone", async () => {
  await scene(async (s) => {
    await s.add("tidied");
    const first = await s.start(s.taking(SECOND));
    await s.clock.advance(MINUTE);
    first.stop("drain");
    await s.clock.advance(2 * SECOND);
    await s.store.remove([1]);
    await s.start();
    assertEquals(await s.history(), "1 gone");
  });
});

Deno.test("a job that cannot be made fails its slot, and the next slot is tried", async () => {
  await scene(async (s) => {
    const job = target({ kind: "command", payload: { argv: ["echo", "${{ schedule.nothing }}"] } });
    await s.add("unmade", { target: { type: "job", job } });
    await s.start();
    await s.clock.advance(2 * MINUTE);
    assertEquals(await s.history(), "1 failed, 2 failed");
    assertEquals(s.told("skipped").map(({ status }) => status), ["failed", "failed"]);
    assertEquals(await s.store.count({}), 0);
  });
});

Deno.test("jobs begin later by their jitter, which is the same wherever it is asked", async () => {
  await scene(async (s) => {
    await s.add("spread", { jitterMs: 30 * SECOND, overlap: "allow" });
    await s.start();
    await s.clock.advance(4 * MINUTE);
    const late = (await s.begun()).map((at) => at % 1 * 60);
    assert(late.every((seconds) => seconds < 30) && new Set(late).size > 1, `${late}`);
    const due = (await s.store.list({})).map(({ dueAt }) => dueAt);
    assertEquals(due.slice(0, late.length).map((at) => (at - T) / MINUTE), await s.begun());
  });
});

Deno.test("nothing is fired after the first stop, and what runs ends in peace", async () => {
  await scene(async (s) => {
    await s.add("tick", { overlap: "allow" });
    const worker = await s.start(s.taking(90 * SECOND), { shutdownGrace: "10m" });
    await s.clock.advance(MINUTE);
    worker.stop();
    await s.clock.advance(5 * MINUTE);
    assertEquals(await s.history(), "1 started");
    assertEquals((await s.workers[0]!.end).completed, 1);
  });
});

Deno.test("a worker that serves one run only, and one that is told so, fire nothing", async () => {
  await scene(async (s) => {
    await s.add("tick");
    await s.start(() => done, { workflow: 1 });
    await s.start(() => done, { schedules: false });
    await s.clock.advance(3 * MINUTE);
    assertEquals(await s.history(), "");
    await s.start(() => done, { workflow: 1, schedules: true });
    assertEquals(await s.history(), "2 missed ×2, 3 started");
  });
});

Deno.test("a clock that is set back fires nothing twice, and one that is set forward makes up for what it missed", async () => {
  await scene(async (s) => {
    await s.add("tick");
    await s.start();
    await s.clock.advance(3 * MINUTE);
    s.clock.jump(-HOUR);
    await s.clock.advance(10 * MINUTE);
    assertEquals(await s.history(), "1 completed, 2 completed, 3 completed");
    s.clock.jump(HOUR);
    // Nobody tells of it: a look every five seconds finds out.
    await s.clock.advance(5 * SECOND);
    assertEquals(await s.history(), "1 completed, 2 completed, 3 completed, 12 missed ×9, 13 completed");
  });
});

Deno.test("a schedule that makes no sense to this version holds up no other, and is told of once", async () => {
  await scene(async (s) => {
    await s.add("good");
    await s.add("odd", { when: { cron: ["when pigs fly"], everyMs: null } });
    await s.add("better");
    await s.start();
    await s.clock.advance(3 * MINUTE);
    for (const name of ["good", "better"]) {
      assertEquals(await s.history(name), "1 completed, 2 completed, 3 completed");
    }
    assertEquals(await s.history("odd"), "");
    assertEquals(s.warnings().length, 1);
    assert(s.warnings()[0]!.startsWith('Schedule "odd" cannot be fired: '), s.warnings()[0]);
  });
});

Deno.test("a rule that is not understood is read once, not at every look", async () => {
  let reads = 0;
  const rules = new Rules({
    times: () => {
      reads++;
      return Promise.reject(new UsageError("Not understood"));
    },
  });
  await scene(async (s) => {
    const odd = await s.add("odd");
    for (let look = 0; look < 3; look++) await assertRejects(() => rules.times(odd), UsageError);
    assertEquals(reads, 1);
    await assertRejects(() => rules.times({ ...odd, version: 2 }), UsageError);
    assertEquals(reads, 1);
    const definition = { ...odd.definition, when: { ...odd.definition.when, everyMs: HOUR } };
    await assertRejects(() => rules.times({ ...odd, version: 3, definition }), UsageError);
    assertEquals(reads, 2);
  });
});

Deno.test("a rule that could not be read for lack of something is read again", async () => {
  let reads = 0;
  const rules = new Rules({ times: () => Promise.reject(new Error(`Too many open files ${++reads}`)) });
  await scene(async (s) => {
    const schedule = await s.add("tick");
    await assertRejects(() => rules.times(schedule), Error, "files 1");
    await assertRejects(() => rules.times(schedule), Error, "files 2");
  });
});

Deno.test("a thousand schedules at the same minute all fire in it, once each, with two workers", async () => {
  await scene(async (s) => {
    for (let i = 0; i < 1_000; i++) await s.add(`s${i}`);
    await s.start(() => done, { concurrency: 1_000 });
    await s.start(() => done, { concurrency: 1_000 });
    await s.clock.advance(MINUTE);
    await settle(100);
    await s.clock.advance(MINUTE);
    const firings = await s.firings();
    assertEquals(firings.length, 2_000);
    assert(
      firings.every(({ status, startedAt, slot }) => status !== "skipped" && startedAt! - slot < SECOND),
    );
    assertEquals(await s.store.count({}), 2_000);
  });
});
