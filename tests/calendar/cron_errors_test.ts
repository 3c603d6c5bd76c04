import { assert, assertEquals, assertRejects } from "@std/assert";
import { readCron } from "../../src/calendar/cron/pattern.ts";
import { timetable } from "../../src/calendar/timetable.ts";
import { UsageError } from "../../src/core/errors.ts";
import type { TimeRule } from "../../src/core/schedule.ts";
import { ruleOf } from "./rule.ts";

async function refusal(rule: Partial<TimeRule>): Promise<string> {
  const error = await assertRejects(async () => await timetable.times(ruleOf(rule)), UsageError);
  return error.hint === undefined ? error.message : `${error.message} | ${error.hint}`;
}

const FIELDS =
  "Give five (minute, hour, day of the month, month, day of the week), or six with seconds first";

/** Patterns that are refused, and what is said after their name. */
const REFUSED: Readonly<Record<string, string>> = {
  "": ` is empty | ${FIELDS}`,
  "* * * *": ` has 4 fields | ${FIELDS}`,
  "0 0 1 1 * 1 2026": " has 7 fields | Years are not part of it: limit them with from and until",
  "61 * * * *": ": minute 61 is not between 0 and 59",
  "0 24 * * *": ": hour 24 is not between 0 and 23",
  "0 0 0 * *": ": day of the month 0 is not between 1 and 31",
  "0 0 32W * *": ": day of the month 32 is not between 1 and 31",
  "0 0 * 13 *": ": month 13 is not between 1 and 12",
  "0 0 * * 8": ": day of the week 8 is not between 0 and 7",
  "0 0 30 2 *": " is never due: there is no such day | Look at its day of the month and its month",
  "0 0 31 2,4 *": " is never due: there is no such day | Look at its day of the month and its month",
  "0 0 12 ? * MON":
    ': day of the month: "?" is not known | Write *; days of the week are counted from 0, which is Sunday',
  "H * * * *": ': minute: "H" is not known | Give a value, and spread runs with jitter',
  "5/15 * * * *": ': minute: step "5/15" has no range | Write "5-59/15"',
  "/5 * * * *": ': minute: step "/5" has no range | Write "*/5"',
  "*/0 * * * *": ': minute: step "0" is not between 1 and 60',
  "*/61 * * * *": ': minute: step "61" is not between 1 and 60',
  "*/x * * * *": ': minute: step "X" is not between 1 and 60',
  "0 22-6 * * *": ': hour: "22-6" runs backwards | Write "22-23,0-6"',
  "0 0 * * FRI-MON": ': day of the week: "FRI-MON" runs backwards | Write "FRI-SAT,SUN-MON"',
  "0 0 * NOV-FEB *": ': month: "NOV-FEB" runs backwards | Write "NOV-DEC,JAN-FEB"',
  "0 0 * * SUN-SUN": ': day of the week: "SUN-SUN" begins where it ends | Write "SUN"',
  "0 0 * * monday": ': day of the week: "MONDAY" is no day of the week | Write "MON"',
  "0 0 * * MON#6":
    ': day of the week: "MON#6" has no such day | Count from #1 to #5, or write #L for the last',
  "0 0 * * MON#1,3":
    ': day of the week: "3" after a "#" may be a day or a count | Write each one out: MON#1,MON#3, or a day by its name',
  "0 0 * * L": ': day of the week: "L" is no day of the week',
  "0 0 L-3 * *":
    ': day of the month: "L-3" is not known | Days are not counted from the last one; "L" alone is the last',
  "0 0 LW,3 * *": ': day of the month: "LW" stands in a list | Give two patterns',
  "1,,2 * * * *": ': minute: an item of the list "1,,2" is empty | Remove the comma',
  "1, * * * *": ': minute: an item of the list "1," is empty | Remove the comma',
  "*,5 * * * *": ': minute: "*" among other values leaves none out | Write "*" alone, or leave it out',
  "a * * * *": ': minute: "A" is no minute',
  "1.5 * * * *": ': minute: "1.5" is no minute',
  "-5 * * * *": ": minute: a value is missing",
  "1-5-7 * * * *": ': minute: "1-5-7" is not understood',
  "*/5/2 * * * *": ': minute: "*/5/2" is not understood',
  "0 0 * * + ": ': day of the week: an item of the list "+" is empty | Remove the comma',
  "@reboot":
    " is no name that is known here | Schedules are due at times; start a command with the system by systemd or crontab",
  "@every 5m": " is no name that is known here | Say it with every instead: 5m, 2h30m",
  "TZ=Europe/Prague 0 9 * * *": " begins with a time zone | Say it with tz instead: Europe/Prague",
  "CRON_TZ=UTC @daily": " begins with a time zone | Say it with tz instead: UTC",
  "0 9 */2 * MON":
    ': day of the month: "*/2" beside a day of the week means either of them to some, and both to cron | Write "1-31/2" for either, or "+MON" for both',
  "0 9 1,15 * */2":
    ': day of the week: "*/2" beside a day of the month means either of them to some, and both to cron | Write "0-6/2" for either, or "+*/2" for both',
  "every monday": " is in words | Say it with on instead",
  "first monday of the month": " is in words | Say it with on instead",
  "0 9 * * 1-5 /usr/bin/backup": ' has more than times | Give "0 9 * * 1-5" as cron, and the command apart',
  "*/5 * * * * cd /srv && ./x": ' has more than times | Give "*/5 * * * *" as cron, and the command apart',
  "@dayly": ' is no name that is known here | Did you mean "@daily"?',
};

for (const [pattern, said] of Object.entries(REFUSED)) {
  Deno.test(`calendar: the cron pattern "${pattern}" is refused`, async () => {
    assertEquals(await refusal({ cron: [pattern] }), `Cron pattern "${pattern}"${said}`);
  });
}

const ZONES: Readonly<Record<string, string>> = {
  "Europe/Pragu": 'Did you mean "Europe/Prague"?',
  "prague": 'Did you mean "Europe/Prague"?',
  "New York": 'Did you mean "America/New_York"?',
  "+02:00":
    "Give the place whose clocks count, such as Europe/Prague, or Etc/GMT-2 for the same all the year",
  "utc-3": "Give the place whose clocks count, such as Europe/Prague, or Etc/GMT+3 for the same all the year",
  "+05:30": "Give its IANA name, such as Europe/Prague or UTC",
  "PST": "Give its IANA name, such as Europe/Prague or UTC",
  "": "Give its IANA name, such as Europe/Prague or UTC",
};

for (const [zone, hint] of Object.entries(ZONES)) {
  Deno.test(`calendar: the time zone "${zone}" is refused`, async () => {
    assertEquals(await refusal({ zone, cron: ["* * * * *"] }), `There is no time zone "${zone}" | ${hint}`);
  });
}

const WINDOWS: Readonly<Record<string, string>> = {
  "8-18": "is not understood | Write it like 08:00-18:00",
  "": "is not understood | Write it like 08:00-18:00",
  "08:00–18:00": "is not understood | Write it like 08:00-18:00",
  "24:00-01:00": "begins at 24:00 | Write 00:00",
  "08:00-08:00": "ends where it begins | Its end is left out; leave the window out for the whole day",
};

for (const [window, said] of Object.entries(WINDOWS)) {
  Deno.test(`calendar: the window "${window}" is refused`, async () => {
    assertEquals(await refusal({ cron: ["* * * * *"], between: [window] }), `Window "${window}" ${said}`);
  });
}

Deno.test("calendar: a window names the time that does not exist", async () => {
  const said = await refusal({ cron: ["* * * * *"], between: ["08:00-25:00"] });
  assertEquals(said, 'Window "08:00-25:00": there is no time 25:00 | Times run from 00:00 to 24:00');
});

/** Two ways to write the same. */
const SAME: readonly (readonly [string, string])[] = [
  ["@daily", "0 0 * * *"],
  ["@Hourly", "0 * * * *"],
  ["@weekly", "0 0 * * 7"],
  ["0 9 * jan-mar mon-fri", "0 9 * 1-3 1-5"],
  ["0 9 * * fri-sun", "0 9 * * 0,5,6"],
  ["0 9 */1 * MON", "0 9 * * 1"],
  ["0 9 */2 * +*", "0 9 1-31/2 * *"],
  ["  0\t9 * *  1 ", "0 0 9 * * 1"],
  ["0 9 l * *", "0 9 L * *"],
  ["0 9 * * fri#l", "0 9 * * 5L"],
];

for (const [written, plain] of SAME) {
  Deno.test(`calendar: "${written}" means "${plain}"`, async () => {
    const slots = async (cron: string): Promise<readonly number[]> =>
      (await timetable.times(ruleOf({ cron: [cron] }))).within(0, Infinity, 300);
    assertEquals(await slots(written), await slots(plain));
  });
}

Deno.test("calendar: the day of the month or that of the week is enough, and with + both are needed", async () => {
  const days = async (cron: string): Promise<string[]> => {
    const slots = (await timetable.times(ruleOf({ cron: [cron] }))).within(
      Date.UTC(2026, 0, 31),
      Infinity,
      4,
    );
    return slots.map((slot) => new Date(slot).toISOString().slice(5, 10));
  };
  assertEquals(await days("0 0 13 * FRI"), ["02-06", "02-13", "02-20", "02-27"]);
  assertEquals(await days("0 0 13 * +FRI"), ["02-13", "03-13", "11-13", "08-13"]);
  assertEquals(await days("0 0 LW * *"), ["02-27", "03-31", "04-30", "05-29"]);
  assertEquals(await days("0 0 1W * *"), ["02-02", "03-02", "04-01", "05-01"]);
});

Deno.test("calendar: schedules of one pattern share what was read, since that is large", () => {
  assert(readCron("0 9 * * mon-fri") === readCron(" 0 0 9 * *  MON-FRI"));
  assert(readCron("0 9 * * MON") !== readCron("0 9 * * TUE"));
});
