/** Retry policies and rules on the command line: options, `gigq.toml`, preview, list and explain. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { gigq, NOW } from "./fixture.ts";
import { Place } from "./harness.ts";

const TOML = `
on-error = ["lost -> retry:10s"]
[policies.patient]
retry = 5
backoff = "exp:10s..1h"
budget = "6h"
retry-on = ["timeout", { exit = "70-79" }]
on-error = ["exit:75 -> snooze:5m", { match = { exit = 3 }, run = "alert" }]
[kinds.command]
timeout = "1m"
[queues.mail]
max-attempts = 2
[jobs.alert]
command = ["printf", "%s|", "\${{ failed.id }}", "\${{ failed.name }}", "\${{ failed.error.message }}"]
`;

/** A place with a settings file. */
async function place(toml = TOML): Promise<Place> {
  const made = await Place.make();
  await made.write("gigq.toml", toml);
  return made;
}

Deno.test("preview prints the times of the attempts", async () => {
  const { out, err, code } = await gigq([
    "policy",
    "preview",
    "--retry",
    "3",
    "--backoff",
    "exp:2s..5s",
    "--json",
  ]);
  const { policy, attempts, more, overBudget } = JSON.parse(out);
  assertEquals([code, err, policy.maxAttempts, more, overBudget], [0, "", 4, 0, null]);
  assertEquals(attempts.map(({ waitMs }: { waitMs: number[] }) => waitMs), [[0, 0], [2_000, 2_000], [
    4_000,
    4_000,
  ], [5_000, 5_000]]);
  assertEquals(attempts.map(({ at }: { at: string[] }) => at[0]), [
    "2026-01-31T22:00:00.000Z",
    "2026-01-31T22:00:02.000Z",
    "2026-01-31T22:00:06.000Z",
    "2026-01-31T22:00:11.000Z",
  ]);
});

Deno.test("preview shows what chance may do, and draws the same sample from the same seed", async () => {
  const argv = [
    "policy",
    "preview",
    "--retry",
    "4",
    "--backoff",
    "fixed:10s",
    "--jitter",
    "full",
    "--budget",
    "25s",
  ];
  const first = await gigq([...argv, "--seed", "7"]);
  assertEquals(first, await gigq([...argv, "--seed", "7"]));
  assertMatch(
    first.out,
    /^5 attempts, fixed:10s with full jitter, no retry later than 25s after the first start\n/,
  );
  assertMatch(first.out, /\n +2 +0ms – 10s /);
  assertMatch(first.out, /Sample drawn with --seed 7\n$/);
  const { attempts } = JSON.parse((await gigq([...argv, "--seed", "7", "--json"])).out);
  for (const { at } of attempts) assertEquals(Date.parse(at[1]) <= NOW + 25_000, true);
  assertMatch((await gigq(argv)).out, /Sample drawn with --seed \d+\n$/);
});

Deno.test("preview tells where the budget ends it, and that one attempt is no retry", async () => {
  const over = await gigq(["policy", "preview", "--retry", "9", "--backoff", "fixed:10s", "--budget", "25s"]);
  assertStringIncludes(over.out, "Attempt 4 would come after the budget is over\n");
  const many = await gigq(["policy", "preview", "--retry", "999", "--backoff", "fixed:1s"]);
  assertStringIncludes(many.out, "… and 900 more\n");
  const one = await gigq(["policy", "preview"]);
  assertEquals(one.err, "There is one attempt only: --retry N allows N more\n");
  assertEquals(
    (await gigq(["policy", "preview", "--kind", "module"])).out.split("\n")[0],
    "3 attempts, exp:1s..5m with equal jitter",
  );
});

Deno.test("preview starts when it is told to", async () => {
  const { out } = await gigq([
    "policy",
    "preview",
    "--retry",
    "1",
    "--start",
    "2026-03-01T00:00:00Z",
    "--json",
    "--seed",
    "1",
  ]);
  assertEquals(JSON.parse(out).attempts[0].at[0], "2026-03-01T00:00:00.000Z");
});

Deno.test("policies of the settings are listed with their file", async () => {
  await using here = await place();
  const rows = (await here.ok(["policy", "list", "--json"])).out.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  const source = here.path("gigq.toml");
  assertEquals(rows, [
    {
      for: "policy",
      name: "patient",
      says: "retry 5; backoff exp:10s..1h; budget 6h; retry-on timeout, exit:70-79",
      rules: ["exit:75 -> snooze:5m", "exit:3 -> run:alert"],
      source,
    },
    { for: "kind", name: "command", says: "timeout 1m", rules: [], source },
    { for: "queue", name: "mail", says: "max-attempts 2", rules: [], source },
    { for: "all", name: null, says: "", rules: ["lost -> retry:10s"], source },
  ]);
  assertStringIncludes((await here.ok(["policy", "list"])).out, "policy patient");
  await using empty = await Place.make();
  assertStringIncludes((await empty.ok(["policy", "list"])).err, "No policies: describe one in gigq.toml");
});

Deno.test("the user's policies stand behind the project's", async () => {
  await using here = await place('[policies.a]\nretry = 1\non-error = ["any -> run:alert"]\n');
  await Deno.mkdir(here.path("config/gigq"), { recursive: true });
  await here.write(
    "config/gigq/gigq.toml",
    '[policies.a]\nretry = 8\n[policies.b]\nretry = 9\n[jobs.alert]\nshell = "true"\n',
  );
  const variables = { GIGQ_DB: here.db, XDG_CONFIG_HOME: here.path("config") };
  const { out } = await here.ok(["policy", "list", "--json"], { variables });
  const rows = out.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(rows.map(({ name, says }) => [name, says]), [["a", "retry 1"], ["b", "retry 9"]]);
});

Deno.test("a job runs by its named policy; explain tells which rule fired, and why", async () => {
  await using here = await place();
  await here.ok([
    "submit",
    "--policy",
    "patient",
    "--name",
    "sync",
    "--",
    "sh",
    "-c",
    "echo 'row 17; $(id)' >&2; exit 3",
  ]);
  const worker = await here.ok(["worker", "--drain"]);
  assertMatch(worker.err, /^1 sync failed with exit code 3 after \S+ by rule 2 \(exit:3 -> run:alert\)\n/);
  const [job] = await here.json(["status", "1"]);
  assertEquals([job.status, job.dead, job.cause, job.attempts[0].decision], [
    "failed",
    false,
    "E1",
    {
      action: "run",
      by: "rule",
      rule: "exit:3 -> run:alert",
      number: 2,
      delayMs: null,
      delayBy: null,
    },
  ]);
  assertMatch(job.error.fingerprint, /^[0-9a-f]{14}$/);
  assertEquals((await here.ok(["result", "2"])).out, "1|sync|row 17; $(id)|\n");
  const explained = (await here.ok(["policy", "explain", "1"])).out;
  for (
    const text of [
      "Policy: 6 attempts, exp:10s..1h, no retry later than 6h after the first start, each at most 1m\n",
      "Retried only: timeout, exit:70-79\n",
      "Rule 1: exit:75 -> snooze:5m\nRule 2: exit:3 -> run:alert\nRule 3: lost -> retry:10s\n",
      "failed with exit code 3: not tried again, and another job started by rule 2 (exit:3 -> run:alert)\n",
    ]
  ) assertStringIncludes(explained, text);
  assertStringIncludes((await here.ok(["status", "1"])).out, "run, rule 2");
});

Deno.test("explain, as JSON and of one attempt", async () => {
  await using here = await Place.make();
  const script = 'test "$GIGQ_ATTEMPT" -gt 2 || exit 7$GIGQ_ATTEMPT';
  await here.ok([
    "submit",
    "--retry",
    "2",
    "--backoff",
    "fixed:0s",
    "--on-error",
    "exit:71 -> snooze:10ms",
    "--shell",
    script,
  ]);
  await here.ok(["worker", "--drain"]);
  const explain = async (...more: string[]): Promise<unknown[][]> => {
    const { attempts } = JSON.parse((await here.ok(["policy", "explain", "1", "--json", ...more])).out);
    return attempts.map((
      { number, explanation }: { number: number; explanation: string },
    ) => [number, explanation]);
  };
  const second = [2, "tried again after 0ms (its backoff): attempts were left"];
  assertEquals(await explain(), [
    [1, "put off for 10ms by rule 1 (exit:71 -> snooze:10ms), at no cost of an attempt"],
    second,
    [3, null],
  ]);
  assertEquals(await explain("--attempt", "2"), [second]);
  const none = await here.gigq(["policy", "explain", "1", "--attempt", "9"]);
  assertEquals([none.code, none.err], [3, "gigq: Job 1 has no attempt 9; it has 3\n"]);
  assertEquals((await here.gigq(["policy", "explain", "5"])).code, 3);
});

Deno.test("a worker tells what was put off and ignored, in words and as events", async () => {
  await using here = await Place.make();
  const rules = [
    "--on-error",
    "exit:75 -> snooze:5m",
    "--on-error",
    "exit:4 -> ignore",
    "--on-error",
    "exit:5 -> pause-queue",
  ];
  for (const code of [75, 4, 5]) {
    await here.ok([
      "submit",
      ...rules,
      "--queue",
      `q${code}`,
      "--name",
      `n${code}`,
      "--",
      "sh",
      "-c",
      `exit ${code}`,
    ]);
  }
  const { err } = await here.ok(["worker", "-j1", "--max-jobs", "3"]);
  assertMatch(err, /^1 n75 snoozed for 5m by rule 1 \(exit:75 -> snooze:5m\) after \S+$/m);
  assertMatch(err, /^2 n4 failed with exit code 4 after \S+, ignored by rule 2 \(exit:4 -> ignore\)$/m);
  assertMatch(err, /^3 n5 snoozed, its queue paused by rule 3 \(exit:5 -> pause-queue\) after \S+$/m);
  const [one, two, three] = await here.json(["list"]);
  assertEquals([one.status, two.status, three.status], ["scheduled", "completed", "ready"]);
  assertStringIncludes((await here.ok(["queue", "list"])).out, "paused");
  await here.ok(["submit", ...rules, "--", "sh", "-c", "exit 4"]);
  const events = (await here.ok(["worker", "--max-jobs", "1", "--json"])).out.trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  const finished = events.find(({ event }) => event === "finished");
  assertEquals([finished.outcome, finished.status, finished.decision.rule], [
    "ignored",
    "completed",
    "exit:4 -> ignore",
  ]);
});

Deno.test("batch and map take the options, too", async () => {
  await using here = await place();
  await here.ok(["batch", "--policy", "patient", "--", "true"], { stdin: "a\nb\n" });
  const jobs = await here.json(["list"]);
  assertEquals(jobs.map(({ maxAttempts }) => maxAttempts), [6, 6]);
  const ran = await here.gigq(["map", "--quiet", "--on-error", "exit:4 -> ignore", "--shell", 'exit "$1"'], {
    stdin: "0\n4\n3\n",
  });
  assertEquals(ran.code, 1);
  assertStringIncludes(ran.err, "gigq: 1 of 3 items failed");
  const again = await here.gigq(
    ["map", "--quiet", "--on-error", "exit:4 -> ignore", "--shell", 'exit "$1"'],
    { stdin: "0\n4\n3\n" },
  );
  assertEquals(again.code, 1, "the same policy requeues, and does not replace");
});

Deno.test("a run with a rule fails all the same, and prints only its steps' results", async () => {
  await using here = await place();
  await here.write(
    "flow.yaml",
    "steps:\n  a: { run: [sh, -c, 'exit 9'], on-error: ['exit:9 -> run:alert'] }\n",
  );
  const ran = await here.gigq(["run", here.path("flow.yaml"), "--quiet", "--json"]);
  assertEquals([ran.code, ran.out], [9, '{"a":null}\n']);
  await here.write("bad.yaml", "steps:\n  a: { run: [x], policy: patint }\n");
  const bad = await here.gigq(["workflow", "validate", here.path("bad.yaml")]);
  assertStringIncludes(bad.err, 'There is no policy "patint"');
});

const REFUSED: readonly [string[], string][] = [
  [["--policy", "patint"], 'There is no policy "patint"; did you mean "patient"?'],
  [["--on-error", "exit:75 -> snoz"], 'Rule "exit:75 -> snoz": Action "snoz" is unknown; there are retry'],
  [["--on-error", "exit:75"], 'Rule "exit:75" is not understood; write MATCH -> ACTION'],
  [["--on-error", "any -> run:alrt"], 'There is no job "alrt" to run; did you mean "alert"?'],
  [["--on-error", "error:/(/ -> fail"], "Regular expression /(/ is not valid: Unterminated group"],
  [["--backoff", "exp:2x"], 'Backoff "exp:2x": Duration "2x" is not understood; write it like 500ms'],
  [["--backoff", "list:1s,2x"], 'Backoff "list:1s,2x": Duration "2x" is not understood'],
  [["--no-retry-on", "exit:300"], 'no-retry-on: Exit code "300" is not understood'],
  [["--secret", "A", "--env", "A=plain"], 'Variable "A" is given as a secret, and as text in env; leave one'],
  [["--retry-on", "timout"], 'retry-on: Failure "timout" is not understood; did you mean "timeout"?'],
  [
    ["--retry-on", "timeout"],
    "There is one attempt only, so retry-on does nothing; allow more with --retry 3",
  ],
  [
    ["--retry", "1", "--retry-on", "lost", "--no-retry-on", "lost"],
    '"lost" is to be retried and not to be retried',
  ],
  [["--backoff", "exp:5m..1m"], "the cap 1m is shorter than the first wait 5m"],
  [["--backoff", "list:1s,5s", "--jitter", "decorrelated"], "it goes with exp, not with list"],
  [["--jitter", "some"], "--jitter must be none, full, equal or decorrelated"],
  [["--budget", "soon"], '--budget: Duration "soon" is not understood'],
  [["--signal", "USR1@60"], "would come before the command starts"],
  [["--retry", "1", "--max-attempts", "2"], "Give either --retry or --max-attempts, not both"],
];

for (const [options, message] of REFUSED) {
  Deno.test(`submit refuses ${options.join(" ")}, and makes no file`, async () => {
    await using here = await place();
    const ran = await here.gigq(["submit", ...options, "--", "true"]);
    assertEquals(ran.code, 2);
    assertStringIncludes(ran.err, message);
    assertEquals(ran.err.split("\n").length, 2, "one line");
    assertEquals(await Deno.stat(here.db).then(() => true, () => false), false);
  });
}

const BAD: readonly [string, string][] = [
  ["policies = 5", "policies must be a table; write [policies] on a line of its own"],
  ["[policies]\np = 5", "policies.p must be a table"],
  ["[policies.p]\nretrys = 5", 'unknown setting "policies.p.retrys"; did you mean "policies.p.retry"?'],
  ["[policies.p]\nretry = 1.5", "policies.p.retry: 1.5 is not a whole number"],
  ['[policies.p]\nbackoff = "soon"', 'policies.p.backoff: Backoff "soon" is not understood'],
  ["[policies.p]\nretry = 1\nmax-attempts = 2", "policies.p: Give either retries or max attempts, not both"],
  [
    '[policies.p]\nretry-on = "timout"',
    'policies.p.retry-on: Failure "timout" is not understood; did you mean "timeout"?',
  ],
  [
    '[policies.p]\non-error = ["any -> run:x"]',
    'policies.p: Rule "any -> run:x": There is no job "x" to run',
  ],
  [
    '[policies.p]\non-error = [{ match = "any" }]',
    'policies.p: Rule {"match":"any"} needs match, and one of do and run',
  ],
  ["[kinds.comand]\nretry = 1", 'unknown setting "kinds.comand"; did you mean "kinds.command"?'],
  ["on-error = [5]", "on-error[0] must be a table"],
  ['on-error = ["any -> panic"]', 'Rule "any -> panic": Action "panic" is unknown'],
  ["[jobs.a]", "jobs.a has nothing to run; give it one of command, shell, module, http"],
  ['[jobs.a]\ncommand = "true"', 'jobs.a.command: "true" is not a list'],
  ['[jobs.a]\ncommand = ["a"]\nshell = "b"', "jobs.a has both command and shell"],
  ['[jobs.a]\nmodule = "./x.ts"\ncwd = "."', "jobs.a.cwd does not go with module"],
  ['[jobs.a]\nhttp = "ftp://x"', 'jobs.a.http: URL "ftp://x" is not an http or https address'],
  ['on-error = ["any -> run:a"]\n[jobs.a]\nshell = "echo ${{ failed.id }}"', "stands in a shell script"],
  [
    'on-error = ["any -> run:a"]\n[jobs.a]\ncommand = ["x", "${{ failed.it }}"]',
    'asks the failed job for "it"',
  ],
];

for (const [toml, message] of BAD) {
  Deno.test(`settings refuse ${JSON.stringify(toml)}`, async () => {
    await using here = await place(toml);
    const ran = await here.gigq(["submit", "--", "true"]);
    assertStringIncludes(ran.err, message);
    assertEquals(ran.err.split("\n").length, 2, "one line");
    assertEquals(await Deno.stat(here.db).then(() => true, () => false), false);
  });
}
