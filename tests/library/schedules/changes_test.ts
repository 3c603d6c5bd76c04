import { assertEquals, assertRejects } from "@std/assert";
import { BusyError, command, type JobQueue, NotFoundError, task, UsageError, Worker } from "../../../mod.ts";
import { at, DAY, HOUR, MINUTE, NOON, utc, withQueue } from "./kit.ts";

const noop = task("noop", (_: undefined, ctx) => ctx.scheduledAt);
const hourly = { cron: "0 * * * *", tz: "UTC" };

/** Lets somebody else be first, the next so many times that a schedule is changed. */
function beFirst(queue: JobQueue, times: number): () => number {
  const { schedules } = queue.store;
  const advance = schedules.advance.bind(schedules);
  let calls = 0;
  schedules.advance = async (step, now) => {
    if (calls++ < times) {
      const [other] = await schedules.list({ ids: [step.id] });
      await advance(
        { id: other!.id, version: other!.version, state: other!.state, firings: [], fire: null },
        now,
      );
    }
    return await advance(step, now);
  };
  return () => calls;
}

Deno.test("a schedule that is not there is told with the name that was perhaps meant", () =>
  withQueue(async ({ schedules }) => {
    await schedules.add("nightly-report", noop(), hourly);
    const calls: [string, () => Promise<unknown>][] = [
      ["get", () => schedules.get("nigthly-report")],
      ["next", () => schedules.next("nigthly-report")],
      ["pause", () => schedules.pause("nigthly-report")],
      ["resume", () => schedules.resume("nigthly-report")],
      ["remove", () => schedules.remove("nigthly-report")],
      ["run", () => schedules.run("nigthly-report")],
      ["edit", () => schedules.edit("nigthly-report", {})],
      ["history", () => schedules.history("nigthly-report")],
      ["jobs", () => schedules.jobs("nigthly-report")],
      ["backfill", () => schedules.backfill("nigthly-report", { from: NOON, until: NOON })],
      ["simulate", () => schedules.simulate({ until: NOON + DAY, names: ["nigthly-report"] })],
    ];
    for (const [what, call] of calls) {
      const error = await assertRejects(call, NotFoundError, 'There is no schedule "nigthly-report"');
      assertEquals(error.hint, 'Did you mean "nightly-report"?', what);
    }
    const error = await assertRejects(() => schedules.get("x"), NotFoundError);
    assertEquals(error.hint, "gigq schedule list shows what there is");
  }));

Deno.test("next tells slots to come, paused or not, and no more than count leaves", () =>
  withQueue(async ({ schedules }) => {
    await schedules.add("x", noop(), hourly);
    assertEquals(await schedules.next("x", { limit: 2 }), [at("13:00"), at("14:00")]);
    assertEquals((await schedules.next("x")).length, 5);
    await schedules.pause("x");
    assertEquals(await schedules.next("x", { limit: 1, after: "2026-12-24" }), [at("01:00", 30)]);
    await schedules.add("few", noop(), { ...hourly, count: 2 });
    assertEquals(await schedules.next("few"), [at("13:00"), at("14:00")]);
    await assertRejects(() => schedules.next("x", { limit: 0 }), UsageError, "limit");
  }));

Deno.test("what came while it was paused is not made up for, nor counted as failure", () =>
  withQueue(async ({ schedules }, clock) => {
    await schedules.add("x", noop(), { ...hourly, catchUp: "all" });
    const paused = await schedules.pause("x", "holidays");
    assertEquals([paused.state.paused, paused.state.nextAt], [{ at: NOON, reason: "holidays" }, null]);
    // Once more changes nothing, not even the reason.
    assertEquals(await schedules.pause("x", "other"), paused);
    await clock.advance(3 * HOUR + MINUTE);
    assertEquals(await schedules.tick(), []);
    const { state, version } = await schedules.resume("x");
    assertEquals([state.paused, state.failures, utc(state.nextAt)], [null, 0, "2026-11-24 16:00"]);
    assertEquals((await schedules.resume("x")).version, version);
    assertEquals(await schedules.tick(), []);
    await clock.advanceTo(at("16:00"));
    assertEquals((await schedules.tick()).map(({ firing }) => [utc(firing.slot), firing.status]), [
      ["2026-11-24 16:00", "started"],
    ]);
  }));

Deno.test("too many failures pause it, and resuming begins to count anew", () =>
  withQueue(async (queue, clock) => {
    const { schedules } = queue;
    const fail = task("fail", () => {
      throw new Error("no");
    }, { retries: 0 });
    await schedules.add("x", fail(), { ...hourly, pauseOnFailure: 1 });
    await clock.advanceTo(at("13:00"));
    await schedules.tick();
    await clock.runUntil(new Worker(queue, { tasks: [fail] }).drain());
    const events = await schedules.tick();
    const { state } = await schedules.get("x");
    if (state.paused === null) throw new Error(`It is not paused: ${JSON.stringify([events, state])}`);
    assertEquals(state.failures, 1);
    assertEquals((await schedules.resume("x")).state.failures, 0);
  }));

Deno.test("a run by hand is an entry of its own, beside the slots, and does not count", () =>
  withQueue(async (queue, clock) => {
    const { schedules } = queue;
    await schedules.add("x", noop(), { ...hourly, count: 1 });
    await schedules.pause("x");
    await clock.advanceTo(at("13:00"));
    const firings = [await schedules.run("x"), await schedules.run("x")];
    // 13:00 itself is a slot.
    assertEquals(firings.map(({ slot }) => slot - at("13:00")), [1, 2]);
    assertEquals(firings.map(({ status, trigger, by }) => [status, trigger, by]), [
      ["started", "manual", "gigq"],
      ["started", "manual", "gigq"],
    ]);
    assertEquals((await schedules.get("x")).state.fired, 0);
    await clock.runUntil(new Worker(queue, { tasks: [noop] }).drain());
    assertEquals((await queue.get(firings[0]!.job!)).result, at("13:00") + 1);
  }));

Deno.test("an overview tells the latest run, those that are open and those that wait", () =>
  withQueue(async ({ schedules }, clock) => {
    await schedules.add("b", noop(), { ...hourly, overlap: "queue-all" });
    await schedules.add("a", noop(), { cron: "30 * * * *", tz: "UTC" });
    assertEquals(
      (await schedules.list()).map(({ schedule, last, running, queued }) => [
        schedule.name,
        last,
        running,
        queued,
      ]),
      [["a", null, 0, 0], ["b", null, 0, 0]],
    );
    for (const hour of ["13:00", "14:00", "15:00"]) {
      await clock.advanceTo(at(hour));
      await schedules.tick();
    }
    const [a, b] = await schedules.list();
    assertEquals([utc(a!.last!.slot), a!.running, a!.queued], ["2026-11-24 12:30", 1, 0]);
    assertEquals([utc(b!.last!.slot), b!.running, b!.queued], ["2026-11-24 13:00", 1, 2]);
    assertEquals(await schedules.list({ names: ["b", "nope", "b"] }), [b!]);
    assertEquals(await schedules.list({ names: [] }), []);
  }));

Deno.test("an edit changes what it names, null takes away, and other times begin now", () =>
  withQueue(async ({ schedules }, clock) => {
    await schedules.add("x", command(["a"]), {
      ...hourly,
      every: "7m",
      between: "08:00-20:00",
      count: 5,
      jitter: "10s",
      description: "d",
    });
    const before = await schedules.get("x");
    await clock.advance(90_000);
    assertEquals(await schedules.edit("x", {}), before);
    assertEquals(await schedules.edit("x", { options: { count: 5, every: "7m" } }), before);

    const counted = await schedules.edit("x", {
      options: { count: null, description: null, overlap: "allow" },
    });
    assertEquals(counted.definition, {
      ...before.definition,
      count: null,
      description: null,
      overlap: "allow",
    });
    assertEquals(counted.state, before.state);

    const moved = await schedules.edit("x", {
      options: { cron: null, every: "1h", between: null, tz: "Europe/Prague" },
    });
    const { when } = moved.definition;
    assertEquals([when.cron, when.everyMs, when.between, when.zone], [[], HOUR, [], "Europe/Prague"]);
    assertEquals([when.anchor, moved.state.cursor, moved.state.nextAt], [
      NOON + 90_000,
      NOON + 90_000,
      NOON + 90_000 + HOUR,
    ]);
    const run = await schedules.edit("x", { target: command(["b"]) });
    assertEquals(run.definition.when, when);
    const { target } = run.definition;
    assertEquals(target.type === "job" && target.job.payload.argv, ["b"]);

    await assertRejects(
      () => schedules.edit("x", { options: { every: null } }),
      UsageError,
      "needs cron, every or on",
    );
    await assertRejects(() => schedules.edit("x", { options: { until: NOON } }), UsageError, "never be due");
    assertEquals(await schedules.get("x"), run);
  }));

Deno.test("options of the job are edited one by one, and a named policy takes the place of all it says", () =>
  withQueue(async ({ schedules }) => {
    await schedules.add(
      "x",
      command(["a"], { timeout: "5m", retries: 2, onError: ["exit:75 -> dead"], secrets: ["A"] }),
      {
        ...hourly,
        job: { delay: "1m", tags: ["t"], expires: "1h", signal: "USR1@60", budget: "2h", retryOn: "timeout" },
      },
    );
    const before = (await schedules.get("x")).definition.target;
    if (before.type !== "job") throw new Error("It is a workflow");
    const edited = await schedules.edit("x", { options: { job: { priority: 9 } } });
    assertEquals(edited.definition.target, { type: "job", job: { ...before.job, priority: 9 } });
    const ruled =
      (await schedules.edit("x", { options: { job: { onError: ["exit:3 -> fail"] } } })).definition.target;
    assertEquals(ruled.type === "job" && ruled.job.policy.rules?.length, 1);

    const { definition: { target } } = await schedules.edit("x", {
      options: { job: { policy: "short", onError: ["lost -> fail"], retries: 1, retryOn: "lost" } },
    });
    const policy = target.type === "job" ? target.job.policy : null;
    assertEquals([policy?.timeoutMs, policy?.maxAttempts, policy?.budgetMs, policy?.retryOn], [
      120_000,
      2,
      undefined,
      [{ reason: "lost" }],
    ]);
    assertEquals(policy?.rules, [{ match: { reason: "lost" }, action: { do: "fail" } }]);
    await assertRejects(
      () => schedules.edit("x", { options: { job: { unique: "k" } as never } }),
      UsageError,
      'has the option "unique"',
    );
  }, { policies: { short: { timeout: "2m" } }, kinds: { command: { grace: "7s" } } }));

Deno.test("one that has run as often as it should goes on when it should run more often", () =>
  withQueue(async ({ schedules }, clock) => {
    await schedules.add("x", noop(), { ...hourly, count: 1, catchUp: "all", overlap: "allow" });
    await clock.advanceTo(at("13:00"));
    await schedules.tick();
    assertEquals((await schedules.get("x")).state.nextAt, null);
    assertEquals(await schedules.next("x"), []);
    await clock.advanceTo(at("17:30"));
    const { state } = await schedules.edit("x", { options: { count: 2 } });
    assertEquals(utc(state.nextAt), "2026-11-24 18:00");
    assertEquals(await schedules.next("x"), [at("18:00")]);
  }));

Deno.test("when somebody else is first, a change is made anew from what is stored then", () =>
  withQueue(async (queue) => {
    const { schedules } = queue;
    await schedules.add("x", noop(), hourly);
    const calls = beFirst(queue, 3);
    const { definition, version } = await schedules.edit("x", { options: { count: 3 } });
    assertEquals([definition.count, version, calls()], [3, 5, 4]);
    const firing = await schedules.run("x");
    assertEquals((await schedules.history("x")).length, 1);
    assertEquals((await queue.list()).map(({ id }) => id), [firing.job]);
  }));

Deno.test("a change is given up when others are first without end", () =>
  withQueue(async (queue) => {
    await queue.schedules.add("x", noop(), hourly);
    const calls = beFirst(queue, Infinity);
    await assertRejects(() => queue.schedules.pause("x"), BusyError, "was changed by others");
    assertEquals(calls(), 50);
    assertEquals((await queue.schedules.get("x")).state.paused, null);
  }));

Deno.test("removing one leaves its jobs, and a new one of its name has no history", () =>
  withQueue(async (queue) => {
    const { schedules } = queue;
    const first = await schedules.add("x", noop(), hourly);
    await schedules.run("x");
    await schedules.remove("x");
    await assertRejects(() => schedules.get("x"), NotFoundError);
    const second = await schedules.add("x", noop(), hourly);
    assertEquals([first.id < second.id, await schedules.history("x"), (await queue.stats()).total], [
      true,
      [],
      1,
    ]);
  }));

Deno.test("history tells the latest first, and only what is asked for", () =>
  withQueue(async ({ schedules }, clock) => {
    await schedules.add("x", noop(), hourly);
    for (const hour of ["13:00", "14:00", "15:00"]) {
      await clock.advanceTo(at(hour));
      await schedules.tick();
    }
    const slots = async (options: Parameters<typeof schedules.history>[1]): Promise<(string | null)[]> =>
      (await schedules.history("x", options)).map(({ slot, status }) => `${utc(slot)?.slice(11)} ${status}`);
    assertEquals(await slots({}), ["15:00 skipped", "14:00 skipped", "13:00 started"]);
    assertEquals(await slots({ limit: 1 }), ["15:00 skipped"]);
    assertEquals(await slots({ statuses: ["started"] }), ["13:00 started"]);
    assertEquals(await slots({ from: "2026-11-24 14:00", until: "2026-11-24 14:59" }), ["14:00 skipped"]);
    assertEquals(await slots({ until: "2026-11-23" }), []);
    assertEquals((await slots({ until: "2026-11-24" })).length, 3);
  }));
