/** Files of schedules on the command line: `apply`, `edit` in an editor, `simulate`. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Place, type Ran } from "./harness.ts";
import { FIXED } from "./schedule_kit.ts";

Deno.test("edit opens an editor on a terminal, and lets somebody mend what is wrong", async () => {
  await using here = await Place.make();
  await here.ok(["schedule", "add", "a", "--on", "every day at 09:00", ...FIXED, "--", "true"]);
  const edit = (editor: string, stdin: string): Promise<Ran> =>
    here.gigq(["schedule", "edit", "a"], {
      outIsTerminal: true,
      variables: { GIGQ_DB: here.db, EDITOR: editor, NO_COLOR: "1" },
      stdin,
    });
  // Breaks the text first, and mends it when it is opened again.
  const script = await here.write(
    "editor",
    'grep -q evry "$1" && sed -i s/evry/every/ "$1" || sed -i "s/every day at 09/evry day at 10/" "$1"\n',
  );
  const { code, out, err } = await edit(`sh ${script}`, "\n");
  assertEquals([code, out], [0, '~ a\n  on: "every day at 09:00" → "every day at 10:00"\n']);
  assertMatch(
    err,
    /^\/.*a\.yaml:\d+:\d+: Schedule "a": on: Phrase "evry day at 10:00": "evry" \(word 1\).*\n.*\nEdit again\? \[Y\/n\] /,
  );
  assertStringIncludes(err, "Next      Sun 2040-01-01 10:00 +01:00");
  const same = await edit("true", "");
  assertEquals([same.code, same.out, same.err], [0, "", "Nothing was changed\n"]);
  const renamed = await edit("sed -i s/a:/b:/", "n\n");
  assertEquals([renamed.code, renamed.out], [2, ""]);
  const kept = /gigq: Nothing was changed; what was written is in (\S+)\n$/.exec(renamed.err)![1]!;
  assertStringIncludes(renamed.err, 'The schedule is called "a", and the text calls it "b"');
  assertStringIncludes(await Deno.readTextFile(kept), "  b:\n");
  await Deno.remove(kept.replace(/[^/]*$/, ""), { recursive: true });
  const failed = await edit("sh -c 'exit 3'", "");
  assertEquals(failed.code, 2);
  assertStringIncludes(failed.err, "ended with exit code 3; nothing was changed");
});

const FILE = `schedules:
  report:
    on: every weekday at 06:00
    tz: Europe/Prague
    run: [./report, "\${{ schedule.date }}"]
  sync:
    cron: "0 */6 * * *"
    tz: Europe/Prague
    run: [./sync]
`;

Deno.test("apply makes the schedules be as a file says, and tells what differs", async () => {
  await using here = await Place.make();
  const path = await here.write("schedules.yaml", FILE);
  const dry = await here.ok(["schedule", "apply", path, "--dry-run"]);
  assertEquals([dry.out, dry.err], ["+ report\n+ sync\n", "Nothing was changed: this is what would be\n"]);
  assertEquals(await Deno.stat(here.db).then(() => true, () => false), false);
  assertEquals((await here.ok(["schedule", "apply", path])).out, "+ report\n+ sync\n");
  assertEquals((await here.ok(["schedule", "apply", path])).out, "= 2 unchanged\n");
  assertMatch((await here.ok(["schedule", "export"])).out, /^schedules:\n {2}report:\n[^]*\n {2}sync:\n/);
  await here.write("schedules.yaml", FILE.replace("06:00", "07:00").replace(/ {2}sync:[^]*/, ""));
  assertEquals((await here.ok(["schedule", "apply", path])).out, CHANGED);
  assertEquals(await here.json(["schedule", "apply", path, "--prune"]), [
    { name: "report", change: "unchanged", differences: [] },
    { name: "sync", change: "removed", differences: [] },
  ]);
  await here.write("exported.yaml", (await here.ok(["schedule", "show", "report", "--yaml"])).out);
  assertEquals((await here.ok(["schedule", "apply", here.path("exported.yaml")])).out, "= 1 unchanged\n");
});

Deno.test("apply reads standard input, whose paths are those of the folder", async () => {
  await using here = await Place.make();
  const { code, out } = await here.gigq(["schedule", "apply", "-"], { stdin: FILE });
  assertEquals([code, out], [0, "+ report\n+ sync\n"]);
  const bad = "schedules:\n  b: { every: 1h }\n  c: { every: 1h }\n";
  const ran = await here.gigq(["schedule", "apply", "-"], { stdin: bad });
  assertEquals(ran.code, 65);
  assertMatch(ran.err, /^standard input:2:3: .*nothing to run[^]*\ngigq: standard input has 2 problems\n$/);
});

const CHANGED = `~ report
  on: "every weekday at 06:00" → "every weekday at 07:00"
`;

Deno.test("apply reads gigq.toml where no file is named, and tells all that is wrong with a file", async () => {
  await using here = await Place.make();
  await here.write("gigq.toml", '[schedules.a]\nevery = "1h"\nrun = ["true"]\n');
  assertEquals((await here.ok(["schedule", "apply"])).out, "+ a\n");
  const bad = await here.write("bad.yaml", "schedules:\n  b: { onn: daily, run: [x] }\n  c: { every: 1h }\n");
  const ran = await here.gigq(["schedule", "apply", bad]);
  assertEquals([ran.code, ran.out], [65, ""]);
  const lines = ran.err.split("\n");
  assertMatch(lines[0]!, /bad\.yaml:2:\d+: .*"onn"/);
  assertMatch(lines.at(-3)!, /bad\.yaml:3:\d+: .*nothing to run/);
  assertMatch(lines.at(-2)!, /^gigq: .*bad\.yaml has [23] problems$/);
});

Deno.test("simulate lists what is to come, of a file and of the queue", async () => {
  await using here = await Place.make();
  const path = await here.write("schedules.yaml", FILE);
  const range = ["--from", "2040-01-02", "--until", "2040-01-02"];
  const { out, err } = await here.ok(["simulate", "schedules", "--file", path, ...range]);
  assertEquals(out, SIMULATED);
  assertEquals(
    err,
    `\
5 times of 2 schedules
From Mon 2040-01-02 00:00 +01:00 to Mon 2040-01-02 23:59:59 +01:00
1 instant with several at once
Of 2 schedules no run has ended: overlaps are not known
`,
  );
  assertEquals(await Deno.stat(here.db).then(() => true, () => false), false);
  await here.ok(["schedule", "apply", path]);
  assertEquals((await here.ok(["simulate", "schedules", ...range])).out, SIMULATED);
  const [due, ...rest] = await here.json(["simulate", "schedules", "report", ...range]);
  assertEquals(due, { event: "due", at: "2040-01-02T05:00:00.000Z", schedule: "report", with: [] });
  assertEquals(rest.map(({ event, schedule, slots, typicalMs }) => [event, schedule, slots, typicalMs]), [
    ["forecast", "report", 1, null],
  ]);
  const wrong = await here.gigq(["simulate", "schedules", "reprt"]);
  assertEquals([wrong.code, wrong.out], [3, ""]);
});

const SIMULATED = `\
Mon 2040-01-02 00:00 +01:00  sync
Mon 2040-01-02 06:00 +01:00  report  at once with sync
Mon 2040-01-02 06:00 +01:00  sync    at once with report
Mon 2040-01-02 12:00 +01:00  sync
Mon 2040-01-02 18:00 +01:00  sync
`;

Deno.test("files of modules and workflows are told as paths", async () => {
  await using here = await Place.make();
  const jobs = await here.write("jobs.ts", "export const go = () => 1;\n");
  const flow = await here.write("flow.yaml", "name: flow\nsteps:\n  a: { run: [x] }\n");
  await here.ok(["schedule", "add", "m", "--on", "daily", "--module", `${jobs}#go`]);
  await here.ok(["schedule", "add", "w", "--on", "daily", "--workflow", flow]);
  const file = (await here.ok(["schedule", "export"])).out;
  assertStringIncludes(file, `    module: ${jobs}#go\n`);
  assertStringIncludes((await here.ok(["schedule", "show", "w"])).out, `\nFile      ${flow}\n`);
  assertEquals(
    (await here.ok(["schedule", "apply", await here.write("s.yaml", file)])).out,
    "= 2 unchanged\n",
  );
});
