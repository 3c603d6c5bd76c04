/** `gigq errors`: why jobs fail, what is known about it, and who wants to hear of it. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { command } from "../../src/library/jobs.ts";
import { localTime } from "../../src/output/time.ts";
import { failure, NOW, QueueFixture } from "./fixture.ts";

const HOUR = 3_600_000;
const STACK =
  "TypeError: no width\nof \x1b[31mred\n    at resize (file:///jobs/resize.ts:12:9)\n    at main.ts:3:1";
/** Two lines, the second with a code that would colour a terminal. */
const NO_WIDTH = failure("no width\nof \x1b[31mred", { class: "TypeError", stack: STACK });

/** E1: jobs 1, 2 and 4, of which 4 has run again since; E2: job 3 of queue mail. */
async function filled(): Promise<QueueFixture> {
  const fixture = await QueueFixture.open();
  const { queue } = fixture;
  await fixture.before(50 * HOUR, async () => {
    for (const name of ["a", "b", "c", "d"]) {
      await queue.submit(command(["resize", name]), { name, ...name === "c" && { queue: "mail" } });
    }
  });
  await fixture.before(48 * HOUR, () => fixture.finish(NO_WIDTH));
  await fixture.before(2 * HOUR, () => fixture.finish(NO_WIDTH));
  await fixture.before(HOUR, () => fixture.finish(failure("timed out", { class: "TimeoutError" })));
  const job = (await fixture.start())!;
  const data = new TextEncoder().encode("one\ntwo \x1b[2J\n");
  await queue.store.appendLog([{ id: 4, attempt: 1, seq: 0, stream: "stderr", at: NOW, data }]);
  const usage = { wallMs: 5, cpuMs: null, maxRssBytes: null, exitCode: 3, signal: null };
  await fixture.before(
    60_000,
    () => queue.store.finish([{ id: job.id, attempt: 1, outcome: NO_WIDTH, usage }], queue.now()),
  );
  return fixture;
}

Deno.test("errors: a row a cause, the one seen last first", async () => {
  await using fixture = await filled();
  const out = `\
ID  COUNT  FAILED  FIRST   LAST    CAUSE                    EXAMPLE
E1      3       3  2d ago  1m ago  TypeError: no width            4
E2      1       1  1h ago  1h ago  TimeoutError: timed out        3
`;
  assertEquals(await fixture.gigq(["errors"]), { code: 0, out, err: "" });
  assertEquals(await fixture.gigq(["errors", "list"]), { code: 0, out, err: "" });
  await fixture.queue.requeue([4]);
  assertStringIncludes((await fixture.gigq(["errors"])).out, "E1      3       2  ");
});

Deno.test("errors: fits a terminal, without colour where NO_COLOR says so", async () => {
  await using fixture = await filled();
  const long = failure("x".repeat(200));
  await fixture.queue.submit(command(["true"]));
  await fixture.finish(long);
  const plain = await fixture.gigq(["errors"], { columns: 80, env: { NO_COLOR: "1" } });
  assertEquals(Math.max(...plain.out.split("\n").map((line) => line.length)), 80);
  assertStringIncludes(plain.out, "xxx…        5\n");
  assertEquals(plain.out.includes("\x1b"), false);
  assertStringIncludes((await fixture.gigq(["errors"], { columns: 80 })).out, "\x1b[31m3\x1b[0m");
});

/** The ids that are listed. */
async function ids(fixture: QueueFixture, ...argv: string[]): Promise<string[]> {
  const { out } = await fixture.gigq(["errors", "--json", ...argv]);
  return out.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line).id);
}

const FILTERS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["--since", "1h"], ["E1", "E2"]],
  [["--since", "59m"], ["E1"]],
  [["--since", "1s"], []],
  [["--queue", "mail"], ["E2"]],
  [["-q", "mail", "-q", "default"], ["E1", "E2"]],
  [["--kind", "command"], ["E1", "E2"]],
  [["--kind", "http"], []],
  [["--limit", "1"], ["E1"]],
];

for (const [argv, expected] of FILTERS) {
  Deno.test(`errors ${argv.join(" ")}`, async () => {
    await using fixture = await filled();
    assertEquals(await ids(fixture, ...argv), expected);
  });
}

Deno.test("errors --json: one object a cause", async () => {
  await using fixture = await filled();
  const [first] = (await fixture.gigq(["errors", "--json"])).out.split("\n");
  assertEquals(JSON.parse(first!), {
    id: "E1",
    fingerprint: "n",
    class: "TypeError",
    message: "no width\nof \x1b[31mred",
    count: 3,
    failed: 3,
    firstAt: "2026-01-29T22:00:00.000Z",
    lastAt: "2026-01-31T21:59:00.000Z",
    job: 4,
    attempt: 1,
    muted: false,
    mutedUntil: null,
  });
});

Deno.test("errors: nothing to show is told on a terminal only", async () => {
  await using fixture = await QueueFixture.open();
  assertEquals(await fixture.gigq(["errors"]), { code: 0, out: "", err: "" });
  assertEquals((await fixture.gigq(["errors"], { errIsTerminal: true })).err, "No attempt has failed\n");
  const since = await fixture.gigq(["errors", "--since", "1d"], { errIsTerminal: true });
  assertEquals(since.err, "No attempt failed in that time\n");
});

Deno.test("errors show: everything, harmless for a terminal", async () => {
  await using fixture = await filled();
  const time = (ms: number): string => localTime(NOW - ms);
  assertEquals(await fixture.gigq(["errors", "show", "E1"]), {
    code: 0,
    err: "",
    out: `\
Cause        E1
Class        TypeError
Attempts     3 failed
First        ${time(48 * HOUR)} (2d ago)
Last         ${time(60_000)} (1m ago)
Example      job 4, attempt 1: exit 3
Decided      given up: all attempts are used up
Fingerprint  n

Message
  no width
  of \\e[31mred

Stack
  at resize (file:///jobs/resize.ts:12:9)
  at main.ts:3:1

End of stderr of job 4
  one
  two \\e[2J

3 jobs stand failed
  1  a
  2  b
  4  d

Next
  gigq logs 4 --attempt 1               all that it wrote
  gigq list --error E1 --status failed  all jobs that stand failed
  gigq requeue --error E1 --canary 1    run one, and the others if it completes
  gigq errors mute E1 --for 7d          hear no more of it for a week
`,
  });
});

Deno.test("errors show: a cause whose jobs were deleted is known still", async () => {
  await using fixture = await filled();
  await fixture.queue.clear();
  const { code, out } = await fixture.gigq(["errors", "show", "e2"]);
  assertEquals(code, 0);
  assertStringIncludes(out, "Attempts     1 failed\n");
  assertStringIncludes(out, "Example      job 3, which is not stored any more\n");
  assertStringIncludes(out, "Next\n  gigq errors mute E2 --for 7d  ");
  assertEquals(JSON.parse((await fixture.gigq(["errors", "show", "E2", "--json"])).out).example, null);
});

Deno.test("errors show --json: one object with the example", async () => {
  await using fixture = await filled();
  const shown = JSON.parse((await fixture.gigq(["errors", "show", "E1", "--json"])).out);
  assertEquals([shown.id, shown.jobs, shown.stderr], ["E1", [1, 2, 4], ["one", "two \x1b[2J"]]);
  assertEquals([
    shown.example.job,
    shown.example.number,
    shown.example.exitCode,
    shown.example.decision.action,
  ], [
    4,
    1,
    3,
    "dead",
  ]);
});

Deno.test("errors mute: left out, counted below the table, and taken back", async () => {
  await using fixture = await filled();
  // The command reads the real clock, and the table the one of the test.
  const muted = await fixture.gigq(["errors", "mute", "E2", "--for", "7d"]);
  assertMatch(muted.out, /^E2 muted until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n$/);
  await fixture.queue.mute([2], "7d");
  assertEquals((await fixture.gigq(["errors", "mute", "E1"])).out, "E1 muted for ever\n");
  assertEquals(await ids(fixture), []);
  assertEquals(await ids(fixture, "--all"), ["E1", "E2"]);
  const none = await fixture.gigq(["errors"], { errIsTerminal: true });
  assertEquals([none.out, none.err], ["", "All of them are muted; --all shows them\n"]);

  const all = (await fixture.gigq(["errors", "--all"])).out;
  assertStringIncludes(all, "MUTED\n");
  assertStringIncludes(all, "  for 7d\n");
  assertEquals(
    (await fixture.gigq(["errors", "unmute", "E1,E2"])).out,
    "E1 not muted any more\nE2 not muted any more\n",
  );
  assertEquals(await ids(fixture), ["E1", "E2"]);
});

Deno.test("errors mute: hears of it again when the time is over", async () => {
  await using fixture = await filled();
  await fixture.before(2 * HOUR, () => fixture.queue.mute([1], "1h"));
  await fixture.queue.mute([2], "1h");
  assertEquals(await ids(fixture), ["E1"]);
  const { err } = await fixture.gigq(["errors"], { errIsTerminal: true });
  assertEquals(err, "1 more is muted; --all shows it\n");
});

const REFUSED: readonly (readonly [readonly string[], number, string])[] = [
  [["errors", "show", "E99"], 3, "There is no cause E99; gigq errors --all shows what there is"],
  [
    ["errors", "mute", "E1", "E98,E99"],
    3,
    "There is no cause E98 (nor E99); gigq errors --all shows what there is",
  ],
  [["list", "--error", "E99"], 3, "There is no cause E99; gigq errors --all shows what there is"],
  [["requeue", "--error", "E99"], 3, "There is no cause E99; gigq errors --all shows what there is"],
  [
    ["errors", "show", "X3"],
    2,
    '"X3" is not the id of a cause; write it like E3; gigq errors shows what there is',
  ],
  [
    ["requeue", "--error", "3"],
    2,
    '"3" is not the id of a cause; write it like E3; gigq errors shows what there is',
  ],
  [["errors", "mute", "E1", "--for", "0s"], 2, "A cause must be muted for longer than nothing"],
  [["errors", "show"], 2, "Argument CAUSE is missing; see gigq errors show --help"],
  [["errors", "mute"], 2, "Argument CAUSE is missing; see gigq errors mute --help"],
  [["errors", "E3"], 2, 'Unknown command "errors E3"; write gigq errors show E3'],
  [["errors", "shwo"], 2, 'Unknown command "errors shwo"; did you mean "show"?'],
  [["errors", "--sinc", "1d"], 2, 'Unknown option "--sinc"; did you mean "--since"?'],
  [["errors", "--since", "1d", "E3"], 2, 'Unexpected argument "E3"; see gigq errors list --help'],
];

for (const [argv, code, message] of REFUSED) {
  Deno.test(`refuses ${argv.join(" ")}, and changes nothing`, async () => {
    await using fixture = await filled();
    assertEquals(await fixture.gigq(argv), { code, out: "", err: `gigq: ${message}\n` });
    assertEquals(await ids(fixture), ["E1", "E2"]);
  });
}

Deno.test("a group alone runs its list, and tells so in its help", async () => {
  await using fixture = await filled();
  const { out } = await fixture.gigq(["--json", "errors", "--db", fixture.db]);
  assertEquals(out.split("\n").length, 3);
  assertStringIncludes(
    (await fixture.gigq(["errors", "--help"])).out,
    "gigq errors alone is gigq errors list.",
  );
  assertStringIncludes((await fixture.gigq(["errors", "--all", "--help"])).out, "gigq errors list [OPTIONS]");
});
