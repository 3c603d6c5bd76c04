import { assert, assertEquals, assertThrows } from "@std/assert";
import { readCron } from "../../src/calendar/cron/pattern.ts";
import { parsePhrase } from "../../src/calendar/phrase.ts";
import { BOUNDS } from "../../src/core/bounds.ts";
import { UsageError } from "../../src/core/errors.ts";

/** The first times after the beginning of 2026, which is a Thursday. */
function firstTimes(crons: readonly string[], count: number): string[] {
  const times = new Set<number>();
  for (const cron of crons) {
    const pattern = readCron(cron);
    for (let n = 0, at: number | null = Date.UTC(2026, 0, 1); n < count && at !== null; n++) {
      at = pattern.next(at);
      if (at !== null) times.add(at);
    }
  }
  return [...times].sort((a, b) => a - b).slice(0, count).map(showTime);
}

function showTime(at: number): string {
  const day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][new Date(at).getUTCDay()];
  return `${day} ${new Date(at).toISOString().slice(0, 19).replace("T", " ").replace(/:00$/, "")}`;
}

type Row = readonly [phrase: string, crons: readonly string[], times: readonly string[]];

// deno-fmt-ignore
const TABLE: readonly Row[] = [
  ["every day at 9am and 17:30", ["0 9 * * *", "30 17 * * *"], ["Thu 2026-01-01 09:00", "Thu 2026-01-01 17:30", "Fri 2026-01-02 09:00"]],
  ["daily at noon", ["0 12 * * *"], ["Thu 2026-01-01 12:00", "Fri 2026-01-02 12:00", "Sat 2026-01-03 12:00"]],
  ["midnight", ["0 0 * * *"], ["Fri 2026-01-02 00:00", "Sat 2026-01-03 00:00", "Sun 2026-01-04 00:00"]],
  ["at 8:15:30 every day", ["30 15 8 * * *"], ["Thu 2026-01-01 08:15:30", "Fri 2026-01-02 08:15:30", "Sat 2026-01-03 08:15:30"]],
  ["every weekday", ["0 0 * * MON-FRI"], ["Fri 2026-01-02 00:00", "Mon 2026-01-05 00:00", "Tue 2026-01-06 00:00"]],
  ["mon-fri 9:00", ["0 9 * * MON-FRI"], ["Thu 2026-01-01 09:00", "Fri 2026-01-02 09:00", "Mon 2026-01-05 09:00"]],
  ["weekends at 10:00", ["0 10 * * SAT,SUN"], ["Sat 2026-01-03 10:00", "Sun 2026-01-04 10:00", "Sat 2026-01-10 10:00"]],
  ["mondays and thursdays at 18:00", ["0 18 * * MON,THU"], ["Thu 2026-01-01 18:00", "Mon 2026-01-05 18:00", "Thu 2026-01-08 18:00"]],
  ["every Monday,  Wednesday at 7:30 PM", ["30 19 * * MON,WED"], ["Mon 2026-01-05 19:30", "Wed 2026-01-07 19:30", "Mon 2026-01-12 19:30"]],
  ["friday to monday at 12am", ["0 0 * * MON,FRI,SAT,SUN"], ["Fri 2026-01-02 00:00", "Sat 2026-01-03 00:00", "Sun 2026-01-04 00:00"]],
  ["every monday in december", ["0 0 * 12 MON"], ["Mon 2026-12-07 00:00", "Mon 2026-12-14 00:00", "Mon 2026-12-21 00:00"]],
  ["every day in february at 06:00", ["0 6 * 2 *"], ["Sun 2026-02-01 06:00", "Mon 2026-02-02 06:00", "Tue 2026-02-03 06:00"]],
  ["first monday of the month at 09:00", ["0 9 * * MON#1"], ["Mon 2026-01-05 09:00", "Mon 2026-02-02 09:00", "Mon 2026-03-02 09:00"]],
  ["the 2nd & 4th tuesday", ["0 0 * * TUE#2,TUE#4"], ["Tue 2026-01-13 00:00", "Tue 2026-01-27 00:00", "Tue 2026-02-10 00:00"]],
  ["last friday at 5 p.m.", ["0 17 * * FRI#L"], ["Fri 2026-01-30 17:00", "Fri 2026-02-27 17:00", "Fri 2026-03-27 17:00"]],
  ["5th monday", ["0 0 * * MON#5"], ["Mon 2026-03-30 00:00", "Mon 2026-06-29 00:00", "Mon 2026-08-31 00:00"]],
  ["first monday and friday", ["0 0 * * MON#1,FRI#1"], ["Fri 2026-01-02 00:00", "Mon 2026-01-05 00:00", "Mon 2026-02-02 00:00"]],
  ["first monday and last friday of march", ["0 0 * 3 MON#1,FRI#L"], ["Mon 2026-03-02 00:00", "Fri 2026-03-27 00:00", "Mon 2027-03-01 00:00"]],
  ["last sunday of march at 01:30", ["30 1 * 3 SUN#L"], ["Sun 2026-03-29 01:30", "Sun 2027-03-28 01:30", "Sun 2028-03-26 01:30"]],
  ["first friday of every quarter", ["0 0 * 1,4,7,10 FRI#1"], ["Fri 2026-01-02 00:00", "Fri 2026-04-03 00:00", "Fri 2026-07-03 00:00"]],
  ["last friday of the year at 16:00", ["0 16 * 12 FRI#L"], ["Fri 2026-12-25 16:00", "Fri 2027-12-31 16:00", "Fri 2028-12-29 16:00"]],
  ["the 1st and 15th of the month at 06:00", ["0 6 1,15 * *"], ["Thu 2026-01-01 06:00", "Thu 2026-01-15 06:00", "Sun 2026-02-01 06:00"]],
  ["last day", ["0 0 L * *"], ["Sat 2026-01-31 00:00", "Sat 2026-02-28 00:00", "Tue 2026-03-31 00:00"]],
  ["31st", ["0 0 31 * *"], ["Sat 2026-01-31 00:00", "Tue 2026-03-31 00:00", "Sun 2026-05-31 00:00"]],
  ["1st to 3rd of each month", ["0 0 1,2,3 * *"], ["Fri 2026-01-02 00:00", "Sat 2026-01-03 00:00", "Sun 2026-02-01 00:00"]],
  ["days 10 and 20", ["0 0 10,20 * *"], ["Sat 2026-01-10 00:00", "Tue 2026-01-20 00:00", "Tue 2026-02-10 00:00"]],
  ["month end at 23:59", ["59 23 L * *"], ["Sat 2026-01-31 23:59", "Sat 2026-02-28 23:59", "Tue 2026-03-31 23:59"]],
  ["29 february", ["0 0 29 2 *"], ["Tue 2028-02-29 00:00", "Sun 2032-02-29 00:00", "Fri 2036-02-29 00:00"]],
  ["15th of january at 12:00", ["0 12 15 1 *"], ["Thu 2026-01-15 12:00", "Fri 2027-01-15 12:00", "Sat 2028-01-15 12:00"]],
  ["25 december and 1 january", ["0 0 25 12 *", "0 0 1 1 *"], ["Fri 2026-12-25 00:00", "Fri 2027-01-01 00:00", "Sat 2027-12-25 00:00"]],
  ["december 25 at 18:00", ["0 18 25 12 *"], ["Fri 2026-12-25 18:00", "Sat 2027-12-25 18:00", "Mon 2028-12-25 18:00"]],
  ["every january and july on the 1st", ["0 0 1 1,7 *"], ["Wed 2026-07-01 00:00", "Fri 2027-01-01 00:00", "Thu 2027-07-01 00:00"]],
  ["end of june", ["0 0 L 6 *"], ["Tue 2026-06-30 00:00", "Wed 2027-06-30 00:00", "Fri 2028-06-30 00:00"]],
  ["quarter start", ["0 0 1 1,4,7,10 *"], ["Wed 2026-04-01 00:00", "Wed 2026-07-01 00:00", "Thu 2026-10-01 00:00"]],
  ["quarter end at noon", ["0 12 L 3,6,9,12 *"], ["Tue 2026-03-31 12:00", "Tue 2026-06-30 12:00", "Wed 2026-09-30 12:00"]],
  ["first and last day of the quarter", ["0 0 1 1,4,7,10 *", "0 0 L 3,6,9,12 *"], ["Tue 2026-03-31 00:00", "Wed 2026-04-01 00:00", "Tue 2026-06-30 00:00"]],
  ["year end", ["0 0 L 12 *"], ["Thu 2026-12-31 00:00", "Fri 2027-12-31 00:00", "Sun 2028-12-31 00:00"]],
  ["first working day of the month at 8:00", ["0 8 1W * *"], ["Thu 2026-01-01 08:00", "Mon 2026-02-02 08:00", "Mon 2026-03-02 08:00"]],
  ["last weekday of the quarter", ["0 0 LW 3,6,9,12 *"], ["Tue 2026-03-31 00:00", "Tue 2026-06-30 00:00", "Wed 2026-09-30 00:00"]],
  ["first and last business day of may", ["0 0 1W 5 *", "0 0 LW 5 *"], ["Fri 2026-05-01 00:00", "Fri 2026-05-29 00:00", "Mon 2027-05-03 00:00"]],
  ["monthly on the 15th", ["0 0 15 * *"], ["Thu 2026-01-15 00:00", "Sun 2026-02-15 00:00", "Sun 2026-03-15 00:00"]],
  ["weekly on wed", ["0 0 * * WED"], ["Wed 2026-01-07 00:00", "Wed 2026-01-14 00:00", "Wed 2026-01-21 00:00"]],
  ["yearly", ["0 0 1 1 *"], ["Fri 2027-01-01 00:00", "Sat 2028-01-01 00:00", "Mon 2029-01-01 00:00"]],
  ["every quarter at 07:00", ["0 7 1 1,4,7,10 *"], ["Thu 2026-01-01 07:00", "Wed 2026-04-01 07:00", "Wed 2026-07-01 07:00"]],
  ["every monday and the 1st of the month", ["0 0 1 * *", "0 0 * * MON"], ["Mon 2026-01-05 00:00", "Mon 2026-01-12 00:00", "Mon 2026-01-19 00:00"]],
  ["hourly", ["0 * * * *"], ["Thu 2026-01-01 01:00", "Thu 2026-01-01 02:00", "Thu 2026-01-01 03:00"]],
  ["every hour at :15 and :45", ["15,45 * * * *"], ["Thu 2026-01-01 00:15", "Thu 2026-01-01 00:45", "Thu 2026-01-01 01:15"]],
  ["every 15 minutes", ["*/15 * * * *"], ["Thu 2026-01-01 00:15", "Thu 2026-01-01 00:30", "Thu 2026-01-01 00:45"]],
  ["every half hour on weekdays", ["*/30 * * * MON-FRI"], ["Thu 2026-01-01 00:30", "Thu 2026-01-01 01:00", "Thu 2026-01-01 01:30"]],
  ["every two hours", ["0 */2 * * *"], ["Thu 2026-01-01 02:00", "Thu 2026-01-01 04:00", "Thu 2026-01-01 06:00"]],
  ["every 12 hours at minute 30 on sundays", ["30 */12 * * SUN"], ["Sun 2026-01-04 00:30", "Sun 2026-01-04 12:30", "Sun 2026-01-11 00:30"]],
  ["every 120 minutes", ["0 */2 * * *"], ["Thu 2026-01-01 02:00", "Thu 2026-01-01 04:00", "Thu 2026-01-01 06:00"]],
  ["every 20 seconds in march", ["*/20 * * * 3 *"], ["Sun 2026-03-01 00:00", "Sun 2026-03-01 00:00:20", "Sun 2026-03-01 00:00:40"]],
  ["every hour on the last day of the month", ["0 * L * *"], ["Sat 2026-01-31 00:00", "Sat 2026-01-31 01:00", "Sat 2026-01-31 02:00"]],
  ["at the end of the month", ["0 0 L * *"], ["Sat 2026-01-31 00:00", "Sat 2026-02-28 00:00", "Tue 2026-03-31 00:00"]],
  ["first monday at 9:00; last friday at 17:00", ["0 9 * * MON#1", "0 17 * * FRI#L"], ["Mon 2026-01-05 09:00", "Fri 2026-01-30 17:00", "Mon 2026-02-02 09:00"]],
];

Deno.test("phrases: each is due when a person would read it to be", () => {
  for (const [phrase, crons, times] of TABLE) {
    assertEquals(parsePhrase(phrase).crons, crons, phrase);
    assertEquals(firstTimes(crons, 3), times, phrase);
  }
});

Deno.test("phrases: the echo is plain and complete, and reads the same", () => {
  const echoes = [
    ["First  MONDAY", "first monday of the month at 00:00"],
    ["mon - fri at 9 am", "every weekday at 09:00"],
    ["noon", "every day at 12:00"],
    ["weekends, 10:00, 22:00", "every saturday and sunday at 10:00 and 22:00"],
    ["mondays to thursdays & sundays at 5:05pm", "every monday to thursday and sunday at 17:05"],
    ["1st, 15th, and last day", "1st, 15th and last day of the month at 00:00"],
    ["the 1st of the month", "first day of the month at 00:00"],
    ["2nd, 4th tuesday", "second and fourth tuesday of the month at 00:00"],
    ["first monday and friday", "first monday and first friday of the month at 00:00"],
    ["every monday and 1st of march", "first day of march and every monday at 00:00"],
    ["25th december and january 1 at 9:00", "25th of december and first day of january at 09:00"],
    ["monthly", "first day of the month at 00:00"],
    ["quarter-end", "last day of the quarter at 00:00"],
    ["every 30 minutes on mon", "every 30 minutes on mondays"],
    ["every 60 minutes in june to august", "every hour in june, july and august"],
    ["hourly at :05, :35 on the last friday", "every hour at :05 and :35 on the last friday of the month"],
    ["every 15m", "every 15 minutes"],
    ["every half-hour", "every 30 minutes"],
    ["every quarter hour on weekends", "every 15 minutes on saturdays and sundays"],
    ["monday;monday ; friday", "every monday at 00:00; every friday at 00:00"],
  ] as const;
  for (const [phrase, text] of echoes) assertEquals(parsePhrase(phrase).text, text);
  for (const phrase of [...TABLE.map(([phrase]) => phrase), ...echoes.map(([phrase]) => phrase)]) {
    const once = parsePhrase(phrase);
    assertEquals(parsePhrase(once.text), once, phrase);
  }
});

function refusal(phrase: string): { message: string; hint: string } {
  const error = assertThrows(() => parsePhrase(phrase), UsageError);
  assert(error.message.startsWith(`Phrase "${phrase}"`), error.message);
  return { message: error.message.slice(`Phrase "${phrase}"`.length), hint: error.hint ?? "" };
}

Deno.test("phrases: what is not understood is named with its place, and the near word", () => {
  const first = 'Write it like "first monday of the month at 09:00"';
  const day = 'is not understood where a day, such as "monday" or "last day", is expected';
  for (
    const [phrase, message, hint] of [
      ["frist monday", `: "frist" (word 1) ${day}`, `Did you mean "first"? ${first}`],
      ["on the 2st monday", `: "2st" (word 3) ${day}`, `Did you mean "2nd"? ${first}`],
      ["gobbledygook", `: "gobbledygook" (word 1) ${day}`, first],
      ["first monday of the", ' ends after "the" (word 4)', "15th of january"],
      [
        "every monday at",
        ' ends after "at" (word 3), where a time of day, such as "09:00"',
        "every day at 09:00",
      ],
      ["every monday and frday", ': "frday" (word 4) is not understood', 'Did you mean "friday"?'],
      [
        "every 15 mintes",
        ': "mintes" (word 3) is not understood where "minutes" or "hours"',
        'Did you mean "minutes"?',
      ],
      ["hourly at 15", ': "15" (word 3) is not understood where a minute of each hour', "every hour at :15"],
      ["monday ;; friday", " has an empty part", first],
      ["", " is empty", first],
    ] as const
  ) {
    const found = refusal(phrase);
    assert(found.message.includes(message), `${phrase}: ${found.message}`);
    assert(found.hint.includes(hint), `${phrase}: ${found.hint}`);
  }
});

Deno.test("phrases: what no pattern can say is refused with the way out", () => {
  const from = "--from 2026-01-05T09:00, with your first time";
  for (
    const [phrase, words, hint] of [
      ["every other friday", "every other friday", `Give it as --every 2w ${from}`],
      ["every second week", "every second week", `Give it as --every 2w ${from}`],
      ["every 2 weeks", "every 2 weeks", `Give it as --every 2w ${from}`],
      ["every 2w", "every 2 w", `Give it as --every 2w ${from}`],
      ["every weekday morning", "morning", 'Write a time of day, such as "at 09:00"'],
      ["friday the 13th", "friday the 13th", 'Give days that are both as --cron "0 9 13 * +FRI"'],
      ["twice a day", "twice", "every day at 09:00 and 17:00"],
      ["biweekly", "biweekly", `Give it as --every 2w ${from}`],
      ["every 3 days", "every 3 days", `Give it as --every 3d ${from}`],
      ["every 7 minutes", "every 7 minutes", "Give it as --every 7m"],
      ["every 90 minutes", "every 90 minutes", "Give it as --every 1h30m"],
      ["every 5 hours on weekdays", "every 5 hours", "Give it as --every 5h"],
      ["every 2 months", "every 2 months", 'Name the months, such as "1st of january and july"'],
      [
        "every second friday",
        "every second friday",
        `Write "2nd friday of the month", or give --every 2w ${from}`,
      ],
      ["every 3rd day of the month", "every 3rd day", `Write "3rd of the month", or give --every 3d ${from}`],
      ["every 10 minutes between 8:00 and 18:00", "between", "Give it as --between 08:00-18:00"],
      ["every day at 9:00-17:00", "9:00-17:00", "Give it as --between 08:00-18:00, with your times"],
      ["every day at 9:00 UTC", "UTC", "Give it as --tz UTC"],
      ["every day at 9:00 Europe/Prague", "Europe/Prague", "Give it as --tz Europe/Prague"],
      [
        "every day except sunday",
        "except",
        "Give a calendar of them as --except, or name the days that remain",
      ],
      ["every day until friday", "until", "Give it as --until"],
      ["3rd working day", "3rd working day", 'Write "first working day" or "last working day"'],
      ["5th friday of the quarter", "5th friday of the quarter", "Name the months"],
    ] as const
  ) {
    const found = refusal(phrase);
    assert(found.message.includes(`"${words}" (word `), `${phrase}: ${found.message}`);
    assert(found.hint.includes(hint), `${phrase}: ${found.hint}`);
  }
});

Deno.test("phrases: what does not exist, contradicts itself or means two things is refused by name", () => {
  for (
    const [phrase, message] of [
      ["5th and 6th monday", '"5th and 6th monday" (word 1) does not exist: a month has no 6th monday'],
      ["31st of february", '"31st of february" (word 1) does not exist: february has 29 days at most'],
      ["31st of march to may", '"31st of march to may" (word 1) does not exist: april has 30 days at most'],
      ["on the 32nd", '"32nd" (word 3) does not exist: a month has no 32nd'],
      ["every day at 25:00", '"25:00" (word 4) does not exist: hours go from 0 to 23'],
      ["every day at 9:61", '"9:61" (word 4) does not exist: minutes go from 0 to 59'],
      ["every day at 13 pm", '"13 pm" (word 4) does not exist: with am and pm'],
      ["every hour at :75", '":75" (word 4) does not exist: minutes go from 0 to 59'],
      ["every day at 24:00", '"24:00" (word 4) is the next day\'s midnight'],
      ["every day at 9", '"9" (word 4) alone does not say which time it is'],
      ["every day at 9.30", '"9.30" (word 4) is not how times are written'],
      ["on 15", '"15" (word 2) alone is neither a day nor a time'],
      ["weekly", '"weekly" (word 1) does not say on which day'],
      ["every january", '"every january" (word 1) does not say on which day'],
      ["every week on the 1st", '"1st" (word 5) is not counted in weeks'],
      [
        "every quarter on the last day of the month",
        '"last day of the month" (word 5) does not go with "every quarter"',
      ],
      ["every monday at 9:00 every friday", '"every friday" (word 5) says days a second time'],
      ["every monday at 9:00 and every friday", '"and every friday" (word 5) would begin another phrase'],
      ["every 15 minutes at :05", '":05" (word 5) cannot be said of an interval of minutes'],
      ["1st and first monday", '"first" (word 3) is said twice'],
    ] as const
  ) {
    const found = refusal(phrase);
    assert(found.message.startsWith(`: ${message}`), `${phrase}: ${found.message}`);
    assert(found.hint !== "", phrase);
  }
});

Deno.test("phrases: what people write otherwise is told in the way it is written here", () => {
  for (
    const [phrase, hint] of [
      ["every weekdy at 9:00", 'Did you mean "weekday"?'],
      ["every day at 0930", 'Write "09:30"'],
      ["every day at 930", 'Write "09:30"'],
      ["every monday at 2030", 'Write a time of day as "20:30", or give a first or a last time as --from'],
      ["every monday in 2077", "Give a first or a last time as --from or --until"],
      ["tomorrow at 9am", "for once, give gigq submit --at 'tomorrow 9:00'"],
      ["next monday", "for once, give gigq submit --at"],
      ["in 5 minutes", "for once, give gigq submit --at"],
      ["monday or tuesday", 'Join days and times with "and"'],
      ["every tuesday thursday", 'Join days with "and", and phrases with ";"'],
      ["every day at 9am CET", "Give the zone by its name, as --tz Europe/Prague"],
      ["every 15 minutes during business hours", "Give it as --between 08:00-18:00"],
      ["every 2h30m", "Give it as --every 2h30m"],
      ["every 1.5 hours", "Give it as --every 1h30m"],
      ["every 0.0 hours", "Give it as --every 2h30m"],
      ["every 99999999d5h", "Give it as --every 2h30m"],
      ["every 9.9.9d", "Write it like"],
      ["every 12 hours at 06:00", 'Write "every day at 06:00 and 18:00"'],
      ["every 3 years", 'Write "every year on the 1st"'],
      ["@daily", "Give it as --cron '@daily'"],
      ["0 9 * * 1-5", "Give it as --cron '0 9 * * 1-5'"],
      ["*/5 8-18 * * MON-FRI", "Give it as --cron '*/5 8-18 * * MON-FRI'"],
    ] as const
  ) {
    const found = refusal(phrase);
    assert(found.hint.includes(hint), `${phrase}: ${found.message}; ${found.hint}`);
  }
});

Deno.test("phrases: long ones are refused", () => {
  const long = `every day at ${
    Array.from({ length: 80 }, (_, index) => `0${index % 10}:${10 + index % 50}`).join(", ")
  }`;
  assert(long.length > BOUNDS.phraseChars);
  assertThrows(() => parsePhrase(long), UsageError, `at most ${BOUNDS.phraseChars}`);
  const clocks = Array.from({ length: 30 }, (_, index) => `${index % 24}:${10 + index}`).join(",");
  const days = "1st of jan,2nd of feb,3rd of mar,4th of apr,5th of may";
  assertThrows(() => parsePhrase(`${days} ${clocks}`), UsageError, `at most ${BOUNDS.phraseCrons}`);
});

Deno.test("phrases: the table of the manual is true", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/schedules.md", import.meta.url));
  const [, section] = page.split("\n## Phrases\n");
  const rows = section!.split("\n## ")[0]!.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) =>
      line.split("|").slice(1, 3).map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!))
    );
  assert(rows.length > 10);
  for (const [written, echoes] of rows) {
    for (const [index, echo] of echoes!.entries()) assertEquals(parsePhrase(written![index]!).text, echo);
  }
});
