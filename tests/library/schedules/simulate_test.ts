import { assert, assertEquals, assertRejects } from "@std/assert";
import { command, type ScheduleOptions, task, UsageError, Worker } from "../../../mod.ts";
import type { Overlap } from "../../../src/core/schedule.ts";
import { forecast, median } from "../../../src/library/schedules/forecast.ts";
import { at, DAY, HOUR, MINUTE, NOON, utc, withQueue } from "./kit.ts";

const echo = command(["echo"]);

Deno.test("a simulation tells every slot in order, and those that meet", () =>
  withQueue(async ({ schedules }) => {
    await schedules.add("hourly", echo, { cron: "0 * * * *", tz: "UTC" });
    await schedules.add("daily", echo, { cron: "0 14 * * *", tz: "UTC" });
    await schedules.add("twice", echo, { cron: "*/30 * * * *", tz: "UTC", count: 2 });
    await schedules.add("paused", echo, { cron: "0 * * * *", tz: "UTC" });
    await schedules.pause("paused");
    const { from, until, firings, collisions, overlaps } = await schedules.simulate({ until: at("14:00") });
    assertEquals([from, until], [NOON + 1, at("14:00")]);
    assertEquals(firings.map(({ at, name }) => `${utc(at)?.slice(11)} ${name}`), [
      "12:30 twice",
      "13:00 hourly",
      "13:00 twice",
      "14:00 daily",
      "14:00 hourly",
    ]);
    assertEquals(collisions, [
      { at: at("13:00"), names: ["hourly", "twice"] },
      { at: at("14:00"), names: ["daily", "hourly"] },
    ]);
    assertEquals(overlaps.map(({ name, slots, typicalMs }) => [name, slots, typicalMs]), [
      ["daily", 1, null],
      ["hourly", 2, null],
      ["twice", 2, null],
    ]);
    const named = await schedules.simulate({ from: NOON, until: "2026-11-24", names: ["paused"] });
    assertEquals([named.firings.length, utc(named.firings[0]!.at)], [12, "2026-11-24 12:00"]);
    await assertRejects(() => schedules.simulate({ until: NOON - HOUR }), UsageError, "before its beginning");
  }));

Deno.test("what a file would do is seen before it is applied, with what is known of those it changes", () =>
  withQueue(async (queue, clock) => {
    const { schedules } = queue;
    const slow = task("slow", () => {});
    await schedules.add("x", slow(), { every: "1h", tz: "UTC" });
    for (const minutes of [10, 90, 30]) {
      await schedules.run("x");
      await clock.advance(minutes * MINUTE);
      await clock.runUntil(new Worker(queue, { tasks: [slow] }).drain());
      await schedules.tick();
    }
    const now = queue.now();
    const wanted = [
      { name: "x", target: slow(), options: { every: "20m", from: now, tz: "UTC" } },
      { name: "new", target: slow(), options: { every: "1h", from: now + 1, tz: "UTC" } },
      { name: "off", target: slow(), options: { every: "1h", tz: "UTC" }, paused: true },
    ];
    const { firings, overlaps } = await schedules.simulate({ until: now + 2 * HOUR, wanted });
    assertEquals(firings.length, 6 + 2);
    assertEquals(overlaps, [
      {
        name: "new",
        overlap: "skip",
        typicalMs: null,
        slots: 2,
        during: 0,
        skipped: 0,
        queued: 0,
        cancelled: 0,
        longestWaitMs: 0,
      },
      {
        name: "x",
        overlap: "skip",
        typicalMs: 30 * MINUTE,
        slots: 6,
        during: 3,
        skipped: 3,
        queued: 0,
        cancelled: 0,
        longestWaitMs: 0,
      },
    ]);
    assertEquals((await schedules.list()).length, 1);
  }));

Deno.test("what becomes of slots while a run is open follows from the overlap", () => {
  const slots = [0, 10, 20, 30, 40, 50, 60].map((minute) => minute * MINUTE);
  const cases: [Overlap, number, object][] = [
    ["skip", 25, { during: 4, skipped: 4, queued: 0, cancelled: 0, longestWaitMs: 0 }],
    ["allow", 25, { during: 6, skipped: 0, queued: 0, cancelled: 0, longestWaitMs: 0 }],
    ["cancel-previous", 25, { during: 6, skipped: 0, queued: 0, cancelled: 6, longestWaitMs: 0 }],
    // 0 runs until 25, 10 waits until then, 20 finds it waiting, 30 waits until 50, 40 finds it waiting, 50 waits for 75.
    ["queue-one", 25, { during: 6, skipped: 3, queued: 3, cancelled: 0, longestWaitMs: 25 * MINUTE }],
    ["queue-all", 25, { during: 6, skipped: 0, queued: 6, cancelled: 0, longestWaitMs: 90 * MINUTE }],
    ["skip", 10, { during: 0, skipped: 0, queued: 0, cancelled: 0, longestWaitMs: 0 }],
    ["queue-all", 0, { during: 0, skipped: 0, queued: 0, cancelled: 0, longestWaitMs: 0 }],
  ];
  for (const [overlap, minutes, expected] of cases) {
    const { name: _, overlap: __, typicalMs: ___, slots: ____, ...found } = forecast(
      "x",
      overlap,
      slots,
      minutes * MINUTE,
    );
    assertEquals(found, expected as typeof found, `${overlap} ${minutes}`);
  }
  const flood = Array.from({ length: 20_002 }, (_, index) => index);
  assertEquals(forecast("x", "queue-all", flood, DAY).skipped, 20_002 - 10_001);
});

Deno.test("the median is the middle", () => {
  assertEquals([median([]), median([3]), median([9, 1, 4]), median([1, 2, 10, 4])], [null, 3, 4, 3]);
});

Deno.test("a year of fifty schedules is worked out, and a million slots are the end", () =>
  withQueue(async ({ schedules }) => {
    const rules: ScheduleOptions[] = [
      { cron: "*/15 8-18 * * MON-FRI" },
      { cron: "0 * * * *" },
      { cron: "0 3 * * *" },
      { on: "first monday of the month at 09:00" },
      { every: "2h" },
    ];
    for (let index = 0; index < 50; index++) {
      await schedules.add(`s${index}`, echo, {
        ...rules[index % 5],
        tz: index % 2 ? "Europe/Prague" : "America/New_York",
      });
    }
    const { firings, collisions, overlaps } = await schedules.simulate({ until: NOON + 365 * DAY });
    assertEquals(overlaps.reduce((sum, { slots }) => sum + slots, 0), firings.length);
    assert(firings.length > 250_000 && collisions.length > 5_000, `${firings.length} ${collisions.length}`);
    assert(firings.every(({ at }, index) => index === 0 || firings[index - 1]!.at <= at));
    await schedules.add("often", echo, { every: "20s" });
    await assertRejects(
      () => schedules.simulate({ until: NOON + 365 * DAY }),
      UsageError,
      'more than the 1000000 slots that a simulation can hold, up to those of "often"',
    );
  }));
