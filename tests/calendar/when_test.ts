import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { resolveTime, type TimeReading, timeText } from "../../src/calendar/when.ts";
import { BOUNDS } from "../../src/core/bounds.ts";
import { UsageError } from "../../src/core/errors.ts";

/** A Tuesday, 15:00 in Prague. */
const NOW = Date.parse("2026-11-24T14:00:00.250Z");

async function echo(text: string, reading: Partial<TimeReading> = {}): Promise<string> {
  return (await resolveTime(text, { now: NOW, zone: "Europe/Prague", ...reading })).text;
}

async function refusal(text: string, reading: Partial<TimeReading> = {}): Promise<UsageError> {
  return await assertRejects(
    () => resolveTime(text, { now: NOW, zone: "Europe/Prague", ...reading }),
    UsageError,
  );
}

Deno.test("typed times: what people write", async () => {
  for (
    const [text, expected] of [
      ["tomorrow 9am", "Wed 2026-11-25 09:00 Europe/Prague, in 18h"],
      ["9am tomorrow", "Wed 2026-11-25 09:00 Europe/Prague, in 18h"],
      ["  Tomorrow   at 9:30 ", "Wed 2026-11-25 09:30 Europe/Prague, in 18h30m"],
      ["today at 5pm", "Tue 2026-11-24 17:00 Europe/Prague, in 2h"],
      ["tonight", "Tue 2026-11-24 22:00 Europe/Prague, in 7h"],
      ["21:30 tonight", "Tue 2026-11-24 21:30 Europe/Prague, in 6h30m"],
      ["monday 10:00", "Mon 2026-11-30 10:00 Europe/Prague, in 5d19h"],
      ["on monday at 10:00", "Mon 2026-11-30 10:00 Europe/Prague, in 5d19h"],
      ["tuesday 10:00", "Tue 2026-12-01 10:00 Europe/Prague, in 6d19h"],
      ["tuesday 23:00", "Tue 2026-11-24 23:00 Europe/Prague, in 8h"],
      ["this friday 9am", "Fri 2026-11-27 09:00 Europe/Prague, in 2d18h"],
      ["next friday at noon", "Fri 2026-12-04 12:00 Europe/Prague, in 9d21h"],
      ["noon", "Wed 2026-11-25 12:00 Europe/Prague, in 21h"],
      ["at noon", "Wed 2026-11-25 12:00 Europe/Prague, in 21h"],
      ["midnight", "Wed 2026-11-25 00:00 Europe/Prague, in 9h"],
      ["11pm", "Tue 2026-11-24 23:00 Europe/Prague, in 8h"],
      ["24 dec 18:00", "Thu 2026-12-24 18:00 Europe/Prague, in 30d03h"],
      ["December 24th at 6 pm", "Thu 2026-12-24 18:00 Europe/Prague, in 30d03h"],
      ["24.12.2026 18:00", "Thu 2026-12-24 18:00 Europe/Prague, in 30d03h"],
      ["1 nov 8:00", "Mon 2027-11-01 08:00 Europe/Prague, in 341d17h"],
      ["29 feb 2028 9:00", "Tue 2028-02-29 09:00 Europe/Prague, in 461d18h"],
      ["mon 30 nov 9:00", "Mon 2026-11-30 09:00 Europe/Prague, in 5d18h"],
      ["in 2 hours", "Tue 2026-11-24 17:00 Europe/Prague, in 2h"],
      ["2 hours", "Tue 2026-11-24 17:00 Europe/Prague, in 2h"],
      ["in half an hour", "Tue 2026-11-24 15:30 Europe/Prague, in 30m"],
      ["in 2 days", "Thu 2026-11-26 15:00 Europe/Prague, in 2d"],
      ["in 2 days at 9:00", "Thu 2026-11-26 09:00 Europe/Prague, in 1d18h"],
      ["now", "Tue 2026-11-24 15:00 Europe/Prague, now"],
    ] as const
  ) assertEquals(await echo(text), expected, text);
});

Deno.test("typed times: what needs no words is read in the zone", async () => {
  for (
    const [text, expected] of [
      ["22:00", "Tue 2026-11-24 22:00 Asia/Tokyo, in 23h"],
      ["23:30", "Tue 2026-11-24 23:30 Asia/Tokyo, in 30m"],
      ["2026-12-24 18:00", "Thu 2026-12-24 18:00 Asia/Tokyo, in 29d19h"],
      ["2026-12-24T18:00:30", "Thu 2026-12-24 18:00:30 Asia/Tokyo, in 29d19h"],
      ["2026-12-24", "Thu 2026-12-24 00:00 Asia/Tokyo, in 29d01h"],
      ["2026-12-24T18:00:00Z", "Fri 2026-12-25 03:00 Asia/Tokyo, in 30d04h"],
      ["10m", "Tue 2026-11-24 23:10 Asia/Tokyo, in 10m"],
      ["+7d", "Tue 2026-12-01 23:00 Asia/Tokyo, in 7d"],
    ] as const
  ) {
    const now = Date.parse("2026-11-24T14:00:00Z");
    const reading = { zone: "Asia/Tokyo", now: text === "22:00" ? now - 86_400_000 + 1 : now };
    const told = await echo(text, reading);
    assertEquals(told, expected, text);
  }
});

Deno.test("typed times: words are read on the day of the zone, whatever the machine's", async () => {
  const now = Date.parse("2026-11-24T23:30:00Z");
  assertEquals(
    await echo("tomorrow 9:00", { now, zone: "Europe/Prague" }),
    "Thu 2026-11-26 09:00 Europe/Prague, in 1d09h",
  );
  assertEquals(
    await echo("tomorrow 9:00", { now, zone: "America/New_York" }),
    "Wed 2026-11-25 09:00 America/New_York, in 14h30m",
  );
  assertEquals(
    await echo("in 2 days at 9:00", { now, zone: "Pacific/Kiritimati" }),
    "Fri 2026-11-27 09:00 Pacific/Kiritimati, in 1d20h",
  );
  assertEquals(
    await echo("tonight", { now, zone: "Europe/Prague" }),
    "Wed 2026-11-25 22:00 Europe/Prague, in 21h30m",
  );
});

Deno.test("typed times: nothing is guessed or left out", async () => {
  for (
    const [text, message, hint] of [
      ["tomorrow 9am foo", '"foo" is not understood', "tomorrow 9:00"],
      ["tomorow 9am", '"tomorow" is not understood', 'Did you mean "tomorrow"?'],
      ["mondy 9:00", '"mondy" is not understood', 'Did you mean "monday"?'],
      ["tomorrow at 25:00", '"25:00" is not understood', "tomorrow 9:00"],
      ["tomorrow 9:60", '"9:60" is not understood', "tomorrow 9:00"],
      ["sat 9", '"9" is not understood', "tomorrow 9:00"],
      ["may 5pm", '"may" does not fit the rest', "tomorrow 9:00"],
      ["monday or tuesday 9am", '"or" is not understood', "tomorrow 9:00"],
      ["teatime", "is not understood", "tomorrow 9:00"],
      ["day after tomorrow 9:00", '"day after tomorrow" is not understood', "in 2 days at 9:00"],
      ["tomorrow", "does not say a time of day", "tomorrow 09:00"],
      ["monday", "does not say a time of day", "monday 09:00"],
      ["tomorrow morning", "does not say a time of day", "09:00"],
      ["24 dec", "does not say a time of day", "24 dec 09:00"],
      ["dec 2026 9:00", '"dec" does not fit the rest', "tomorrow 9:00"],
      ["dec 2026", "does not say a day", "24 dec 18:00"],
      ["next week", "names no day", "monday 10:00"],
      ["next month 9:00", '"next month" names no day', "monday 10:00"],
      ["this weekend 9:00", '"weekend" names no day', "saturday 9:00"],
      ["tomorrow at 5", "does not say which time of the day it is", '"9:00" or "9pm"'],
      ["9 o'clock tomorrow", "does not say which time of the day it is", '"9:00" or "9pm"'],
      ["tomorrow midnight", "can be the beginning or the end of that day", "tomorrow 00:00"],
      ["tonight at midnight", "can be the beginning or the end of that day", "tomorrow 00:00"],
      ["5/6/2026", "can mean two dates", "Write 2026-06-05 or 2026-05-06"],
      ["5.6.2026 18:00", "can mean two dates", "Write 2026-06-05 or 2026-05-06"],
      ["24/12/26 9:00", "does not say clearly which date it is", "2026-12-24"],
      ["monday 9am to 10am", "is a span of time", "tomorrow 9:00"],
      ["tomorrow 9am EST", "names a zone", "2026-12-24T18:00+01:00"],
      ["tuesday 25 nov 9am", "2026-11-25 is a Wednesday", "Leave the day of the week out"],
      ["31 april 9:00", "April has 30 days at most", "Look at its day"],
      ["29 feb 9:00", "does not exist in that year", "29 feb 2028 9:00"],
      ["2026-02-30", "does not exist", "Look at its month"],
      ["2026-02-30 10:00", "does not exist", "Look at its month"],
      ["", "is not understood", "tomorrow 9:00"],
      ["9", "does not say what it counts", 'Write "09:00", or "9s" for seconds from now'],
      ["0930", "does not say what it counts", 'Write "09:30", or "0930s" for seconds from now'],
      ["90", "does not say what it counts", 'Write "90s" for seconds from now'],
      ["+90", "does not say what it counts", 'Write "90s" for seconds from now'],
      ["1800000000", "does not say what it counts", "Write 2027-01-15T08:00:00Z"],
    ] as const
  ) {
    const error = await refusal(text);
    assert(error.message.startsWith(`Time "${text}"`), error.message);
    assert(error.message.includes(message), `${text}: ${error.message}`);
    assert(error.hint?.includes(hint), `${text}: ${error.hint}`);
  }
  const long = await refusal(`tomorrow ${"x".repeat(BOUNDS.timeChars)}`);
  assert(long.message.includes(`at most ${BOUNDS.timeChars}`), long.message);
});

Deno.test("typed times: the past is refused with what was understood, or allowed", async () => {
  for (
    const [text, expected] of [
      ["yesterday 9am", "Mon 2026-11-23 09:00 Europe/Prague, 1d06h ago"],
      ["last friday 9:00", "Fri 2026-11-20 09:00 Europe/Prague, 4d06h ago"],
      ["2 hours ago", "Tue 2026-11-24 13:00 Europe/Prague, 2h ago"],
      ["today 9:00", "Tue 2026-11-24 09:00 Europe/Prague, 6h ago"],
      ["2026-11-01", "Sun 2026-11-01 00:00 Europe/Prague, 23d15h ago"],
    ] as const
  ) {
    const error = await refusal(text);
    assertEquals(error.message, `Time "${text}" has passed: ${expected}`);
    assert(error.hint?.includes("Write a time to come"));
    assertEquals(await echo(text, { allowPast: true }), expected);
  }
});

Deno.test("typed times: what comes again and again is looked for in either direction", async () => {
  const past = { toward: "past" } as const;
  assertEquals(await echo("monday 9:00", past), "Mon 2026-11-23 09:00 Europe/Prague, 1d06h ago");
  assertEquals(await echo("tuesday 9:00", past), "Tue 2026-11-24 09:00 Europe/Prague, 6h ago");
  assertEquals(await echo("tuesday 23:00", past), "Tue 2026-11-17 23:00 Europe/Prague, 6d16h ago");
  assertEquals(await echo("24 dec 18:00", past), "Wed 2025-12-24 18:00 Europe/Prague, 334d21h ago");
  assertEquals(await echo("22:00", past), "Mon 2026-11-23 22:00 Europe/Prague, 17h ago");
  assertEquals(await echo("noon", past), "Tue 2026-11-24 12:00 Europe/Prague, 3h ago");
});

Deno.test("typed times: where a day may stand for itself, its first or last moment is meant", async () => {
  assertEquals(await echo("friday", { edge: "last" }), "Fri 2026-11-27 23:59:59 Europe/Prague, in 3d09h");
  assertEquals(await echo("today", { edge: "last" }), "Tue 2026-11-24 23:59:59 Europe/Prague, in 9h");
  assertEquals(await echo("24 dec", { edge: "first" }), "Thu 2026-12-24 00:00 Europe/Prague, in 29d09h");
  assertEquals(
    await echo("2026-12-24", { edge: "last" }),
    "Thu 2026-12-24 23:59:59 Europe/Prague, in 30d09h",
  );
  assertEquals(await echo("friday 9:00", { edge: "last" }), "Fri 2026-11-27 09:00 Europe/Prague, in 2d18h");
});

Deno.test("typed times: clocks that are set forward or back", async () => {
  const before = { now: Date.parse("2026-03-28T12:00:00Z") };
  const skipped = "Sun 2026-03-29 03:00 Europe/Prague, in 13h (02:30 is skipped that day)";
  for (const text of ["tomorrow 2:30", "02:30", "2026-03-29 02:30", "sunday 2:30am"]) {
    assertEquals(await echo(text, before), skipped, text);
  }
  assertEquals(await echo("tomorrow 3:00", before), "Sun 2026-03-29 03:00 Europe/Prague, in 13h");
  assertEquals(await echo("in 14 hours", before), "Sun 2026-03-29 04:00 Europe/Prague, in 14h");
  assertEquals(await echo("in 1 day", before), "Sun 2026-03-29 13:00 Europe/Prague, in 23h");

  const after = { now: Date.parse("2026-10-24T12:00:00Z") };
  const twice = "Sun 2026-10-25 02:30 Europe/Prague, in 12h30m (the first of two 02:30 that day)";
  for (const text of ["tomorrow 2:30", "02:30", "2026-10-25 02:30"]) {
    assertEquals(await echo(text, after), twice, text);
  }
  assertEquals(await echo("tomorrow 3:00", after), "Sun 2026-10-25 03:00 Europe/Prague, in 14h");
});

Deno.test("typed times: a known time is written in the same way", () => {
  assertEquals(timeText(NOW + 90_000, { now: NOW, zone: "UTC" }), "Tue 2026-11-24 14:01:30 UTC, in 1m30s");
});

Deno.test("typed times: any text is a time to come or refused with a hint", async () => {
  const word = fc.constantFrom(
    ...[
      "tomorrow",
      "today",
      "monday",
      "fri",
      "next",
      "last",
      "at",
      "in",
      "2",
      "9:00",
      "9am",
      "24",
      "dec",
      "2026",
      "noon",
    ],
    ...[
      "hours",
      "days",
      "midnight",
      "5/6",
      "tonight",
      "-",
      "1st",
      "of",
      "+",
      "week",
      "foo",
      "31",
      "feb",
      "13:75",
      "12",
    ],
  );
  const text = fc.oneof(
    fc.array(word, { maxLength: 5 }).map((words) => words.join(" ")),
    fc.string({ maxLength: 20 }),
  );
  let understood = 0;
  await fc.assert(
    fc.asyncProperty(text, async (typed) => {
      try {
        const { at } = await resolveTime(typed, { now: NOW, zone: "Europe/Prague" });
        understood++;
        assert(Number.isSafeInteger(at) && at >= NOW);
      } catch (error) {
        assert(error instanceof UsageError, `${typed}: ${error}`);
        assert(error.hint !== undefined);
      }
    }),
    { numRuns: 3_000 },
  );
  assert(understood > 50, `only ${understood} were understood`);
});
