/** What holds for the slots of any rule. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import type { Times } from "../../src/core/ports/timetable.ts";
import type { TimeRule } from "../../src/core/schedule.ts";
import { UsageError } from "../../src/core/errors.ts";
import { timetable } from "../../src/calendar/timetable.ts";
import { expressions } from "./expressions.ts";
import { ruleOf } from "./rule.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const HOLIDAYS = {
  name: "holidays.ics",
  text: [
    "BEGIN:VCALENDAR",
    ...[
      "DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=YEARLY",
      "DTSTART:20200103T090000\nDURATION:PT3H\nRRULE:FREQ=WEEKLY",
    ]
      .flatMap((event) => ["BEGIN:VEVENT", event, "END:VEVENT"]),
    "END:VCALENDAR",
  ].join("\n"),
};

const anyRule: fc.Arbitrary<TimeRule> = fc.record({
  zone: fc.constantFrom(
    "UTC",
    "Europe/Prague",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "America/Sao_Paulo",
  ),
  cron: fc.array(fc.constantFrom(...expressions(60).map(({ cron }) => cron)), { minLength: 1, maxLength: 3 }),
  on: fc.array(fc.constantFrom("every weekday at 9:00", "last day of the month at noon"), { maxLength: 1 }),
  everyMs: fc.option(fc.integer({ min: 60_000, max: 3 * DAY })),
  anchor: fc.integer({ min: Date.UTC(2017, 0, 1), max: Date.UTC(2018, 0, 1) }),
  between: fc.array(fc.constantFrom("08:00-18:00", "22:00-02:30", "02:00-03:00", "12:00-24:00"), {
    maxLength: 2,
  }),
  except: fc.constantFrom([], [HOLIDAYS]),
  only: fc.constantFrom([], [], [HOLIDAYS]),
  from: fc.option(fc.integer({ min: Date.UTC(2017, 0, 1), max: Date.UTC(2019, 0, 1) })),
  until: fc.option(fc.integer({ min: Date.UTC(2018, 0, 1), max: Date.UTC(2020, 0, 1) })),
});

/** Near some change of clocks, often. */
const anyInstant = fc.oneof(
  fc.integer({ min: Date.UTC(2017, 0, 1), max: Date.UTC(2019, 0, 1) }),
  fc.integer({ min: -36, max: 36 }).map((hours) => Date.parse("2018-03-25T01:00Z") + hours * HOUR),
  fc.integer({ min: -36, max: 36 }).map((hours) => Date.parse("2017-10-15T03:00Z") + hours * HOUR),
  fc.integer({ min: -36, max: 36 }).map((hours) => Date.parse("2018-10-28T01:00Z") + hours * HOUR),
);

const anyCase = fc.tuple(anyRule, anyInstant, fc.integer({ min: 0, max: 5 * DAY }));

async function forAll(
  check: (times: Times, after: number, until: number, rule: TimeRule) => unknown,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyCase, async ([rule, after, length]) => {
      await check(await timetable.times(rule), after, after + length, rule);
    }),
    { numRuns: 300 },
  );
}

Deno.test("calendar: within gives what next gives one by one, rising", async () => {
  await forAll((times, after, until) => {
    const slots: number[] = [];
    for (let at = times.next(after); at !== null && at <= until && slots.length < 50; at = times.next(at)) {
      assert(at > (slots.at(-1) ?? after));
      slots.push(at);
    }
    assertEquals(times.within(after, until, 50), slots);
  });
});

Deno.test("calendar: last is the end of within", async () => {
  await forAll((times, after, until) => {
    assertEquals(times.last(after, until), times.within(after, until, Infinity).at(-1) ?? null);
  });
});

Deno.test("calendar: what is asked before changes no answer", async () => {
  await forAll(async (times, after, until, rule) => {
    const fresh = times.next(after);
    const used = await timetable.times(rule);
    used.within(until, until + DAY, 20);
    used.last(0, after);
    used.next(after - DAY);
    assertEquals(used.next(after), fresh);
  });
});

Deno.test("calendar: filters and limits only leave slots out", async () => {
  await forAll(async (times, after, until, rule) => {
    const open = { ...rule, between: [], except: [], only: [], until: null };
    const all = new Set((await timetable.times(open)).within(after, until, Infinity));
    for (const slot of times.within(after, until, Infinity)) {
      assert(all.has(slot));
      assert(slot >= (rule.from ?? 0) && slot <= (rule.until ?? Infinity));
    }
  });
});

Deno.test("calendar: a filter leaves out what lies outside of it and nothing else", async () => {
  await forAll(async (_, after, until, rule) => {
    const bare = { ...rule, except: [], only: [] };
    const windows = rule.between.map((window) => window.split("-") as [string, string]);
    const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: rule.zone, timeStyle: "medium" });
    const expected = (await timetable.times({ ...bare, between: [] })).within(after, until, 500).filter(
      (slot) => {
        const time = clock.format(slot);
        return windows.length === 0 ||
          windows.some(([from, to]) => from < to ? time >= from && time < to : time >= from || time < to);
      },
    );
    const last = expected.at(-1) ?? after;
    assertEquals((await timetable.times(bare)).within(after, last, Infinity), expected);
  });
});

Deno.test("calendar: a window is looked for over a change of clocks, forwards and backwards", async () => {
  const rule = ruleOf({ zone: "Europe/Prague", cron: ["0 * * * *"], between: ["08:00-10:00"] });
  const times = await timetable.times(rule);
  for (const change of ["2018-03-25T00:00Z", "2018-10-28T00:00Z"]) {
    const [after, until] = [Date.parse(change) - 4 * HOUR, Date.parse(change) + 24 * HOUR];
    const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: rule.zone, timeStyle: "short" });
    const found = times.within(after, until, 9);
    assertEquals(found.map((slot) => clock.format(slot)), ["08:00", "09:00"]);
    assertEquals(times.last(0, found[0]! - 1), found[0]! - (change.includes("-03-") ? 22 : 24) * HOUR);
  }
});

Deno.test("calendar: several patterns are one rule, each time once", async () => {
  const both = await timetable.times(ruleOf({ cron: ["0 9 * * *", "0 */3 * * *"], everyMs: 9 * HOUR }));
  assertEquals(both.within(0, DAY, 20).map((slot) => slot / HOUR), [3, 6, 9, 12, 15, 18, 21, 24]);
});

Deno.test("calendar: intervals are elapsed time, from the anchor on", async () => {
  const every = { zone: "Europe/Prague", everyMs: 24 * HOUR, anchor: Date.parse("2026-03-28T09:00+01:00") };
  const times = await timetable.times(ruleOf(every));
  assertEquals(times.next(0), every.anchor + DAY);
  assertEquals(times.last(0, every.anchor + DAY - 1), null);
  assertEquals(times.last(0, every.anchor + 2 * DAY + 5), every.anchor + 2 * DAY);
  const from = await timetable.times(ruleOf({ ...every, from: every.anchor }));
  assertEquals(from.within(0, every.anchor + DAY, 9), [every.anchor, every.anchor + DAY]);
});

Deno.test("calendar: from and until count themselves", async () => {
  const times = await timetable.times(ruleOf({ cron: ["0 * * * *"], from: 2 * HOUR, until: 4 * HOUR }));
  assertEquals(times.within(0, DAY, 9).map((slot) => slot / HOUR), [2, 3, 4]);
  assertEquals(times.next(4 * HOUR), null);
  assertEquals(times.last(0, DAY), 4 * HOUR);
  assertEquals(times.last(4 * HOUR, DAY), null);
});

Deno.test("calendar: what is rarely due is found, and what never is ends", async () => {
  const from = Date.UTC(2026, 0, 1);
  const day = (slot: number | null): string | null =>
    slot === null ? null : new Date(slot).toISOString().slice(0, 10);
  const leap = await timetable.times(ruleOf({ cron: ["0 0 29 2 +WED"] }));
  assertEquals(day(leap.next(from)), "2040-02-29");
  assertEquals(day(leap.last(0, from)), "2012-02-29");
  const never = await timetable.times(ruleOf({ cron: ["0 9 * * *"], between: ["10:00-11:00"] }));
  assertEquals([never.next(from), never.last(0, from)], [null, null]);
  const past = { name: "past.ics", text: HOLIDAYS.text.replace(/\nRRULE[^\n]*/g, "") };
  const over = await timetable.times(ruleOf({ cron: ["* * * * * *"], only: [past] }));
  assertEquals(over.next(from), null);
  assertEquals(over.last(0, from), Date.parse("2020-01-03T12:00:00Z") - 1_000);
});

for (const everyMs of [0, -1_000, NaN, 0.5]) {
  Deno.test(`every ${everyMs} ms, as no version writes it, is refused, and nobody looks for ever`, async () => {
    await assertRejects(
      () => timetable.times(ruleOf({ everyMs })),
      UsageError,
      `Every ${everyMs} ms is no time from one slot to the next`,
    );
  });
}
