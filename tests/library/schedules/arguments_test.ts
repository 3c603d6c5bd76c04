/** What a program in JavaScript may give, which no compiler looks at. */

import { assertEquals, assertRejects } from "@std/assert";
import { command, UsageError } from "../../../mod.ts";
import { withQueue } from "./kit.ts";

const echo = command(["echo"]);
const daily = { cron: "0 9 * * *", tz: "UTC" };
/** As JavaScript sees it. */
// deno-lint-ignore no-explicit-any
type Any = any;

Deno.test("a key that means nothing is refused by every call, and a nested one is shown its place", () =>
  withQueue(async ({ schedules: typed }) => {
    await typed.add("report", echo, daily);
    const schedules: Any = typed;
    const range = { from: "2026-11-01", until: "2026-11-02" };
    const cases: readonly [() => Promise<unknown>, string, string?][] = [
      [
        () => schedules.add("x", echo, { ...daily, timezone: "UTC" }),
        '"timezone" is no option of a schedule',
      ],
      [
        () => schedules.add("x", echo, { ...daily, catchup: "all" }),
        '"catchup" is no option of a schedule',
        'Did you mean "catchUp"?',
      ],
      [
        () => schedules.edit("report", { cron: "0 8 * * *" }),
        '"cron" is no part of an edit',
        "Write options: { cron: … }",
      ],
      [() => schedules.edit("report", { options: { untill: null } }), '"untill" is no option of a schedule'],
      [
        () => schedules.apply([{ name: "x", target: echo, every: "1h" }]),
        '"every" is no part of a wanted schedule',
        "Write options: { every: … }",
      ],
      [
        () => schedules.apply([{ name: "x", target: echo, options: { ...daily, zone: "UTC" } }]),
        '"zone" is no',
      ],
      [() => schedules.list({ name: ["x"] }), '"name" is no option of list', 'Did you mean "names"?'],
      [() => schedules.list({ names: "x" }), 'names are a list, not "x"'],
      [
        () => schedules.apply([], { dryrun: true }),
        '"dryrun" is no option of apply',
        'Did you mean "dryRun"?',
      ],
      [() => schedules.next("report", { count: 3 }), '"count" is no option of next'],
      [() => schedules.history("report", { status: ["failed"] }), '"status" is no option of history'],
      [() => schedules.backfill("report", { ...range, dry: true }), '"dry" is no option of backfill'],
      [() => schedules.simulate({ to: "2026-12-01" }), '"to" is no option of simulate'],
      [() => schedules.tick({ onwarning: () => {} }), '"onwarning" is no option of tick'],
    ];
    for (const [call, message, hint] of cases) {
      const error = await assertRejects(call, UsageError, message);
      if (hint !== undefined) assertEquals(error.hint, hint);
    }
    assertEquals((await typed.list()).map(({ schedule }) => schedule.version), [1]);
    const absent = { ...daily, timezone: undefined };
    await schedules.add("y", echo, absent);
  }));

Deno.test("options, names and lists of another type are refused in words", () =>
  withQueue(async ({ schedules: typed }) => {
    await typed.add("report", echo, daily);
    const schedules: Any = typed;
    const cases: readonly [() => Promise<unknown>, string][] = [
      [
        () => schedules.add("x", echo),
        "Each option of a schedule is a key of an object, and undefined is none",
      ],
      [() => schedules.edit("report"), "Each part of an edit is a key of an object, and undefined is none"],
      [() => schedules.next("report", 3), "Each option of next is a key of an object, and 3 is none"],
      [
        () => schedules.add("x", echo, { ...daily, job: null }),
        "The options of a job are an object, not null",
      ],
      [() => schedules.add("x", echo, { ...daily, job: "3" }), 'The options of a job are an object, not "3"'],
      [() => schedules.edit("report", { options: { job: 3 } }), "The options of a job are an object, not 3"],
      ...["get", "pause", "resume", "run", "remove", "jobs", "next", "history"].flatMap((call) =>
        [undefined, null, NaN, 10n, {}].map((name) =>
          [
            () => schedules[call](name),
            `The name of a schedule is text, not ${typeof name === "object" && name ? "{}" : name}`,
          ] as [() => Promise<unknown>, string]
        )
      ),
      [() => schedules.apply({ report: daily }), "Wanted schedules are a list, not {"],
      [() => schedules.apply(Promise.resolve([])), "Wanted schedules are a list, not a promise of one"],
      [
        () => schedules.apply([null]),
        "Each part of a wanted schedule is a key of an object, and null is none",
      ],
      [() => schedules.simulate({ until: "2026-12-01", wanted: "x" }), "Wanted schedules are a list"],
      [() => schedules.simulate({ until: "2026-12-01", names: "report" }), 'names are a list, not "report"'],
      [() => schedules.history("report", { statuses: "failed" }), 'statuses are a list, not "failed"'],
      [() => schedules.history("report", { statuses: ["done"] }), '"done" is none of the statuses queued,'],
    ];
    for (const [call, message] of cases) await assertRejects(call, UsageError, message);
  }));

Deno.test("numbers, durations and times of another type are refused, and shown as they are", () =>
  withQueue(async ({ schedules }) => {
    const cases: readonly [Any, string][] = [
      [{ every: new Date(NaN) }, "The interval is a number of milliseconds, or text, not Invalid Date"],
      [{ every: true }, "The interval is a number of milliseconds, or text, not true"],
      [{ jitter: [] }, "The jitter is a number of milliseconds, or text, not []"],
      [{ catchUpWindow: 10n }, "The catch-up window is a number of milliseconds, or text, not 10"],
      [{ count: "3" }, 'must be a whole number from 1 to 9007199254740991, not "3"'],
      [{ count: NaN }, "not NaN"],
      [{ count: Symbol("x") }, "not Symbol(x)"],
      [{ from: true }, "from: Time true is not a point in time"],
      [{ from: [] }, "from: Time [] is not a point in time"],
      [{ until: 10n }, "until: Time 10 is not a point in time"],
      [{ until: NaN }, "until: Time NaN is not a point in time"],
      [{ overlap: { a: 10n } }, "overlap is one of"],
    ];
    for (const [options, message] of cases) {
      await assertRejects(() => schedules.add("x", echo, { ...daily, ...options }), UsageError, message);
    }
  }));
