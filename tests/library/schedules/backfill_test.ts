import { assertEquals, assertRejects } from "@std/assert";
import { type JobQueue, task, UsageError, Worker } from "../../../mod.ts";
import type { FakeClock } from "../../../src/testing/mod.ts";
import { at, DAY, HOUR, MINUTE, NOON, utc, withQueue } from "./kit.ts";

const noop = task("noop", () => {});
const hourly = { cron: "0 * * * *", tz: "UTC" };

async function history({ schedules }: JobQueue): Promise<string[]> {
  return (await schedules.history("x")).map(({ slot, status, slots }) =>
    `${utc(slot)?.slice(11)} ${status}${slots === 1 ? "" : ` ${slots}`}`
  ).reverse();
}

/** Nobody is there from noon until 17:30; then somebody looks. */
async function missFive({ schedules }: JobQueue, clock: FakeClock): Promise<void> {
  await schedules.add("x", noop(), { ...hourly, catchUp: "none" });
  await clock.advanceTo(at("17:30"));
  await schedules.tick();
}

Deno.test("slots of the past are queued and run one after the other", () =>
  withQueue(async (queue, clock) => {
    const { schedules } = queue;
    await missFive(queue, clock);
    assertEquals(await history(queue), ["17:00 missed 5"]);
    const range = { from: "2026-11-24", until: "2026-11-24" };
    const planned = await schedules.backfill("x", { ...range, dryRun: true });
    assertEquals(planned.queued.length, 18);
    assertEquals(await history(queue), ["17:00 missed 5"]);
    assertEquals(await schedules.backfill("x", range), planned);
    assertEquals((await history(queue)).length, 18);
    // Once more: they wait already.
    assertEquals(await schedules.backfill("x", range), { queued: [], already: planned.queued });

    await clock.runUntil(new Worker(queue, { tasks: [noop] }).drain());
    for (let runs = 0; runs < 18; runs++) {
      await schedules.tick();
      await clock.runUntil(new Worker(queue, { tasks: [noop] }).drain());
    }
    await schedules.tick();
    const ended = await schedules.history("x");
    assertEquals(new Set(ended.map(({ status }) => status)), new Set(["completed"]));
    assertEquals(new Set(ended.map(({ trigger }) => trigger)), new Set(["backfill"]));
    assertEquals((await schedules.get("x")).state.fired, 0);
  }));

Deno.test("what is left of missed slots stays in the history", async (t) => {
  const cases: [string, string, string[]][] = [
    // [from, until, what the history says then]
    ["14:00", "17:00", ["13:00 missed", "14:00 queued", "15:00 queued", "16:00 queued", "17:00 queued"]],
    ["16:00", "17:00", ["15:00 missed 3", "16:00 queued", "17:00 queued"]],
    ["13:00", "14:00", ["13:00 queued", "14:00 queued", "17:00 missed 3"]],
    ["15:00", "15:30", ["15:00 queued", "17:00 missed 4"]],
    ["11:00", "13:30", ["11:00 queued", "12:00 queued", "13:00 queued", "17:00 missed 4"]],
    ["13:00", "17:30", ["13:00 queued", "14:00 queued", "15:00 queued", "16:00 queued", "17:00 queued"]],
  ];
  for (const [from, until, expected] of cases) {
    await t.step(`${from} to ${until}`, () =>
      withQueue(async (queue, clock) => {
        await missFive(queue, clock);
        await queue.schedules.backfill("x", { from: at(from), until: at(until) });
        assertEquals(await history(queue), expected);
      }));
  }
});

Deno.test("a slot of a row that was backfilled before keeps its own entry, and is not taken from the row again", () =>
  withQueue(async (queue, clock) => {
    await missFive(queue, clock);
    await queue.schedules.backfill("x", { from: at("16:00"), until: at("16:00") });
    await queue.schedules.backfill("x", { from: at("17:00"), until: at("17:00") });
    assertEquals(await history(queue), ["15:00 missed 3", "16:00 queued", "17:00 queued"]);
    await queue.schedules.backfill("x", { from: at("14:00"), until: at("15:00") });
    assertEquals((await history(queue))[0], "13:00 missed");
  }));

Deno.test("slots that ran are not run again, skipped ones are", () =>
  withQueue(async (queue, clock) => {
    const { schedules } = queue;
    await schedules.add("x", noop(), hourly);
    for (const hour of ["13:00", "14:00"]) {
      await clock.advanceTo(at(hour));
      await schedules.tick();
    }
    assertEquals(await history(queue), ["13:00 started", "14:00 skipped"]);
    const { queued, already } = await schedules.backfill("x", { from: at("12:30"), until: at("14:00") });
    assertEquals([queued.map(utc), already.map(utc)], [["2026-11-24 14:00"], ["2026-11-24 13:00"]]);
  }));

Deno.test("slots that are due and undecided are decided first, as they would be without a backfill", () =>
  withQueue(async (queue, clock) => {
    const { schedules } = queue;
    await schedules.add("x", noop(), { ...hourly, catchUp: "one" });
    await clock.advanceTo(at("16:30"));
    const { queued, already } = await schedules.backfill("x", { from: at("12:30"), until: at("16:30") });
    assertEquals(already.map(utc), ["2026-11-24 16:00"]);
    assertEquals(queued.length, 3);
    assertEquals(await history(queue), ["13:00 queued", "14:00 queued", "15:00 queued", "16:00 started"]);
    await schedules.tick();
    assertEquals(await history(queue), ["13:00 queued", "14:00 queued", "15:00 queued", "16:00 started"]);
  }));

Deno.test("a dry run tells the same as the backfill itself, also of what is still to be decided", async (t) => {
  for (const catchUp of ["none", "one", "all"] as const) {
    await t.step(catchUp, () =>
      withQueue(async ({ schedules }, clock) => {
        await schedules.add("x", noop(), { ...hourly, catchUp });
        await clock.advanceTo(at("16:30"));
        const range = { from: at("11:00"), until: at("16:30") };
        const planned = await schedules.backfill("x", { ...range, dryRun: true });
        assertEquals(await schedules.history("x"), []);
        assertEquals(await schedules.backfill("x", range), planned);
        assertEquals(planned.already.length, { none: 0, one: 1, all: 4 }[catchUp]);
      }));
  }
});

Deno.test("a backfill that makes no sense, or is too long, is refused", () =>
  withQueue(async ({ schedules }) => {
    await schedules.add("x", noop(), { every: "1s" });
    await schedules.add("y", noop(), { every: "1s", from: NOON - DAY });
    const refused = async (name: string, from: number, until: number, message: string): Promise<void> => {
      for (const dryRun of [true, false]) {
        await assertRejects(() => schedules.backfill(name, { from, until, dryRun }), UsageError, message);
      }
    };
    await refused("x", NOON, NOON - 1, "end of a backfill is before its beginning");
    await refused("x", NOON, NOON + HOUR, "is still to come");
    await refused("y", NOON - DAY, NOON, "more than the 10000 slots that may be queued");
    const most = { from: NOON - 9_999_000, until: NOON };
    assertEquals((await schedules.backfill("y", most)).queued.length, 10_000);
    await assertRejects(
      () => schedules.backfill("y", { from: NOON - DAY, until: NOON - DAY + MINUTE }),
      UsageError,
      "has 10000 queued slots",
    );
  }));
