/** What the commands of schedules refuse: each in one line that names the word, and nothing is stored. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Place } from "./harness.ts";

const ADD = ["add", "new", "--every", "15m"];

/** What is typed after `gigq schedule`, the exit code, and what is said. */
const REFUSED: readonly (readonly [readonly string[], number, string])[] = [
  [["add", "new", "--", "true"], 2, "Nothing says when it is due; give --cron '0 9 * * MON-FRI', --on"],
  [["add", "new name", "--every", "15m", "--", "true"], 2, 'The name "new name" of a schedule must have'],
  [["add", "backup", "--every", "15m", "--", "true"], 2, "; gigq schedule edit backup changes it"],
  [["add", "--every", "15m", "--", "true"], 2, "Argument NAME is missing"],
  [ADD, 2, "There is nothing to run; write -- COMMAND at the end"],
  [
    [...ADD, "--shell", "x", "--", "true"],
    2,
    "Give only one of -- COMMAND, --shell, --module, --http and --workflow",
  ],
  [[...ADD, "--workflow", "x.yaml", "--", "true"], 2, "Give only one of -- COMMAND, --shell"],
  [[...ADD, "--workflow", "x.yaml"], 3, 'There is no workflow file "x.yaml"'],
  [[...ADD, "--workflow", "x.yaml", "--retry", "2"], 2, "Options of a job do not go with --workflow"],
  [[...ADD, "--workflow", "x.yaml", "--env", "A=1"], 2, "Options of a job do not go with --workflow"],
  [[...ADD, "--method", "POST", "--", "true"], 2, "--method belongs to a http job"],
  [[...ADD, "--at", "10:00", "--", "true"], 2, 'Unknown option "--at"'],
  [[...ADD, "--unique", "x", "--", "true"], 2, 'Unknown option "--unique"'],
  [["add", "new", "--every", "15x", "--", "true"], 2, '--every: Duration "15x" is not understood'],
  [["add", "new", "--every", "10ms", "--", "true"], 2, "more often than once a second"],
  [["add", "new", "--cron", "61 2 * * *", "--", "true"], 2, 'Cron pattern "61 2 * * *": minute 61'],
  [["add", "new", "--cron", "30 2 * *", "--", "true"], 2, "has 4 fields"],
  [["add", "new", "--cron", "0 0 30 2 *", "--", "true"], 2, "is never due: there is no such day"],
  [["add", "new", "--on", "evry day", "--", "true"], 2, '"evry" (word 1) is not understood'],
  [
    [...ADD, "--tz", "Prague", "--", "true"],
    2,
    'There is no time zone "Prague"; did you mean "Europe/Prague"?',
  ],
  [[...ADD, "--between", "8-18", "--", "true"], 2, 'Window "8-18" is not understood'],
  [[...ADD, "--except", "no.ics", "--", "true"], 3, 'There is no calendar file "no.ics"'],
  [
    [...ADD, "--except", "https://example.org/a.ics", "--", "true"],
    2,
    "is an address; calendars are read from files; download it first, such as by curl",
  ],
  [
    [...ADD, "--except", "-", "--only", "-", "--", "true"],
    2,
    "The calendar from standard input can be read once only",
  ],
  [
    [...ADD, "--from", "2040-05-01", "--until", "2040-04-01", "--tz", "UTC", "--", "true"],
    2,
    "is before its beginning; it is from 2040-05-01 00:00 until 2040-04-01 23:59:59",
  ],
  [
    [...ADD, "--tz", "UTC+2", "--", "true"],
    2,
    'There is no time zone "UTC+2"; give the place whose clocks count, such as Europe/Prague, or Etc/GMT-2 for',
  ],
  [
    ["add", "backup", "--every", "15m", "--dry-run", "--", "true"],
    2,
    "; gigq schedule edit backup changes it",
  ],
  [
    [...ADD, "--from", "tomorow", "--", "true"],
    2,
    '--from: Time "tomorow" is not understood; did you mean "tomorrow"?',
  ],
  [[...ADD, "--until", "2020-01-01", "--", "true"], 2, "would never be due: it ends at 2020-01-01 23:59:59"],
  [[...ADD, "--expires", "0s", "--", "true"], 2, 'Expires "0ms" leaves no time in which its job could start'],
  [
    ["add", "new", "--on", "daily at noon", "--between", "08:00-09:00", "--dry-run", "--", "true"],
    2,
    "The schedule would never be due: no time is all that it asks for",
  ],
  [["edit", "backup", "--between", "08:00-09:00", "--dry-run"], 2, "The schedule would never be due"],
  [
    ["edit", "backup", "--until", "2020-01-01", "--dry-run"],
    2,
    "it ends at 2020-01-01 23:59:59, which is past",
  ],
  [[...ADD, "--count", "0", "--", "true"], 2, "--count must be at least 1, not 0"],
  [
    [...ADD, "--overlap", "skp", "--", "true"],
    2,
    "--overlap must be skip, queue-one, queue-all, cancel-previous or allow",
  ],
  [[...ADD, "--catch-up", "two", "--", "true"], 2, '--catch-up must be none, one or all, not "two"'],
  [
    [...ADD, "--jitter", "1h", "--", "true"],
    2,
    "Jitter 1h00m is not shorter than the time from one slot to the next",
  ],
  [
    [...ADD, "--retry-jitter", "some", "--", "true"],
    2,
    "--retry-jitter must be none, full, equal or decorrelated",
  ],
  [[...ADD, "--policy", "patient", "--", "true"], 2, 'There is no policy "patient"'],
  [["show", "bakup"], 3, 'There is no schedule "bakup"; did you mean "backup"?'],
  [["run", "bakup"], 3, 'did you mean "backup"?'],
  [["history", "bakup"], 3, 'did you mean "backup"?'],
  [["history", "backup", "--status", "faild"], 2, 'Unknown status "faild"; did you mean "failed"?'],
  [["next", "xyz"], 3, 'There is no schedule "xyz"; gigq schedule list shows what there is'],
  [["next", "backup", "--tz", "UTC"], 2, "--tz goes with --cron, --on or --every"],
  [["next", "--between", "08:00-09:00"], 2, "--between goes with --cron, --on or --every"],
  [["next", "backup", "--every", "1h"], 2, "Give either names or --cron, --on and --every, not both"],
  [["pause"], 2, "Argument NAME is missing"],
  [["remove", "backup", "bakup"], 3, 'There is no schedule "bakup"'],
  [["rename", "backup", "b"], 2, "; a schedule keeps its name; gigq schedule apply --help shows how"],
  [["edit", "backup"], 2, "There is nothing to change; give options, or run it on a terminal to edit it"],
  [
    ["edit", "backup", "--clear", "untl"],
    2,
    '"untl" is no option that can be taken away; did you mean "until"?',
  ],
  [
    ["edit", "backup", "--clear", "count", "--count", "2"],
    2,
    "--clear takes away what another option sets: count",
  ],
  [["edit", "backup", "--clear", "cron"], 2, "nothing says when it is due"],
  [["edit", "backup", "--cwd", "/tmp"], 2, "--cwd belongs to what it runs, which is not given"],
  [["edit", "bakup", "--count", "2"], 3, 'There is no schedule "bakup"'],
  [["backfill", "backup"], 2, "Nothing says where to begin; give --from"],
  [["backfill", "backup", "--from", "2040-01-01"], 2, "The end of a backfill is before its beginning"],
  [["apply"], 2, "There is no file of schedules; name one, or write [schedules.NAME] in gigq.toml"],
  [["apply", "no.yaml"], 3, "no.yaml"],
  [["nxt"], 2, 'Unknown command "schedule nxt"; did you mean "next"?'],
  [["rm", "backup"], 2, 'Unknown command "schedule rm"; write gigq schedule remove'],
];

Deno.test("the commands of schedules name what is wrong, and change nothing", async (test) => {
  await using here = await Place.make();
  await here.ok(["schedule", "add", "backup", "--cron", "30 2 * * *", "--tz", "UTC", "--", "true"]);
  const [before] = await here.json(["schedule", "list"]);
  for (const [argv, code, message] of REFUSED) {
    await test.step(`schedule ${argv.join(" ")}`, async () => {
      const ran = await here.gigq(["schedule", ...argv]);
      assertEquals([ran.code, ran.out], [code, ""], ran.err);
      assertStringIncludes(ran.err, message);
      assertEquals(ran.err.split("\n").length, 2, `one line: ${ran.err}`);
    });
  }
  assertEquals(await here.json(["schedule", "list"]), [before]);
});

Deno.test("where there is no queue, looking at schedules makes none", async () => {
  await using here = await Place.make();
  for (const argv of [["list"], ["show", "a"], ["run", "a"], ["pause", "a"], ["tick"], ["next"]]) {
    const ran = await here.gigq(["schedule", ...argv]);
    assertEquals([ran.code, ran.out], [69, ""]);
    assertStringIncludes(ran.err, "There is no database at");
  }
  const ran = await here.gigq(["schedule", "add", "a", "--every", "15m", "--cron", "x", "--", "true"]);
  const never = ["schedule", "add", "a", "--on", "daily at noon", "--between", "08:00-09:00", "--", "true"];
  assertEquals([ran.code, (await here.gigq(never)).code], [2, 2]);
  assertEquals(await Deno.stat(here.db).then(() => true, () => false), false);
});

Deno.test("errors are JSON where that is asked for", async () => {
  await using here = await Place.make();
  await here.ok(["schedule", "add", "backup", "--every", "1h", "--", "true"]);
  const { code, out, err } = await here.gigq(["schedule", "show", "bakup", "--json"]);
  assertEquals([code, out], [3, ""]);
  assertEquals(JSON.parse(err), {
    error: { code: "not_found", message: 'There is no schedule "bakup"', hint: 'Did you mean "backup"?' },
  });
});
