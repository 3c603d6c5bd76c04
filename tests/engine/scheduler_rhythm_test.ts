/** When workers look at schedules: not more often than it is of use, and not less. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { setImmediate } from "node:timers";
import { timetable } from "../../src/calendar/timetable.ts";
import { createScheduler } from "../../src/compose.ts";
import { BusyError, ConfigError, UnavailableError } from "../../src/core/errors.ts";
import type { Store, Times } from "../../src/core/ports.ts";
import type { TimeRule } from "../../src/core/schedule.ts";
import type { EngineEvent } from "../../src/engine/engine.ts";
import { Outage } from "../../src/engine/outage.ts";
import { Scheduler } from "../../src/engine/scheduler.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { FakeClock, settle } from "../../src/testing/mod.ts";
import { Counting } from "./counting_store.ts";
import { done, job } from "./rig.ts";
import { add, HOUR, MINUTE, scene, SECOND, T, target } from "./schedules_kit.ts";
import { Server } from "./server.ts";

Deno.test("without schedules nobody sleeps for them, and looks come with the worker's own polls", async () => {
  const counting = new Counting();
  await scene(async (s) => {
    await s.start(() => done, { schedules: false });
    await s.start(() => done, { schedules: false });
    const { sleeping } = s.clock;
    await s.stop();
    await s.start();
    await s.start();
    assertEquals([s.clock.sleeping, counting.looks], [sleeping, 2]);
    await s.clock.advance(MINUTE);
    assertEquals(counting.looks, 2 + 2 * MINUTE / (5 * SECOND));
  }, counting.store);
});

Deno.test("a run of many jobs is not counted again and again while it goes on, when nothing waits for it", async () => {
  const counting = new Counting();
  await scene(async (s) => {
    const steps = Array.from({ length: 40 }, (_, index) => ({
      name: `s${index}`,
      job: target(),
      after: index === 0 ? [] : [{ step: `s${index - 1}`, on: "success" as const }],
      templates: false,
    }));
    const spec = { name: "long", params: {}, steps };
    await s.add("long", { target: { type: "workflow", spec, params: {}, source: null } });
    await s.start(s.taking(250));
    await s.clock.advance(MINUTE);
    counting.looks = 0;
    await s.clock.advance(9 * SECOND);
    assert(counting.looks <= 9, `${counting.looks} looks`);
    await s.clock.advance(2 * SECOND);
    assertEquals(await s.history(), "1 completed");
  }, counting.store);
});

Deno.test("a schedule that is added fires though nobody slept for it", async () => {
  await scene(async (s) => {
    await s.start();
    await s.clock.advance(2.5 * SECOND);
    await s.add("new", { when: { everyMs: SECOND } });
    await s.clock.advance(SECOND);
    assertEquals((await s.firings()).map(({ slot }) => (slot - T) / SECOND), [3]);
  });
});

Deno.test("a worker that has no room for jobs finds a new schedule all the same", async () => {
  await scene(async (s) => {
    await s.store.enqueue({ jobs: [job()] }, s.clock.now());
    await s.start(s.taking(HOUR), { concurrency: 1 });
    // Too soon after a look to be looked at, and then nothing more happens.
    await s.clock.advance(2 * SECOND);
    await s.store.enqueue({ jobs: [job()] }, s.clock.now());
    await s.clock.advance(100);
    await s.add("new", { overlap: "allow" });
    await s.clock.advance(MINUTE);
    assertEquals(await s.history(), "1 started");
  });
});

Deno.test("changes make a worker look once a second at most", async () => {
  const counting = new Counting();
  await scene(async (s) => {
    await s.add("rare", { when: { everyMs: HOUR } });
    await s.start();
    counting.looks = 0;
    for (let i = 0; i < 100; i++) {
      await s.store.enqueue({ jobs: [job()] }, s.clock.now());
      await s.clock.advance(100);
    }
    assert(counting.looks >= 9 && counting.looks <= 11, `${counting.looks}`);
  }, counting.store);
});

Deno.test("while a slot waits for a run, changes make a worker look more often, and not all the time", async () => {
  const counting = new Counting();
  await scene(async (s) => {
    await s.add("slow", { overlap: "queue-one" });
    await s.start((claimed, context) => claimed.name === "quick" ? done : s.taking(HOUR)(claimed, context));
    await s.clock.advance(2 * MINUTE + SECOND);
    counting.looks = 0;
    for (let i = 0; i < 1_000; i++) {
      await s.store.enqueue({ jobs: [job({}, { name: "quick" })] }, s.clock.now());
      await s.clock.advance(10);
    }
    assert(counting.looks >= 90 && counting.looks <= 110, `${counting.looks}`);
  }, counting.store);
});

Deno.test("a run that is to be cancelled and does not end is not asked all the time", async () => {
  const counting = new Counting();
  await scene(async (s) => {
    await s.add("stubborn", { overlap: "cancel-previous" });
    await s.start(async () => {
      await s.clock.sleep(HOUR);
      return done;
    });
    await s.clock.advance(2 * MINUTE);
    counting.looks = 0;
    await s.clock.advance(10 * SECOND);
    assert(counting.looks <= 25, `${counting.looks}`);
    assertEquals(await s.history(), "1 started, 2 queued");
  }, counting.store);
});

Deno.test("a server that is away for a while: what was due meanwhile is made up for, once", async () => {
  const server = new Server(new MemoryStore());
  await scene(async (s) => {
    await s.add("tick", { catchUp: "all", overlap: "allow" });
    await s.start();
    await s.start();
    await s.clock.advance(MINUTE);
    server.reach = "down";
    await s.clock.advance(3.5 * MINUTE);
    server.reach = "up";
    await s.clock.advance(30 * SECOND);
    assertEquals(
      await s.history(),
      "1 completed, 2 completed (catch-up), 3 completed (catch-up), 4 completed, 5 completed",
    );
    assertEquals(s.told("unreachable").length, 2);
    assertEquals(s.warnings(), []);
  }, server.connect());
});

Deno.test("a slot whose answer was lost is not fired again", async () => {
  const server = new Server(new MemoryStore());
  await scene(async (s) => {
    await s.add("tick");
    await s.start();
    server.loseAnswer("advance");
    await s.clock.advance(MINUTE + 10 * SECOND);
    assertEquals(await s.history(), "1 completed");
    assertEquals(await s.store.count({}), 1);
  }, server.connect());
});

Deno.test("locks that pass are waited for, and nothing is told twice", async () => {
  const counting = new Counting();
  await scene(async (s) => {
    await s.add("tick");
    await s.start();
    counting.errors.push(new BusyError("locked"), new BusyError("locked"), new BusyError("locked"));
    await s.clock.advance(2 * MINUTE);
    assertEquals(await s.history(), "1 completed, 2 completed");
    assertEquals(s.warnings(), ["Looking at schedules failed: locked; trying again"]);
  }, counting.store);
});

Deno.test("a look that fails for good ends no worker and no drain, and is told once", async () => {
  const counting = new Counting();
  await scene(async (s) => {
    await s.store.enqueue({ jobs: [job()] }, s.clock.now());
    counting.errors.push(...Array.from({ length: 100 }, () => new TypeError("no such table")));
    assertEquals((await s.drain()).completed, 1);
    await s.start();
    await s.clock.advance(30 * SECOND);
    assertEquals(s.warnings(), Array(2).fill("Looking at schedules failed: no such table"));
    counting.errors.length = 0;
    await s.add("tick");
    await s.clock.advance(MINUTE);
    assertEquals(await s.history(), "1 completed");
  }, counting.store);
});

Deno.test("where the whole store is gone, the error that ends the worker is its only word", async () => {
  const counting = new Counting();
  await scene(async (s) => {
    const gone = new ConfigError("The queue has been lost");
    counting.errors.push(...Array.from({ length: 100 }, () => gone));
    counting.inner.claim = () => Promise.reject(gone);
    await assertRejects(() => s.drain(), ConfigError);
    assertEquals(s.warnings(), []);
  }, counting.store);
});

/** A scheduler of its own, which runs no jobs. */
function alone(
  store: Store,
  clock: FakeClock,
): { events: EngineEvent[]; end: AbortController; ended: Promise<void> } {
  const events: EngineEvent[] = [];
  const end = new AbortController();
  const scheduler = createScheduler({ store, clock, by: "alone", onEvent: (event) => events.push(event) });
  const ended = scheduler.serve(end.signal);
  ended.catch(() => {});
  return { events, end, ended };
}

Deno.test("a scheduler alone fires, and hears of what is added and of runs that end", async () => {
  const store = new MemoryStore();
  const clock = new FakeClock(T);
  const { events, end, ended } = alone(store, clock);
  await settle();
  await clock.advance(2.5 * SECOND);
  await add(store, clock.now(), "tick");
  await clock.advance(2 * MINUTE);
  assertEquals(events.map(({ type }) => type), ["fired", "skipped"]);
  end.abort();
  await ended;
  assertEquals([clock.sleeping, await store.count({})], [0, 1]);
});

Deno.test("a scheduler alone ends with what is wrong with its store, and waits for a server", async () => {
  const counting = new Counting();
  const clock = new FakeClock(T);
  counting.errors.push(new TypeError("no such table"));
  await assertRejects(() => alone(counting.store, clock).ended, TypeError);

  const server = new Server(counting.inner);
  const { events, end, ended } = alone(server.connect(), clock);
  server.reach = "down";
  await clock.advance(3 * HOUR);
  server.reach = "up";
  await clock.advance(10 * SECOND);
  assertEquals(events.map(({ type }) => type), ["unreachable", "reachable"]);
  end.abort();
  await ended;
  assertEquals(clock.sleeping, 0);
});

Deno.test("one look fires what is due and ends", async () => {
  const store = new MemoryStore();
  const clock = new FakeClock(T);
  await add(store, T, "tick", { catchUp: "all", overlap: "allow" });
  clock.jump(2.5 * MINUTE);
  const scheduler = createScheduler({ store, clock, by: "gigq" });
  assertEquals(await scheduler.look(), { fired: 2, nextAt: T + 3 * MINUTE, open: true });
  assertEquals(await scheduler.look(), { fired: 0, nextAt: T + 3 * MINUTE, open: true });
  assertEquals(clock.sleeping, 0);
});

Deno.test("a scheduler whose server stays away for too long says so", async () => {
  const server = new Server(new MemoryStore());
  const clock = new FakeClock(T);
  const scheduler = createScheduler({ store: server.connect(), clock, giveUpMs: MINUTE });
  server.reach = "down";
  await assertRejects(
    () => clock.runUntil(scheduler.serve(new AbortController().signal)),
    UnavailableError,
    "refuses",
  );
});

Deno.test("between schedules that have missed much whatever else goes on has its turn", async () => {
  const clock = new FakeClock(T);
  const store = new MemoryStore();
  for (const name of ["a", "b", "c"]) await add(store, T, name);
  const happened: string[] = [];
  const times = async (rule: TimeRule): Promise<Times> => {
    const inner = await timetable.times(rule);
    const within: Times["within"] = (...range) => {
      happened.push("counted");
      setImmediate(() => happened.push("turn"));
      return inner.within(...range);
    };
    return { ...inner, within };
  };
  const outage = new Outage({ clock, leaseMs: 0 });
  const warn = (): void => {};
  const options = { store, clock, outage, warn, by: "w", limitMs: 0, random: () => 0, timetable: { times } };
  clock.jump(HOUR);
  await new Scheduler(options).look();
  assertEquals(happened.slice(0, 5), ["counted", "turn", "counted", "turn", "counted"]);
});
