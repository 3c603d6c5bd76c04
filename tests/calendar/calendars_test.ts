/** Slots that calendars leave out and let through. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { describeRule, explainRule, reduceCalendar, timetable } from "../../src/calendar/timetable.ts";
import { UsageError } from "../../src/core/errors.ts";
import type { Calendar, TimeRule } from "../../src/core/schedule.ts";
import { ruleOf } from "./rule.ts";

function calendar(...events: readonly string[]): Calendar {
  const body = events.map((event) => `BEGIN:VEVENT\n${event}\nEND:VEVENT\n`).join("");
  return { name: "team.ics", text: `BEGIN:VCALENDAR\nVERSION:2.0\n${body}END:VCALENDAR\n` };
}

const ZONE = "Europe/Prague";

/** The slots of a rule in a zone, as its clocks show them, without the year. */
async function slots(given: Partial<TimeRule>, from: string, until: string): Promise<string[]> {
  const rule = ruleOf({ zone: ZONE, ...given });
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: rule.zone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const times = await timetable.times(rule);
  return times.within(Date.parse(from), Date.parse(until), 1_000).map((slot) => format.format(slot).slice(5));
}

const daily = (hour: number): Pick<TimeRule, "cron"> => ({ cron: [`0 ${hour} * * *`] });

Deno.test("calendar: a day without a time is a day of the schedule's zone", async () => {
  const except = [calendar("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260304")];
  const rule = { cron: ["0 0,23 * * *"], except };
  assertEquals(await slots(rule, "2026-03-01T12:00Z", "2026-03-04T12:00Z"), ["03-01 23:00", "03-04 00:00"]);
  // The end that some programs write is the day itself.
  for (const end of ["", "\nDTEND;VALUE=DATE:20260302"]) {
    const lasting = [calendar(`DTSTART;VALUE=DATE:20260302${end}`)];
    assertEquals(
      await slots({ ...daily(9), except: lasting }, "2026-03-01T12:00Z", "2026-03-03T12:00Z"),
      ["03-03 09:00"],
    );
  }
});

Deno.test("calendar: times are read in their own zone, in UTC or in the schedule's", async () => {
  const hourly = { cron: ["0 * * * *"] };
  const only = (event: string): Promise<string[]> =>
    slots({ ...hourly, only: [calendar(event)] }, "2026-06-01T00:00Z", "2026-06-04T00:00Z");
  assertEquals(await only("DTSTART;TZID=America/New_York:20260602T090000\nDURATION:PT2H"), [
    "06-02 15:00",
    "06-02 16:00",
  ]);
  assertEquals(await only("DTSTART;TZID=/x.org/2007_1/America/New_York:20260602T090000\nDURATION:PT1H"), [
    "06-02 15:00",
  ]);
  assertEquals(await only("DTSTART:20260602T090000Z\nDTEND:20260602T100000Z"), ["06-02 11:00"]);
  assertEquals(await only("DTSTART:20260602T090000\nDTEND:20260602T100000"), ["06-02 09:00"]);
  // No time at all is the instant.
  assertEquals(await only("DTSTART:20260602T090000"), ["06-02 09:00"]);
});

Deno.test("calendar: a zone that the file describes itself is read by that", async () => {
  const zone = [
    "BEGIN:VTIMEZONE\nTZID:Our Time",
    "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0500\nTZOFFSETTO:+0500\nEND:STANDARD",
    "END:VTIMEZONE",
  ].join("\n");
  const given = calendar("SUMMARY:Ours\nDTSTART;TZID=Our Time:20260602T090000\nDURATION:PT1H");
  const described = { ...given, text: given.text.replace("BEGIN:VEVENT", `${zone}\nBEGIN:VEVENT`) };
  const reduced = await reduceCalendar(described);
  for (const text of [described.text, reduced.text]) {
    const found = await slots(
      { zone: "UTC", cron: ["0 * * * *"], only: [{ name: "x", text }] },
      "2026-06-01T00:00Z",
      "2026-06-04T00:00Z",
    );
    assertEquals(found, ["06-02 04:00"]);
  }
  const error = await assertRejects(() => reduceCalendar(given), UsageError);
  assertEquals(error.message, 'Calendar "team.ics": its time zone "Our Time" is not known');
});

Deno.test("calendar: an event recurs by its rule, without what is excepted and with what is changed", async () => {
  const series = [
    "UID:1\nDTSTART;TZID=Europe/Prague:20260302T080000\nDTEND;TZID=Europe/Prague:20260302T100000",
    "RRULE:FREQ=DAILY;COUNT=6\nEXDATE:20260303T070000Z\nRDATE;TZID=Europe/Prague:20260310T080000",
  ].join("\n");
  const moved =
    "UID:1\nRECURRENCE-ID;TZID=Europe/Prague:20260304T080000\nDTSTART:20260304T120000\nDURATION:PT1H";
  const cancelled =
    "UID:1\nRECURRENCE-ID;TZID=Europe/Prague:20260305T080000\nSTATUS:CANCELLED\nDTSTART:20260305T080000";
  const only = [calendar(series, moved, cancelled)];
  assertEquals(await slots({ cron: ["0 9,12 * * *"], only }, "2026-03-01T00:00Z", "2026-04-01T00:00Z"), [
    "03-02 09:00",
    "03-04 12:00",
    "03-06 09:00",
    "03-07 09:00",
    "03-10 09:00",
  ]);
});

Deno.test("calendar: the end of a rule counts, as a time, as a time in UTC and as a day", async () => {
  const until = (text: string): Promise<string[]> =>
    slots(
      {
        ...daily(9),
        only: [
          calendar(
            `DTSTART;TZID=Europe/Prague:20260302T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=${text}`,
          ),
        ],
      },
      "2026-03-01T00:00Z",
      "2026-04-01T00:00Z",
    );
  const two = ["03-02 09:00", "03-03 09:00"];
  assertEquals(await until("20260303T080000Z"), two);
  assertEquals(await until("20260303T075959Z"), two.slice(0, 1));
  assertEquals(await until("20260303T090000"), two);
  assertEquals(await until("20260303"), two);
});

Deno.test("calendar: a night lasts as long on the clock where clocks change", async () => {
  const only = [calendar("DTSTART:20260101T220000\nDTEND:20260102T060000\nRRULE:FREQ=DAILY")];
  const spring = await slots(
    { cron: ["30 21,22,5,6 * * *"], only },
    "2026-03-28T12:00Z",
    "2026-03-29T12:00Z",
  );
  assertEquals(spring, ["03-28 22:30", "03-29 05:30"]);
});

Deno.test("calendar: what recurs for ever is known far ahead and far back", async () => {
  const only = [calendar("SUMMARY:Christmas\nDTSTART;VALUE=DATE:19801224\nRRULE:FREQ=YEARLY")];
  const times = await timetable.times(ruleOf({ zone: ZONE, cron: ["* * * * *"], only }));
  assertEquals(times.next(Date.parse("2066-01-01T00:00Z")), Date.parse("2066-12-23T23:00Z"));
  assertEquals(times.last(0, Date.parse("2066-01-01T00:00Z")), Date.parse("2065-12-24T22:59Z"));
  assertEquals(times.last(Date.parse("2065-12-25T00:00Z"), Date.parse("2066-01-01T00:00Z")), null);
});

Deno.test("calendar: events that follow one another without end leave nothing", async () => {
  const except = [calendar("DTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY")];
  const times = await timetable.times(ruleOf({ zone: ZONE, cron: ["* * * * *"], except }));
  assertEquals(times.next(Date.parse("2026-01-01T00:00Z")), null);
  assertEquals(times.last(0, Date.parse("2026-01-01T00:00Z")), Date.parse("2019-12-31T22:59Z"));
});

const FULL = calendar(
  "UID:1\nSUMMARY:Christmas\, Day\nDESCRIPTION:Long\n  folded\nDTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY\nATTENDEE:mailto:a@b.c\n" +
    "BEGIN:VALARM\nTRIGGER:-PT15M\nACTION:DISPLAY\nEND:VALARM",
  "UID:2\nSUMMARY:Off\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20260101",
);

Deno.test("calendar: a reduced calendar keeps what slots depend on, and only that", async () => {
  const { text, events } = await reduceCalendar(FULL);
  assertEquals(events, 1);
  assert(!/DESCRIPTION|ATTENDEE|ALARM|TRIGGER/.test(text), text);
  const rule = { ...daily(9), except: [{ name: "x", text }] };
  const whole = { ...daily(9), except: [FULL] };
  const [from, until] = ["2026-12-23T12:00Z", "2027-01-03T12:00Z"];
  assertEquals(await slots(rule, from, until), await slots(whole, from, until));
  assertEquals((await slots(rule, from, until)).length, 10);
  assertEquals(await reduceCalendar({ name: "x", text }), { text, events });
});

const WRONG: Readonly<Record<string, string>> = {
  "": "it is empty",
  "hello": 'it begins with "hello", not with BEGIN:VCALENDAR',
  "BEGIN:VCALENDAR\nfoo\nEND:VCALENDAR": '"foo" is not understood',
  "BEGIN:VCALENDAR\nBEGIN:VEVENT\n": "VCALENDAR begins and does not end",
  "BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR": '"END:VEVENT" ends what has not begun',
  "BEGIN:VCALENDAR\nEND:VCALENDAR": "it holds no event",
};

for (const [text, said] of Object.entries(WRONG)) {
  Deno.test(`calendar: ${JSON.stringify(text)} is refused`, async () => {
    const error = await assertRejects(() => reduceCalendar({ name: "x.ics", text }), UsageError);
    assertEquals(error.message.replace(/^Calendar "x.ics"(, line \d+)?: /, ""), said);
    assertEquals(/line \d+/.test(error.message), text !== "" && said !== "it holds no event");
  });
}

const WRONG_EVENTS: Readonly<Record<string, string>> = {
  "SUMMARY:x": '"x" has no DTSTART',
  "SUMMARY:x\nDTSTART:garbage": 'the DTSTART of "x" is no time',
  "SUMMARY:x\nDTSTART:20261301T000000": 'the DTSTART of "x" is no time',
  "SUMMARY:x\nDTSTART;VALUE=DATE:20260230": 'the DTSTART of "x" is no time',
  "SUMMARY:x\nDTSTART:20260102T000000\nDTEND:20260101T000000": '"x" ends before it begins',
  "SUMMARY:x\nDTSTART:20260101T000000\nDURATION:P9999W": '"x" lasts longer than 100 years',
  "SUMMARY:x\nDTSTART:20260101T000000\nRRULE:FREQ=HOURLY": '"x" recurs many times a day',
  "SUMMARY:x\nDTSTART:20260101T000000\nRRULE:FREQ=DAILY;BYMINUTE=0,1,2,3,4;BYHOUR=1,2,3,4,5":
    '"x" recurs many times a day',
  "SUMMARY:x\nDTSTART:20260101T000000\nEXRULE:FREQ=DAILY": '"x" has an EXRULE, which is not supported',
  "SUMMARY:x\nDTSTART;TZID=Foo/Bar:20260101T000000": 'its time zone "Foo/Bar" is not known',
};

for (const [event, said] of Object.entries(WRONG_EVENTS)) {
  Deno.test(`calendar: an event ${JSON.stringify(event)} is refused`, async () => {
    const given = calendar(event);
    const error = await assertRejects(() => reduceCalendar(given), UsageError);
    assertEquals(error.message, `Calendar "team.ics": ${said}`);
    await assertRejects(() => timetable.times(ruleOf({ cron: ["* * * * *"], except: [given] })), UsageError);
  });
}

Deno.test("calendar: a calendar that is too large is refused with its size", async () => {
  const many = Array.from(
    { length: 12_000 },
    (_, index) => `UID:${index}\nSUMMARY:${"x".repeat(40)}\nDTSTART:20260101T000000Z`,
  );
  const error = await assertRejects(() => reduceCalendar(calendar(...many)), UsageError);
  assert(
    /^Calendar "team.ics": its 12000 events take \d+ bytes, more than the 1000000/.test(error.message),
    error.message,
  );
});

Deno.test("calendar: a rule is described part by part", async () => {
  assertEquals(
    await describeRule(ruleOf({
      zone: "europe/prague",
      cron: ["0  9 * * mon-fri", "@daily"],
      on: ["first monday"],
      everyMs: 900_000,
      anchor: Date.parse("2026-01-01T00:00Z"),
      between: ["8:00-18:00", "22:00-06:00"],
      except: [FULL],
      until: Date.parse("2026-07-01T00:00Z"),
    })),
    [
      "cron 0 9 * * MON-FRI",
      "cron 0 0 * * *",
      "on first monday of the month at 00:00 (cron 0 0 * * MON#1)",
      "every 15m from 2026-01-01 01:00:00",
      "between 08:00-18:00",
      "between 22:00-06:00 (over midnight)",
      "except team.ics (1 event)",
      "until 2026-07-01 02:00:00",
      "in Europe/Prague",
    ],
  );
});

Deno.test("calendar: what was left out is said with what left it out", async () => {
  const given = { zone: ZONE, cron: ["0 9,20 * * *"], between: ["8:00-18:00"], except: [FULL] };
  const found = (await explainRule(ruleOf(given))).leftOut(
    Date.parse("2026-12-24T12:00Z"),
    Date.parse("2026-12-25T12:00Z"),
    9,
  );
  assertEquals(found, [
    { slot: Date.parse("2026-12-24T19:00Z"), reason: "outside of 8:00-18:00" },
    { slot: Date.parse("2026-12-25T08:00Z"), reason: "team.ics: Christmas, Day" },
  ]);
});

Deno.test("calendar: what a change of clocks did to a slot is said", async () => {
  const shift = async (zone: string, cron: string, at: string): Promise<string | null> =>
    (await explainRule(ruleOf({ zone, cron: [cron] }))).shift(Date.parse(at));
  const spring = "2026-03-29T01:00Z";
  assertEquals(await shift(ZONE, "30 2 * * *", spring), "02:30 does not exist that day: right after the gap");
  assertEquals(
    await shift(ZONE, "*/10 2 * * *", spring),
    "02:00, 02:10, 02:20, … do not exist that day: right after the gap",
  );
  assertEquals(await shift(ZONE, "0 * * * *", spring), null);
  assertEquals(await shift(ZONE, "0 3 * * *", spring), null);
  assertEquals(await shift(ZONE, "30 2 * * *", "2026-10-25T00:30Z"), "the first of two");
  assertEquals(await shift(ZONE, "30 2 * * *", "2026-10-26T01:30Z"), null);
  assertEquals(
    await shift("Pacific/Apia", "0 9 * * *", "2011-12-30T10:00Z"),
    "that day does not exist: right after the gap",
  );
});

Deno.test("calendar: what recurs for centuries, or many times a day for decades, is left out as well", async () => {
  const birthday = calendar("DTSTART;VALUE=DATE:16040103\nRRULE:FREQ=YEARLY");
  assertEquals(
    await slots({ ...daily(9), except: [birthday] }, "2026-01-01T12:00Z", "2026-01-04T12:00Z"),
    ["01-02 09:00", "01-04 09:00"],
  );
  const hours = Array.from({ length: 24 }, (_, hour) => hour).join(",");
  const event = `DTSTART:19900101T000000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY;BYHOUR=${hours}`;
  const quarters = { cron: ["0,30 * * * *"], except: [calendar(event)] };
  assertEquals(await slots(quarters, "2026-01-01T00:00Z", "2026-01-01T02:00Z"), [
    "01-01 01:30",
    "01-01 02:30",
  ]);
});

Deno.test("calendar: thousands of events that recur every day are refused, not laid out", async () => {
  for (const count of ["", ";COUNT=1000000000"]) {
    const event = `DTSTART;VALUE=DATE:19700101\nRRULE:FREQ=DAILY${count}`;
    const except = [calendar(...Array.from({ length: 500 }, () => event))];
    const times = await timetable.times(ruleOf({ ...daily(9), except }));
    await assertRejects(
      () => Promise.resolve().then(() => times.next(Date.UTC(2026, 0, 1))),
      UsageError,
      "The events of these calendars recur too often to be looked at",
    );
  }
});

Deno.test("calendar: an error does not repeat a long name of an event", async () => {
  const error = await assertRejects(
    () => reduceCalendar(calendar(`SUMMARY:${"x".repeat(100_000)}`)),
    UsageError,
  );
  assertEquals(error.message, `Calendar "team.ics": "${"x".repeat(60)}…" has no DTSTART`);
});
