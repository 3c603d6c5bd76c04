import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { CATCH_UPS, OVERLAPS, type RunEnd } from "../../../src/core/schedule.ts";
import { everyMs, HOUR, JOB, MINUTE, T, World } from "./world.ts";

Deno.test("plan: a slot that is due starts, with what it is for in its job", () => {
  const world = new World();
  world.look(T + HOUR - 1);
  assertEquals(world.told(), "");
  world.look(T + HOUR);
  assertEquals(world.told(), "1 started");
  const { fire, state } = world.steps[0]!;
  assertEquals(fire!.jobs[0]!.payload, {
    argv: ["echo", "2026-01-01"],
    $scheduled: { schedule: "hourly", at: T + HOUR },
  });
  assertEquals(fire!.jobs[0]!.name, "hourly");
  assertEquals([state.cursor, state.nextAt, state.fired], [T + HOUR, T + 2 * HOUR, 1]);
});

Deno.test("plan: nothing to do makes no step", () => {
  const world = new World();
  world.look(T + HOUR);
  world.look(T + HOUR + 1);
  assertEquals(world.steps.length, 1);
});

Deno.test("plan: the end of a run is noted once", () => {
  const world = new World();
  world.look(T + HOUR);
  world.end("completed");
  world.look(T + HOUR + 5);
  world.look(T + HOUR + 6);
  assertEquals(world.steps.length, 2);
  assertEquals(world.all()[0]!.endedAt, T + HOUR + 5);
  assertEquals(world.schedule.state.recent, ["completed"]);
});

Deno.test("plan: catch-up none, one, all", () => {
  const late = T + 3 * HOUR + 2 * MINUTE;
  const told = (catchUp: "none" | "one" | "all", now = late, window: number | null = null): string => {
    const world = new World({ catchUp, overlap: "allow", catchUpWindowMs: window });
    world.look(now);
    return world.told();
  };
  assertEquals(told("none"), "3 missed ×3");
  assertEquals(told("one"), "2 missed ×2, 3 started");
  assertEquals(told("all"), "1 started, 2 started, 3 started");
  assertEquals(told("none", T + 3 * HOUR + MINUTE), "2 missed ×2, 3 started");
  assertEquals(told("all", late, HOUR + 3 * MINUTE), "1 missed, 2 started, 3 started");
  assertEquals(told("one", late, MINUTE), "3 missed ×3");
});

Deno.test("plan: what was missed is told with its reason", () => {
  const reasonOf = (catchUp: "none" | "one", window: number | null): string | null => {
    const world = new World({ catchUp, catchUpWindowMs: window });
    world.look(T + 2 * HOUR + 5 * MINUTE);
    return world.all()[0]!.reason;
  };
  assertEquals(reasonOf("one", null), "nobody was there in time; made up for by 2026-01-01 02:00");
  assertEquals(
    reasonOf("none", null),
    "nobody was there in time since 2026-01-01 01:00; catch-up is none",
  );
  assertEquals(
    reasonOf("one", MINUTE),
    "nobody was there in time since 2026-01-01 01:00; longer ago than the catch-up window of 1m00s",
  );
});

Deno.test("plan: a hundred thousand missed slots are one entry, and the latest runs", () => {
  const world = new World({}, everyMs(MINUTE));
  const now = T + 100_000 * MINUTE + 5;
  world.look(now);
  assertEquals(world.all().map(({ status, slot }) => [status, slot]), [
    ["missed", T + 99_999 * MINUTE],
    ["started", T + 100_000 * MINUTE],
  ]);
  assertEquals(
    world.all()[0]!.reason,
    "nobody was there in time since 2026-01-01 00:01; at least 10000 slots; made up for by 2026-03-11 10:40",
  );
  assertEquals(world.schedule.state.cursor, T + 100_000 * MINUTE);
});

Deno.test("plan: overlap skip, queue-one, queue-all, allow", () => {
  const told = (overlap: "skip" | "queue-one" | "queue-all" | "allow"): string => {
    const world = new World({ overlap });
    for (const hour of [1, 2, 3]) world.look(T + hour * HOUR);
    return world.told();
  };
  assertEquals(told("skip"), "1 started, 2 skipped, 3 skipped");
  assertEquals(told("queue-one"), "1 started, 2 queued, 3 skipped");
  assertEquals(told("queue-all"), "1 started, 2 queued, 3 queued");
  assertEquals(told("allow"), "1 started, 2 started, 3 started");
});

Deno.test("plan: what waits starts when the run before has ended, one at a time, earliest first", () => {
  const world = new World({ overlap: "queue-all" });
  for (const hour of [1, 2, 3]) world.look(T + hour * HOUR);
  assertEquals(world.all()[1]!.reason, "after 2026-01-01 01:00 (job 1)");
  world.end();
  world.look(T + 3 * HOUR + 1);
  assertEquals(world.told(), "1 completed, 2 started, 3 queued");
  world.look(T + 3 * HOUR + 2);
  assertEquals(world.told(), "1 completed, 2 started, 3 queued");
  world.end("failed");
  world.look(T + 3 * HOUR + 3);
  assertEquals(world.told(), "1 completed, 2 failed, 3 started");
});

Deno.test("plan: cancel-previous asks again until the run has ended, and only the newest goes on", () => {
  const world = new World({ overlap: "cancel-previous" });
  for (const hour of [1, 2, 3]) world.look(T + hour * HOUR);
  assertEquals(world.told(), "1 started, 2 skipped, 3 queued");
  assertEquals(world.all()[1]!.reason, "replaced by 2026-01-01 03:00");
  assertEquals(world.cancelled.map(({ job }) => job), [1]);
  world.look(T + 3 * HOUR + 1);
  assertEquals(world.cancelled.map(({ job }) => job), [1]);
  world.end("cancelled");
  world.look(T + 3 * HOUR + 2);
  assertEquals(world.told(), "1 cancelled, 2 skipped, 3 started");
  assertEquals(world.cancelled, []);
});

Deno.test("plan: a backfill goes one by one, and takes no slot away", () => {
  for (const overlap of ["skip", "cancel-previous"] as const) {
    const world = new World({ overlap });
    for (const hour of [-3, -2]) world.backfill(T + hour * HOUR);
    world.look(T + 1);
    world.look(T + HOUR);
    assertEquals(world.told(), "-3 started, -2 queued, 1 queued", overlap);
    assertEquals(world.cancelled, []);
    world.end();
    world.look(T + HOUR + 1);
    assertEquals(world.told(), "-3 completed, -2 started, 1 queued");
    world.end();
    world.look(T + HOUR + 2);
    assertEquals(world.told(), "-3 completed, -2 completed, 1 started");
  }
});

Deno.test("plan: catch-up all under skip runs one and skips the others", () => {
  const world = new World({ catchUp: "all", overlap: "skip" });
  world.look(T + 3 * HOUR);
  assertEquals(world.told(), "1 started, 2 skipped, 3 skipped");
});

Deno.test("plan: pauses after failures in a row, and says why", () => {
  const world = new World({ pauseOnFailure: 2 });
  const ends: RunEnd[] = ["failed", "completed", "failed", "cancelled", "failed"];
  for (const [at, end] of ends.entries()) {
    world.look(T + (at + 1) * HOUR);
    world.end(end);
  }
  world.look(T + 5 * HOUR + 1);
  const { paused, nextAt, failures, recent } = world.schedule.state;
  assertEquals(paused, {
    at: T + 5 * HOUR + 1,
    reason: "2 runs in a row failed, the last for 2026-01-01 05:00 (job 5)",
  });
  assertEquals([nextAt, failures, recent.length], [null, 2, 5]);
  world.look(T + 9 * HOUR);
  assertEquals(world.all().length, 5);
});

Deno.test("plan: a paused schedule starts nothing that waits, and still hears of ends", () => {
  const world = new World({ overlap: "queue-all" });
  for (const hour of [1, 2]) world.look(T + hour * HOUR);
  const { state } = world.schedule;
  world.schedule = { ...world.schedule, state: { ...state, paused: { at: 0, reason: null }, nextAt: null } };
  world.end();
  world.look(T + 3 * HOUR);
  assertEquals(world.told(), "1 completed, 2 queued");
});

Deno.test("plan: count is the end of it; what waits still runs", () => {
  const world = new World({ count: 2, overlap: "queue-all" });
  for (const hour of [1, 2, 3]) world.look(T + hour * HOUR);
  assertEquals(world.told(), "1 started, 2 queued");
  assertEquals(world.schedule.state.nextAt, null);
  world.end();
  world.look(T + 4 * HOUR);
  assertEquals(world.told(), "1 completed, 2 started");
});

Deno.test("plan: jobs that cannot be made are a failed run, and what waits behind goes on", () => {
  const job = { ...JOB, payload: { argv: ["${{ schedule.dat }}"] } };
  const world = new World({ target: { type: "job", job }, pauseOnFailure: 2 });
  world.look(T + HOUR);
  assertEquals(world.told(), "1 failed");
  assert(world.all()[0]!.reason!.includes('asks the schedule for "dat"'), world.all()[0]!.reason!);
  world.look(T + 2 * HOUR);
  assertEquals(world.schedule.state.paused?.reason, "2 runs in a row failed, the last for 2026-01-01 02:00");
});

Deno.test("plan: a clock that is set back fires nothing again", () => {
  const world = new World({ overlap: "allow" });
  world.look(T + 3 * HOUR);
  const { steps } = world;
  const count = steps.length;
  for (const minutes of [0, 59, 60, 120, 180]) world.look(T + minutes * MINUTE);
  assertEquals(steps.length, count);
});

Deno.test("plan: whatever happens when, each slot is decided once, in order, and runs overlap only where they may", () => {
  const event = fc.oneof(
    fc.record({ wait: fc.integer({ min: 0, max: 5 * 60 }) }),
    fc.record({ end: fc.constantFrom<RunEnd | "gone">("completed", "failed", "cancelled", "gone") }),
  );
  fc.assert(fc.property(
    fc.constantFrom(...OVERLAPS),
    fc.constantFrom(...CATCH_UPS),
    fc.option(fc.integer({ min: 0, max: 5 * 60 })),
    fc.array(event, { maxLength: 40 }),
    (overlap, catchUp, window, events) => {
      const world = new World({
        overlap,
        catchUp,
        catchUpWindowMs: window === null ? null : window * MINUTE,
      });
      let now = T;
      for (const event of events) {
        if ("wait" in event) now += event.wait * MINUTE;
        else world.end(event.end);
        const before = world.all().filter(({ status }) => status !== "queued" && status !== "started");
        world.look(now);
        const after = world.firings;
        for (const firing of before) assertEquals(after.get(firing.slot), firing, "what is over stays");
        if (overlap !== "allow") assert(world.running().length <= 1, world.told());
      }
      const hours = Math.floor((now - T) / HOUR);
      assertEquals(world.all().reduce((sum, { slots }) => sum + slots, 0), hours, world.told());
      const started = world.all().filter(({ job }) => job !== null).map(({ job }) => job);
      assertEquals(started, [...started].sort((a, b) => a! - b!), "earlier slots start earlier");
      if (overlap === "allow" || overlap === "queue-all") {
        assert(world.all().every(({ status }) => status !== "skipped"), world.told());
      }
      if (catchUp === "all" && window === null) {
        assert(world.all().every(({ status }) => status !== "missed"), world.told());
      }
    },
  ));
});

Deno.test("plan: ends count in the order in which runs ended, however many a look sees", () => {
  const world = new World({ overlap: "allow", pauseOnFailure: 2 });
  for (const hour of [1, 2, 3]) world.look(T + hour * HOUR);
  const ends = [["completed", 5], ["failed", 3], ["failed", 4]] as const;
  for (const [at, [end, hour]] of ends.entries()) {
    world.ends.set(at + 1, end);
    world.endedAt.set(at + 1, T + hour * HOUR);
  }
  world.look(T + 6 * HOUR - 1);
  const { recent, failures, paused } = world.schedule.state;
  assertEquals([recent, failures], [["failed", "failed", "completed"], 0]);
  assertEquals(paused?.reason, "2 runs in a row failed, the last for 2026-01-01 03:00 (job 3)");
});

Deno.test("plan: a slot that was replaced before it ran does not count", () => {
  const world = new World({ overlap: "cancel-previous", count: 2 });
  for (const hour of [1, 2]) world.look(T + hour * HOUR);
  assertEquals([world.schedule.state.fired, world.schedule.state.nextAt], [2, null]);
  const { definition } = world.schedule;
  world.schedule = { ...world.schedule, definition: { ...definition, count: 3 } };
  world.schedule = { ...world.schedule, state: { ...world.schedule.state, nextAt: T + 3 * HOUR } };
  world.look(T + 3 * HOUR);
  assertEquals(world.told(), "1 started, 2 skipped, 3 queued");
  assertEquals([world.schedule.state.fired, world.schedule.state.nextAt], [2, T + 4 * HOUR]);
});

Deno.test("plan: queue-one: what waited for a run that has ended starts, and the slot that is due waits", () => {
  const world = new World({ overlap: "queue-one" });
  for (const hour of [1, 2]) world.look(T + hour * HOUR);
  world.end();
  world.look(T + 3 * HOUR);
  assertEquals(world.told(), "1 completed, 2 started, 3 queued");
});

Deno.test("plan: of those that waited when the overlap became cancel-previous, only the newest goes on", () => {
  const world = new World({ overlap: "queue-all", count: 4 });
  for (const hour of [1, 2, 3, 4]) world.look(T + hour * HOUR);
  assertEquals(world.schedule.state.nextAt, null);
  const { definition } = world.schedule;
  world.schedule = { ...world.schedule, definition: { ...definition, overlap: "cancel-previous" } };
  world.look(T + 4 * HOUR + 1);
  assertEquals(world.told(), "1 started, 2 skipped, 3 skipped, 4 queued");
  assertEquals(world.cancelled.map(({ job }) => job), [1]);
  assertEquals([world.schedule.state.fired, world.schedule.state.nextAt], [2, T + 5 * HOUR]);
});

/** A job of which nothing comes at any slot. */
const BROKEN = { type: "job", job: { ...JOB, payload: { argv: ["echo", "${{ schedule.dat }}"] } } } as const;

Deno.test("plan: slots that wait stay where they are once jobs that cannot be made have paused the schedule", () => {
  const world = new World({ target: BROKEN, pauseOnFailure: 2 });
  for (let hour = -4; hour <= -1; hour++) world.backfill(T + hour * HOUR);
  world.look(T + MINUTE);
  assertEquals(world.told(), "-4 failed, -3 failed, -2 queued, -1 queued");
  assertEquals(world.schedule.state.paused?.reason, "2 runs in a row failed, the last for 2025-12-31 21:00");
});

Deno.test("plan: what is made up for ends once jobs that cannot be made have paused the schedule", () => {
  const world = new World({ target: BROKEN, pauseOnFailure: 2, catchUp: "all", overlap: "queue-all" });
  world.look(T + 5 * HOUR);
  assertEquals(world.told(), "1 failed, 2 failed");
  assertEquals(world.schedule.state.cursor, T + 2 * HOUR);
});

Deno.test("plan: while a schedule is paused no run is cancelled for a slot that does not start", () => {
  const world = new World({ overlap: "cancel-previous" });
  world.look(T + HOUR);
  world.look(T + 2 * HOUR);
  assertEquals(world.cancelled.length, 1);
  const { state } = world.schedule;
  const paused = { at: T + 2 * HOUR, reason: null };
  world.schedule = { ...world.schedule, state: { ...state, nextAt: null, paused } };
  world.look(T + 2 * HOUR + MINUTE);
  assertEquals(world.cancelled, []);
  assertEquals(world.told(), "1 started, 2 queued");
});
