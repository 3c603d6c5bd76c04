/** `gigq schedule next`: what is to come. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Place } from "./harness.ts";
import { FIXED, timeless } from "./schedule_kit.ts";

Deno.test("next tries out a rule without a queue, and marks changes of clocks", async () => {
  await using here = await Place.make();
  const argv = [
    "schedule",
    "next",
    "--cron",
    "30 2 * * *",
    "--tz",
    "Europe/Prague",
    "--after",
    "2039-03-25",
    "-n",
    "3",
  ];
  const { out, err } = await here.ok(argv);
  assertEquals(
    timeless(out),
    `\
TIME  IN  NOTE
Sat 2039-03-26 02:30 +01:00  in AWAY
Sun 2039-03-27 03:00 +02:00  in AWAY  02:30 does not exist that day: right after the gap
Mon 2039-03-28 02:30 +02:00  in AWAY
`,
  );
  assertStringIncludes(err, "Europe/Prague\n");
  const [, second] = await here.json(argv);
  assertEquals(second, {
    name: null,
    at: "2039-03-27T01:00:00.000Z",
    local: "2039-03-27T03:00:00+02:00",
    zone: "Europe/Prague",
    shift: "02:30 does not exist that day: right after the gap",
    leftOut: null,
  });
  assertEquals(await Deno.stat(here.db).then(() => true, () => false), false);
});

Deno.test("next -v shows what a calendar leaves out", async () => {
  await using here = await Place.make();
  const ics = await here.write(
    "holidays.ics",
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20391225\r\nSUMMARY:Christ\x1b[31mmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
  );
  const argv = [
    "schedule",
    "next",
    "--on",
    "every day at 09:00",
    "--tz",
    "UTC",
    "--except",
    ics,
    "--after",
    "2039-12-23",
    "-n",
    "2",
  ];
  assertEquals((await here.json(argv)).map(({ at }) => at.slice(0, 10)), ["2039-12-24", "2039-12-26"]);
  assertEquals(
    timeless((await here.ok([...argv, "-v"])).out),
    `\
TIME  IN  NOTE
Sat 2039-12-24 09:00 +00:00  in AWAY
Sun 2039-12-25 09:00 +00:00  in AWAY  left out: holidays.ics: Christ\\e[31mmas
Mon 2039-12-26 09:00 +00:00  in AWAY
`,
  );
});

Deno.test("next puts the times of all schedules in order, and keeps to --limit", async () => {
  await using here = await Place.make();
  await here.ok([
    "schedule",
    "add",
    "b",
    "--on",
    "every day at 09:00",
    ...FIXED,
    "--count",
    "2",
    "--",
    "true",
  ]);
  await here.ok(["schedule", "add", "a", "--cron", "0 */9 * * *", ...FIXED, "--", "true"]);
  assertEquals(
    timeless((await here.ok(["schedule", "next", "-n", "5"])).out),
    `\
TIME  IN  NAME
Sun 2040-01-01 00:00 +01:00  in AWAY  a
Sun 2040-01-01 09:00 +01:00  in AWAY  a
Sun 2040-01-01 09:00 +01:00  in AWAY  b
Sun 2040-01-01 18:00 +01:00  in AWAY  a
Mon 2040-01-02 00:00 +01:00  in AWAY  a
`,
  );
  const b = await here.ok(["schedule", "next", "b", "--after", "2040-01-01"]);
  assertEquals(timeless(b.err), "After Sun 2040-01-01 23:59:59 Europe/Prague, in AWAY\n");
  assertEquals((await here.json(["schedule", "next", "b"])).map(({ name, local }) => [name, local]), [
    ["b", "2040-01-01T09:00:00+01:00"],
    ["b", "2040-01-02T09:00:00+01:00"],
  ], "no more than are left");
});

Deno.test("next reads a calendar from standard input", async () => {
  await using here = await Place.make();
  const ics = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20391225\nEND:VEVENT\nEND:VCALENDAR\n";
  const argv = [
    "schedule",
    "next",
    "--on",
    "daily at 9am",
    "--tz",
    "UTC",
    "--except",
    "-",
    "-n",
    "1",
    "--json",
  ];
  const { out } = await here.ok([...argv, "--after", "2039-12-24"], { stdin: ics });
  assertEquals(JSON.parse(out).at, "2039-12-26T09:00:00.000Z");
});
