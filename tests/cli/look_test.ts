/** Commands that look: what they print, and how they end. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { command } from "../../src/library/jobs.ts";
import { localTime } from "../../src/output/time.ts";
import { newJob } from "../../src/testing/contract/kit.ts";
import { FAILED, gigq, NOW, QueueFixture } from "./fixture.ts";

/** Five jobs: completed, failed, ready (with a long name), scheduled, blocked. */
async function filled(): Promise<QueueFixture> {
  const fixture = await QueueFixture.open();
  const { queue } = fixture;
  await fixture.before(7_200_000, async () => {
    await queue.submit(command(["echo", "hi there"]), { tags: ["x"] });
    await queue.submit(command(["false"]), { name: "nightly", queue: "mail", priority: -5 });
  });
  await fixture.before(65_000, () => fixture.finish({ type: "completed", result: "hi\nthere" }, 0));
  await fixture.before(5_000, () => fixture.finish(FAILED, 3));
  await queue.submit(command(["true"]), {
    name: "a-name-that-is-much-longer-than-any-terminal-would-like-it-to-be",
  });
  await queue.submit(command(["true"]), { delay: 600_000 });
  await queue.submit(command(["true"]), { after: [{ id: 3, on: "failure" }] });
  return fixture;
}

Deno.test("list: piped, nothing is cut", async () => {
  await using fixture = await filled();
  assertEquals(await fixture.gigq(["list"]), {
    code: 0,
    err: "",
    out: `\
ID  STATUS         NAME                                                              QUEUE    PRIO  TRIES  WHEN
 1  completed      echo 'hi there'                                                   default     0    1/1  1m05s ago
 2  failed (exit)  nightly                                                           mail       -5    1/1  5s ago
 3  ready          a-name-that-is-much-longer-than-any-terminal-would-like-it-to-be  default     0    0/1  now
 4  scheduled      true                                                              default     0    0/1  in 10m
 5  blocked        true                                                              default     0    0/1  now
`,
  });
});

Deno.test("list: on a terminal the widest column gives way", async () => {
  await using fixture = await filled();
  const { out } = await fixture.gigq(["list"], { columns: 80, env: { NO_COLOR: "1" } });
  assertEquals(
    out,
    `\
ID  STATUS         NAME                          QUEUE    PRIO  TRIES  WHEN
 1  completed      echo 'hi there'               default     0    1/1  1m05s ago
 2  failed (exit)  nightly                       mail       -5    1/1  5s ago
 3  ready          a-name-that-is-much-longer-…  default     0    0/1  now
 4  scheduled      true                          default     0    0/1  in 10m
 5  blocked        true                          default     0    0/1  now
`,
  );
});

Deno.test("list: colour on a terminal, or where it is asked for", async () => {
  await using fixture = await filled();
  const argv = ["list", "2"];
  const painted = "\x1b[31mfailed (exit)\x1b[0m";
  assertStringIncludes((await fixture.gigq(argv, { columns: 80 })).out, painted);
  assertStringIncludes((await fixture.gigq([...argv, "--color", "always"])).out, painted);
  const plain = [
    await fixture.gigq(argv),
    await fixture.gigq([...argv, "--color=never"], { columns: 80 }),
    await fixture.gigq(argv, { columns: 80, env: { NO_COLOR: "1" } }),
    await fixture.gigq(argv, { columns: 80, env: { TERM: "dumb" } }),
  ];
  assertEquals(plain.filter(({ out }) => out.includes("\x1b")), []);
});

/** The ids that a selection lists. */
async function ids(fixture: QueueFixture, ...argv: string[]): Promise<number[]> {
  const { code, out } = await fixture.gigq(["list", "--json", ...argv]);
  assertEquals(code, 0);
  return out.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line).id);
}

const SELECTIONS: readonly (readonly [readonly string[], readonly number[]])[] = [
  [[], [1, 2, 3, 4, 5]],
  [["2"], [2]],
  [["2,4-9"], [2, 4, 5]],
  [["4", "1,2"], [1, 2, 4]],
  [["@last"], [5]],
  [["1-999999999"], [1, 2, 3, 4, 5]],
  [["7-9"], []],
  [["--status", "failed"], [2]],
  [["--status", "pending"], [3, 4, 5]],
  [["--status=failed,ready"], [2, 3]],
  [["-s", "failed", "-s", "blocked"], [2, 5]],
  [["--status", "finished"], [1, 2]],
  [["--status", "final"], [1, 2]],
  [["--name", "night*"], [2]],
  [["--name", "night"], []],
  [["--queue", "mail"], [2]],
  [["--queue", "mail", "--queue", "default"], [1, 2, 3, 4, 5]],
  [["--queue", "mail", "1-5", "--status", "failed"], [2]],
  [["--tag", "x"], [1]],
  [["--limit", "2"], [4, 5]],
];

for (const [argv, expected] of SELECTIONS) {
  Deno.test(`list: selects ${argv.join(" ") || "everything"}`, async () => {
    await using fixture = await filled();
    assertEquals(await ids(fixture, ...argv), expected);
  });
}

Deno.test("list: more jobs than a page holds come out once each, in order", async () => {
  await using fixture = await QueueFixture.open();
  const jobs = Array.from({ length: 2_001 }, () => command(["true"]));
  const expected = await fixture.queue.submitMany(jobs);
  assertEquals(await ids(fixture), expected);
  const terminal = await fixture.gigq(["list"], { columns: 80, errIsTerminal: true });
  assertEquals(terminal.out.split("\n").length, 52);
  assertEquals(terminal.err, "The last 50 of 2001; --limit 2001 shows all\n");
});

Deno.test("list: says on a terminal that there is nothing, and writes nothing to a pipe", async () => {
  await using fixture = await QueueFixture.open();
  assertEquals(await fixture.gigq(["list"]), { code: 0, out: "", err: "" });
  const terminal = await fixture.gigq(["list"], { columns: 80, errIsTerminal: true });
  assertEquals(terminal, { code: 0, out: "", err: "No job matches\n" });
});

Deno.test("list and status: what a job is called cannot steer the terminal", async () => {
  await using fixture = await QueueFixture.open();
  await fixture.queue.submit(command(["printf", "\x1b[2J\r\n\u202eevil"]));
  for (const verb of ["list", "status"]) {
    const { out } = await fixture.gigq([verb, "1"], { columns: 120 });
    assertStringIncludes(out, "\\e[2J");
    assertEquals(["\x1b[2J", "\r", "\u202e"].filter((evil) => out.includes(evil)), []);
  }
});

Deno.test("status: fields and attempts", async () => {
  await using fixture = await filled();
  const { code, out } = await fixture.gigq(["status", "2"]);
  assertEquals(code, 0);
  const started = localTime(NOW - 5_000);
  assertEquals(
    out,
    `\
Job       2
Name      nightly
Status    failed (exit)
Runs      command: false
Queue     mail
Priority  -5
Attempts  1 started, 1 failure of 1 allowed
Created   ${localTime(NOW - 7_200_000)} (2h ago)
Started   ${started} (5s ago)
Finished  ${started} (5s ago)
Worker    box-1-a
Error     ExitError: exit code 3

ATTEMPT  OUTCOME  STARTED              WAITED   RAN    CPU   MEMORY  EXIT  WORKER
      1  exit     ${started}   1h59m  1.5s  900ms  2.9 MiB     3  box-1-a
`,
  );
});

Deno.test("status fits a terminal of 80 columns, and keeps what matters", async () => {
  await using fixture = await filled();
  const { out } = await fixture.gigq(["status", "2"], { columns: 80, env: { NO_COLOR: "1" } });
  assertEquals(out.split("\n").filter((line) => line.length > 80), []);
  assertStringIncludes(out, "ATTEMPT  OUTCOME  STARTED");
  assertStringIncludes(
    (await fixture.gigq(["status", "2"], { columns: 60, env: { NO_COLOR: "1" } })).out,
    "EXIT\n",
  );
});

Deno.test("status: the error of an attempt before the one that completed is called the last", async () => {
  await using fixture = await QueueFixture.open();
  const id = await fixture.queue.submit(command(["./sync"]), { retries: 1 });
  const error = { class: "CommandFailed", message: "busy", fingerprint: "b" };
  await fixture.finish({ type: "failed", reason: "exit", error, retryAt: NOW });
  await fixture.finish({ type: "completed", result: "done" });
  const { out } = await fixture.gigq(["status", String(id)]);
  assertStringIncludes(out, "\nLast error  CommandFailed: busy\n");
});

Deno.test("list: what was put off has cost no try", async () => {
  await using fixture = await QueueFixture.open();
  await fixture.queue.submit(command(["./sync"]), { retries: 1 });
  for (let times = 0; times < 2; times++) {
    await fixture.finish({ type: "snoozed", error: null, runAt: NOW });
  }
  const [titles = "", row = ""] = (await fixture.gigq(["list"])).out.split("\n");
  assertEquals(row.slice(titles.indexOf("PRIO"), titles.indexOf("WHEN")).trim().split(/\s+/), ["0", "0/2"]);
});

Deno.test("a queue in memory is refused where there is nothing to look at", async () => {
  const file = `${await Deno.makeTempDir({ prefix: "gigq-cli-" })}/copy.db`;
  for (const argv of [["list"], ["errors"], ["dead"], ["queue", "list"], ["backup", file]]) {
    const { code, err } = await gigq([...argv, "--db", ":memory:"]);
    assertEquals(
      [code, err],
      [2, "gigq: A queue in memory begins with this command, and holds nothing; name a file with --db\n"],
    );
  }
});

Deno.test("status: what it waits for", async () => {
  await using fixture = await filled();
  const { out } = await fixture.gigq(["status", "@last"]);
  assertStringIncludes(out, "After     3 on failure (ready)\n");
});

Deno.test("status: which slot of which schedule it runs for", async () => {
  await using fixture = await QueueFixture.open();
  const at = NOW - 3 * 3_600_000;
  await fixture.queue.store.enqueue({
    jobs: [newJob({ payload: { $scheduled: { schedule: "nightly", at } } })],
  }, NOW);
  assertStringIncludes(
    (await fixture.gigq(["status", "1"])).out,
    `Schedule  nightly, for ${localTime(at)} (3h ago)\n`,
  );
  const { schedule, scheduledAt } = JSON.parse((await fixture.gigq(["status", "1", "--json"])).out);
  assertEquals([schedule, scheduledAt], ["nightly", "2026-01-31T19:00:00.000Z"]);
});

Deno.test("status --json: the promised keys", async () => {
  await using fixture = await filled();
  const { out } = await fixture.gigq(["status", "2", "--json"]);
  const { attempts, payload: _, ...job } = JSON.parse(out);
  assertEquals(job, {
    id: 2,
    name: "nightly",
    queue: "mail",
    kind: "command",
    status: "failed",
    reason: "exit",
    priority: -5,
    tags: [],
    attempt: 1,
    failures: 1,
    maxAttempts: 1,
    createdAt: "2026-01-31T20:00:00.000Z",
    dueAt: "2026-01-31T20:00:00.000Z",
    expiresAt: null,
    startedAt: "2026-01-31T21:59:55.000Z",
    firstStartedAt: "2026-01-31T21:59:55.000Z",
    finishedAt: "2026-01-31T21:59:55.000Z",
    result: null,
    error: { class: "ExitError", message: "exit code 3" },
    cause: null,
    dead: false,
    canaries: [],
    progress: null,
    dependencies: [],
    workflow: null,
    step: null,
    schedule: null,
    scheduledAt: null,
    worker: "box-1-a",
    uniqueKey: null,
    cancelRequested: false,
  });
  assertEquals(attempts, [{
    number: 1,
    worker: "box-1-a",
    outcome: "exit",
    startedAt: "2026-01-31T21:59:55.000Z",
    finishedAt: "2026-01-31T21:59:55.000Z",
    waitMs: 7_195_000,
    wallMs: 1_500,
    cpuMs: 900,
    maxRssBytes: 3_000_000,
    exitCode: 3,
    signal: null,
    error: { class: "ExitError", message: "exit code 3" },
    decision: null,
  }]);
});

Deno.test("list --json: one such line a job, without attempts", async () => {
  await using fixture = await filled();
  const { out } = await fixture.gigq(["list", "5", "--json"]);
  const job = JSON.parse(out);
  assertEquals(job.dependencies, [{ id: 3, on: "failure" }]);
  assertEquals("attempts" in job, false);
});

Deno.test("result: text as it is, anything else as JSON", async () => {
  await using fixture = await filled();
  assertEquals(await fixture.gigq(["result", "1"]), { code: 0, out: "hi\nthere\n", err: "" });
  assertEquals((await fixture.gigq(["result", "1", "--json"])).out, '"hi\\nthere"\n');
  await fixture.finish({ type: "completed", result: { total: 2, list: [1] } }, 0);
  assertEquals((await fixture.gigq(["result", "3"])).out, '{\n  "total": 2,\n  "list": [\n    1\n  ]\n}\n');
  assertEquals((await fixture.gigq(["result", "3", "--json"])).out, '{"total":2,"list":[1]}\n');
});

Deno.test("result: control characters reach a pipe, and a terminal only with --raw", async () => {
  await using fixture = await QueueFixture.open();
  await fixture.queue.submit(command(["true"]));
  await fixture.finish({ type: "completed", result: "\x1b[1mbold" });
  assertEquals((await fixture.gigq(["result", "1"])).out, "\x1b[1mbold\n");
  assertEquals((await fixture.gigq(["result", "1"], { columns: 80 })).out, "\\e[1mbold\n");
  assertEquals((await fixture.gigq(["result", "1", "--raw"], { columns: 80 })).out, "\x1b[1mbold\n");
});

Deno.test("result: tells why there is none", async () => {
  await using fixture = await filled();
  assertEquals(await fixture.gigq(["result", "2"]), {
    code: 4,
    out: "",
    err: "gigq: Job 2 failed with a bad exit code: exit code 3; gigq status 2 tells more\n",
  });
  assertEquals(await fixture.gigq(["result", "3"]), {
    code: 75,
    out: "",
    err: "gigq: Job 3 is ready and has no result yet; gigq wait 3 waits for it\n",
  });
  await fixture.queue.cancel([4]);
  assertEquals(await fixture.gigq(["result", "4"]), {
    code: 5,
    out: "",
    err: "gigq: Job 4 was cancelled; gigq status 4 tells more\n",
  });
});

Deno.test("stats: a row a queue and the sum", async () => {
  await using fixture = await filled();
  await fixture.queue.pause("mail");
  assertEquals(
    (await fixture.gigq(["stats"])).out,
    `\
QUEUE          BLOCKED  SCHEDULED  READY  RUNNING  COMPLETED  FAILED  CANCELLED  SKIPPED  TOTAL
default              1          1      1        0          1       0          0        0      4
mail (paused)        0          0      0        0          0       1          0        0      1
all                  1          1      1        0          1       1          0        0      5
`,
  );
  assertEquals(
    (await fixture.gigq(["stats"], { columns: 70, env: { NO_COLOR: "1" } })).out,
    `\
QUEUE          BLOCKED  SCHEDULED  READY  COMPLETED  FAILED  TOTAL
default              1          1      1          1       0      4
mail (paused)        0          0      0          0       1      1
all                  1          1      1          1       1      5
`,
  );
});

Deno.test("stats --json: total, every status, queues", async () => {
  await using fixture = await filled();
  const stats = JSON.parse((await fixture.gigq(["stats", "--json"])).out);
  assertEquals(stats.total, 5);
  assertEquals(stats.statuses, {
    blocked: 1,
    scheduled: 1,
    ready: 1,
    running: 0,
    completed: 1,
    failed: 1,
    cancelled: 0,
    skipped: 0,
  });
  assertEquals(Object.keys(stats.queues).sort(), ["default", "mail"]);
});
