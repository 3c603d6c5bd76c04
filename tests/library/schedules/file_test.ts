import { assertEquals, assertRejects } from "@std/assert";
import { readSchedules, readSchedulesText, SchedulesFileError } from "../../../load.ts";
import { DataError, NotFoundError, UsageError, type WantedSchedule } from "../../../mod.ts";
import { HOUR, MINUTE, withQueue } from "./kit.ts";

const FLOW = `
params: { date: }
steps:
  fetch: { run: [fetch, "\${{ params.date }}"], delay: 5m }
  load: { run: [load], after: fetch }
`;
const ICS =
  "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSUMMARY:Christmas\nEND:VEVENT\nEND:VCALENDAR\n";

async function inFolder(
  files: Record<string, string>,
  body: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${folder}/${name}`, text);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function one(text: string): Promise<WantedSchedule> {
  const [wanted] = await readSchedulesText(`schedules: { s: ${text} }`, "s.yaml", "/x/s.yaml");
  return wanted!;
}

async function problems(text: string, base = "/x/s.yaml"): Promise<string[]> {
  const error = await assertRejects(() => readSchedulesText(text, "s.yaml", base), SchedulesFileError);
  return error.message.split("\n").map((line) => line.replace("s.yaml:", ""));
}

Deno.test("a file says all that options say, with paths relative to it", () =>
  inFolder({
    "holidays.ics": ICS,
    "flow.yaml": FLOW,
    "s.yaml": `
$schema: schedules.schema.json
schedules:
  report:
    cron: [0 9 * * *, 0 18 * * MON-FRI]
    on: noon on fridays
    every: 90m
    tz: Europe/Prague
    between: [08:00-20:00]
    except: holidays.ics
    from: 2026-12-01
    until: 2026-12-31 12:00
    count: 9
    jitter: 2m
    overlap: allow
    catch-up: none
    catch-up-window: 1h
    pause-on-failure: 3
    description: Morning and evening
    paused: true
    run: [./report.sh, "\${{ schedule.date }}"]
    cwd: reports
    env: { N: 1 }
    retry: 3
    backoff: exp:2s..1m
    retry-jitter: full
    timeout: 10m
    queue: night
    tags: [r]
    on-error: exit:75 -> snooze:5m
  nightly:
    on: every day at 02:00
    tz: UTC
    workflow: flow.yaml
    params: { date: "\${{ schedule.date }}" }
`,
  }, async (folder) => {
    const [report, nightly, ...more] = await readSchedules(`${folder}/s.yaml`);
    assertEquals(more, []);
    assertEquals([report!.name, report!.paused, nightly!.name, nightly!.paused], [
      "report",
      true,
      "nightly",
      undefined,
    ]);
    const { except, ...options } = report!.options;
    assertEquals(options, {
      cron: ["0 9 * * *", "0 18 * * MON-FRI"],
      on: ["noon on fridays"],
      every: 90 * MINUTE,
      tz: "Europe/Prague",
      between: ["08:00-20:00"],
      from: "2026-12-01",
      until: "2026-12-31 12:00",
      count: 9,
      jitter: 2 * MINUTE,
      overlap: "allow",
      catchUp: "none",
      catchUpWindow: HOUR,
      pauseOnFailure: 3,
      description: "Morning and evening",
    });
    assertEquals(except?.map(({ name }) => name), ["holidays.ics"]);

    await withQueue(async (queue) => {
      await queue.schedules.apply([report!, nightly!]);
      const { definition: { target } } = await queue.schedules.get("report");
      if (target.type !== "job") throw new Error("It is a workflow");
      const { payload, policy, queue: name, tags } = target.job;
      assertEquals(payload, {
        argv: ["./report.sh", "${{ schedule.date }}"],
        cwd: `${folder}/reports`,
        env: { N: "1" },
      });
      assertEquals([name, tags, policy.maxAttempts, policy.timeoutMs], ["night", ["r"], 4, 10 * MINUTE]);
      assertEquals(policy.backoff, { kind: "exponential", baseMs: 2_000, capMs: 60_000, jitter: "full" });
      const run = (await queue.schedules.get("nightly")).definition.target;
      if (run.type !== "workflow") throw new Error("It is a job");
      assertEquals([run.spec.name, run.params, run.source], [
        "flow",
        { date: "${{ schedule.date }}" },
        `file://${folder}/flow.yaml`,
      ]);
      assertEquals(run.spec.steps.map(({ name, job }) => [name, job.runAt]), [["fetch", 5 * MINUTE], [
        "load",
        null,
      ]]);
    });
  }));

Deno.test("every kind of job, and a workflow within the file", async () => {
  const kinds = await Promise.all(
    [
      "{ every: 1h, shell: 'ls | wc' }",
      "{ every: 1h, http: { url: 'https://example.org/', method: PUT } }",
      "{ every: 1h, module: 'https://example.org/m.ts#f', with: { a: 1 } }",
      "{ every: 1h, kind: function, payload: { task: resize, params: { width: 3 } } }",
    ].map(one),
  );
  assertEquals(kinds.map(({ target }) => "kind" in target && [target.kind, target.payload]), [
    ["command", { argv: ["ls | wc"], shell: true }],
    ["http", { url: "https://example.org/", method: "PUT" }],
    ["module", { url: "https://example.org/m.ts", export: "f", params: { a: 1 } }],
    ["function", { task: "resize", params: { width: 3 } }],
  ]);
  const { target } = await one(
    "{ every: 1h, workflow: { steps: { a: { run: [x] }, b: { run: [y], after: a } } } }",
  );
  assertEquals("workflow" in target && "steps" in target.workflow && target.workflow.name, "s");
});

Deno.test("what is wrong is told at its place, all of it at once", async () => {
  assertEquals(
    await problems(`schedules:
  a b:
    every: 1h
    run: [x]
  c:
    cron: [0 9 * * *, 0 25 * * *]
    tz: Europe/Prag
    betwen: 08:00-18:00
    count: many
    jitter: [1]
    overlap: queue
    from: tomorrow
    timeout: soon
    run: [x]
  d:
    every: 1h
  e:
    every: 1h
    run: [x]
    http: https://example.org/
    workflow: flow.yaml
  f: 5
`),
    [
      '2:3: The name "a b" of a schedule must have 1 to 128 printable characters without spaces and commas (Write it like nightly-report)',
      '6:23: Schedule "c": cron: Cron pattern "0 25 * * *": hour 25 is not between 0 and 23',
      '7:9: Schedule "c": tz: There is no time zone "Europe/Prag" (Did you mean "Europe/Prague"?)',
      '8:5: Schedule "c": key "betwen" is unknown (Did you mean "between"?)',
      '9:12: Schedule "c": count: "many" is not a whole number',
      '10:13: Schedule "c": jitter: [1] is not a duration such as 15m',
      '11:14: Schedule "c": overlap: "queue" is not one of skip, queue-one, queue-all, cancel-previous, allow',
      '12:11: Schedule "c": from: "tomorrow" is not a time such as 2026-12-01 or 2026-12-01 09:00',
      '13:14: Schedule "c": timeout: Duration "soon" is not understood (Write it like 500ms, 10s, 5m, 2h30m or 1d)',
      '15:3: Schedule "d" has nothing to run (Give it run, shell, module, http, workflow or kind)',
      '20:5: Schedule "e" has both run and http (Make two schedules of it)',
      '22:6: Schedule "f": 5 is not a mapping',
    ],
  );
});

Deno.test("what only the whole tells is told at the schedule", async () => {
  const single: [string, string][] = [
    ["{ run: [x] }", 'Schedule "s": A schedule needs cron, every or on'],
    ["{ every: 1h, run: [x, '${{ schedule.day }}'] }", 'asks the schedule for "day"'],
    ["{ every: 1h, jitter: 2h, run: [x] }", "Jitter 2h00m is not shorter"],
    ["{ every: 1h, env: { A: 1 }, http: 'http://x/' }", "env goes with run or shell, not with http"],
    ["{ every: 1h, params: { a: 1 }, run: [x] }", "params goes with workflow, not with run"],
    ["{ every: 1h, timeout: 5m, workflow: { steps: { a: { run: [x] } } } }", "timeout goes with a job"],
    [
      "{ every: 1h, workflow: { steps: { a: { runn: [x] } } } }",
      'Schedule "s": Step "a": key "runn" is unknown',
    ],
    [
      "{ every: 1h, workflow: { steps: { a: { run: [x], after: b } } } }",
      'waits for "b", which is not a step',
    ],
    ["{ every: 1h, workflow: nowhere.yaml }", 'There is no workflow file "/x/nowhere.yaml"'],
    ["{ every: 1h, module: ./nowhere.ts }", "there is no module /x/nowhere.ts"],
    ["{ every: 1h, except: nowhere.ics, run: [x] }", 'There is no calendar file "/x/nowhere.ics"'],
    ["{ every: 1h, except: { name: n, text: x }, run: [x] }", 'Calendar "n", line 1: it begins with "x"'],
    ["{ every: 1h, except: [5], run: [x] }", "5 is not a mapping"],
    ["{ every: 1h, retry-on: timeout, run: [x] }", "There is one attempt only"],
    ["{ every: 1h, unique: x, run: [x] }", 'key "unique" is unknown'],
    ["{ every: 1h, after: x, run: [x] }", 'key "after" is unknown'],
    [
      "{ every: 1h, workflow: a.yaml, source: x }",
      "source goes with a workflow that stands in the file itself",
    ],
  ];
  for (const [text, expected] of single) {
    const found = await problems(`schedules: { s: ${text} }`);
    assertEquals(found.some((line) => line.includes(expected)), true, `${text}: ${found.join("\n")}`);
  }
});

Deno.test("the problems of a workflow file are told with their places there", () =>
  inFolder({ "flow.yaml": "steps:\n  a: { rum: [x] }\n" }, async (folder) => {
    const [line] = await problems(
      "schedules:\n  s: { every: 1h, workflow: flow.yaml }\n",
      `${folder}/s.yaml`,
    );
    assertEquals(
      line!.startsWith(`2:29: Schedule "s": ${folder}/flow.yaml:2:3: Step "a" has nothing to run`),
      true,
      line,
    );
  }));

Deno.test("a file that is none is refused", async () => {
  assertEquals(await problems("jobs: {}"), [
    '1:1: The file: key "jobs" is unknown (Known are schedules)',
    "1:1: The file has no schedules (Add schedules: { NAME: { on: every day at 06:00, run: [program] } }, or schedules: {} for none)",
  ]);
  assertEquals((await problems("schedules:"))[0]!.split(" (")[0], "1:11: The file has no schedules");
  assertEquals(await readSchedulesText("schedules: {}", "s.yaml", "/x/s.yaml"), []);
  assertEquals((await problems("schedules: { a: 1, a: 2 }"))[0]!.includes('Key "a'), true);
  await assertRejects(() => readSchedules("nowhere.yaml"), NotFoundError, "There is no file of schedules");
  await assertRejects(() => readSchedules("s.txt"), UsageError, "is of no known kind");
  await inFolder({}, async (folder) => {
    await Deno.mkdir(`${folder}/s.yaml`);
    await assertRejects(() => readSchedules(`${folder}/s.yaml`), DataError, "cannot be read");
  });
});

Deno.test("the tables of a settings file are read in the same way", () =>
  inFolder({
    "gigq.toml": `
db = "jobs.db"

[schedules.report]
on = "every weekday at 06:00"
tz = "Europe/Prague"
from = 2026-12-01
run = ["./report"]
cwd = "reports"

[schedules."tidy"]
every = "1h"
shell = "rm -rf tmp"
`,
  }, async (folder) => {
    const [report, tidy] = await readSchedules(`${folder}/gigq.toml`);
    assertEquals([report!.name, report!.options.from, tidy!.name], ["report", "2026-12-01", "tidy"]);
    assertEquals("payload" in report!.target && report!.target.payload.cwd, `${folder}/reports`);
    assertEquals(
      (await problems('db = "x"', "/x/gigq.toml"))[0]!.split(" (")[0],
      "1:1: The file has no [schedules.NAME]",
    );

    const wrong = `a = 1\n[schedules.s]\nevery = "1h"\nrun = ["x"]\ncuont = 3\n[schedules.t]\nrun = ["x"]\n`;
    assertEquals((await problems(wrong, "/x/gigq.toml")).map((line) => line.split(" (")[0]), [
      '5:1: Schedule "s": key "cuont" is unknown',
      '6:1: Schedule "t": A schedule needs cron, every or on: nothing says when it is due',
    ]);
    assertEquals((await problems("[schedules", "/x/gigq.toml"))[0]!.includes("This is not TOML"), true);
  }));
