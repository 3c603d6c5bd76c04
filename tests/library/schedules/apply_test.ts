import { assertEquals, assertRejects } from "@std/assert";
import {
  command,
  DataError,
  type ScheduleChange,
  type ScheduleOptions,
  UsageError,
  type WantedSchedule,
} from "../../../mod.ts";
import { at, HOUR, MINUTE, NOON, withQueue } from "./kit.ts";

const hourly: ScheduleOptions = { cron: "0 * * * *", tz: "UTC" };

function wanted(name: string, options: ScheduleOptions = hourly, argv = ["x"]): WantedSchedule {
  return { name, target: command(argv), options };
}

Deno.test("schedules are added, changed, left alone and removed, and told so", () =>
  withQueue(async ({ schedules }, clock) => {
    for (const name of ["a", "b", "c", "d"]) await schedules.add(name, command(["x"]), hourly);
    const before = await schedules.list();
    await clock.advance(MINUTE);
    const list = [
      wanted("new"),
      wanted("b"),
      wanted("a", { ...hourly, cron: ["0 * * * *", "30 * * * *"], count: 3 }, ["x", "y"]),
    ];
    const expected: ScheduleChange[] = [
      { name: "new", change: "added", differences: [] },
      { name: "b", change: "unchanged", differences: [] },
      {
        name: "a",
        change: "changed",
        differences: [
          { path: "when.cron", before: ["0 * * * *"], after: ["0 * * * *", "30 * * * *"] },
          { path: "target.job.payload.argv", before: ["x"], after: ["x", "y"] },
          { path: "count", before: null, after: 3 },
        ],
      },
    ];
    const removed = ["c", "d"].map((name): ScheduleChange => ({ name, change: "removed", differences: [] }));
    assertEquals(await schedules.apply(list, { dryRun: true, prune: true }), [...expected, ...removed]);
    assertEquals(await schedules.list(), before);

    assertEquals(await schedules.apply(list), expected);
    assertEquals((await schedules.list()).map(({ schedule }) => schedule.name), ["a", "b", "c", "d", "new"]);
    assertEquals(await schedules.get("b"), before[1]!.schedule);
    const { state, version } = await schedules.get("a");
    assertEquals([state.cursor, state.nextAt, version], [NOON + MINUTE, NOON + 30 * MINUTE, 2]);

    assertEquals((await schedules.apply(list, { prune: true })).map(({ change }) => change), [
      "unchanged",
      "unchanged",
      "unchanged",
      "removed",
      "removed",
    ]);
    assertEquals((await schedules.list()).map(({ schedule }) => schedule.name), ["a", "b", "new"]);
  }));

Deno.test("an unchanged interval goes on from where it began, and what is not said goes back to the default", () =>
  withQueue(async ({ schedules }, clock) => {
    await schedules.apply([wanted("x", { every: "1h", tz: "UTC", overlap: "allow" })]);
    await clock.advance(90 * MINUTE);
    assertEquals(
      (await schedules.apply([wanted("x", { every: "1h", tz: "UTC", overlap: "allow" })]))[0]!.change,
      "unchanged",
    );
    const [change] = await schedules.apply([wanted("x", { every: "1h", tz: "UTC" })]);
    assertEquals(change!.differences, [{ path: "overlap", before: "allow", after: "skip" }]);
    assertEquals((await schedules.get("x")).definition.when.anchor, NOON);
    await schedules.apply([wanted("x", { every: "2h", tz: "UTC" })]);
    const { definition, state } = await schedules.get("x");
    assertEquals([definition.when.anchor, state.nextAt], [NOON + 90 * MINUTE, NOON + 90 * MINUTE + 2 * HOUR]);
  }));

Deno.test("a file pauses and resumes where it says so, and only there", () =>
  withQueue(async ({ schedules }, clock) => {
    const paused = { ...wanted("x"), paused: true };
    assertEquals((await schedules.apply([paused]))[0]!.change, "added");
    assertEquals((await schedules.get("x")).state, {
      cursor: NOON,
      nextAt: null,
      paused: { at: NOON, reason: null },
      fired: 0,
      failures: 0,
      recent: [],
    });
    await clock.advance(90 * MINUTE);
    assertEquals((await schedules.apply([paused, wanted("y")])).map(({ change }) => change), [
      "unchanged",
      "added",
    ]);
    assertEquals((await schedules.apply([wanted("x")]))[0]!.change, "unchanged");
    const [resumed] = await schedules.apply([{ ...paused, paused: false }]);
    assertEquals(resumed!.differences, [{ path: "paused", before: true, after: false }]);
    const { state } = await schedules.get("x");
    assertEquals([state.paused, state.cursor, state.nextAt], [null, NOON + 90 * MINUTE, at("14:00")]);
    await schedules.apply([{ ...paused, options: { ...hourly, count: 2 } }]);
    const again = await schedules.get("x");
    assertEquals([again.definition.count, again.state.paused?.at, again.state.nextAt], [
      2,
      NOON + 90 * MINUTE,
      null,
    ]);
  }));

Deno.test("one that is wrong leaves all as they are, and is named", () =>
  withQueue(async ({ schedules }) => {
    await schedules.add("old", command(["x"]), hourly);
    const refused = async (
      last: WantedSchedule,
      kind: new (message: string) => Error,
      message: string,
    ): Promise<void> => {
      await assertRejects(() => schedules.apply([wanted("good"), last], { prune: true }), kind, message);
      assertEquals((await schedules.list()).map(({ schedule }) => schedule.name), ["old"]);
    };
    await refused(wanted("bad", {}), UsageError, 'Schedule "bad": A schedule needs cron');
    await refused(wanted("bad", hourly, ["${{ schedule.x }}"]), DataError, 'Schedule "bad": Expression');
    await refused(
      wanted("bad", { ...hourly, until: NOON }),
      UsageError,
      'Schedule "bad": The schedule would never be due',
    );
    await refused(
      wanted("old", { ...hourly, until: NOON }),
      UsageError,
      'Schedule "old": The schedule would never',
    );
    await refused(wanted("good"), UsageError, 'Schedule "good" is there twice');
    await refused(wanted("a b"), UsageError, '"a b"');
  }));

Deno.test("one that somebody adds in between is changed, one that is gone is added", () =>
  withQueue(async (queue) => {
    const { schedules } = queue;
    const { list } = queue.store.schedules;
    await schedules.add("gone", command(["x"]), hourly);
    let calls = 0;
    queue.store.schedules.list = async (filter) => {
      const found = await list.call(queue.store.schedules, filter);
      if (calls++ === 0) {
        await schedules.add("new", command(["other"]), hourly);
        await schedules.remove("gone");
      }
      return found;
    };
    await schedules.apply([wanted("new"), wanted("gone", hourly, ["y"])]);
    const argv = async (name: string): Promise<unknown> => {
      const { target } = (await schedules.get(name)).definition;
      return target.type === "job" && target.job.payload.argv;
    };
    assertEquals([await argv("new"), await argv("gone")], [["x"], ["y"]]);
  }));

Deno.test("one that somebody adds at the very last moment is made as it is wanted", () =>
  withQueue(async (queue) => {
    const { add } = queue.store.schedules;
    queue.store.schedules.add = async (schedule, now) => {
      queue.store.schedules.add = add;
      await queue.schedules.add(schedule.name, command(["other"]), hourly);
      return await add.call(queue.store.schedules, schedule, now);
    };
    await queue.schedules.apply([wanted("new")]);
    const { definition: { target }, version } = await queue.schedules.get("new");
    assertEquals([target.type === "job" && target.job.payload.argv, version], [["x"], 2]);
  }));
