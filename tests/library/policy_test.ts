/** Policies: where they come from, which wins, and what is refused. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { formatRule } from "../../src/core/error_rules.ts";
import { DataError, PermanentError, UsageError } from "../../src/core/errors.ts";
import type { Policy } from "../../src/core/job.ts";
import { type JobDefaults, type JobInput, type JobOptions, toNewJob } from "../../src/library/job_input.ts";
import { command, http } from "../../src/library/jobs.ts";
import type { MatchInput } from "../../src/library/match_input.ts";
import { toMatch } from "../../src/library/match_input.ts";
import { JobQueue } from "../../src/library/queue.ts";
import type { RuleInput } from "../../src/library/rule_input.ts";
import { task, type TaskOptions } from "../../src/library/task.ts";
import { Worker } from "../../src/library/worker.ts";
import { FakeClock, settle } from "../../src/testing/mod.ts";

const NOW = Date.UTC(2026, 0, 1);
const job = command(["true"]);

function policy(options: JobOptions, defaults?: JobDefaults, input: JobInput = job): Policy {
  return toNewJob(input, options, NOW, defaults).policy;
}

Deno.test("the nearer place wins: submit, task, named policy, queue, kind, built in", () => {
  const defaults: JobDefaults = {
    kinds: { command: { maxAttempts: 2, timeout: "1s", grace: "1s", budget: "1h", backoff: "fixed:1s" } },
    queues: { mail: { retries: 2, timeout: "2s", grace: "2s", budget: "2h" } },
    policies: { patient: { retries: 3, timeout: "3s", grace: "3s" } },
  };
  const figures = (options: JobOptions, input = job): unknown[] => {
    const { maxAttempts, timeoutMs, graceMs, budgetMs, backoff } = policy(options, defaults, input);
    return [maxAttempts, timeoutMs, graceMs, budgetMs, backoff.baseMs];
  };
  assertEquals(figures({}), [2, 1_000, 1_000, 3_600_000, 1_000]);
  assertEquals(figures({ queue: "mail" }), [3, 2_000, 2_000, 7_200_000, 1_000]);
  assertEquals(figures({ queue: "mail", policy: "patient" }), [4, 3_000, 3_000, 7_200_000, 1_000]);
  const own = command(["true"], { queue: "mail", policy: "patient", retries: 4, timeout: "4s" });
  assertEquals(figures({}, own), [5, 4_000, 3_000, 7_200_000, 1_000]);
  assertEquals(figures({ maxAttempts: 9 }, own), [9, 4_000, 3_000, 7_200_000, 1_000]);
  assertEquals(policy({}, defaults, http("https://example.org")).timeoutMs, null, "another kind");
});

Deno.test("rules add up, the most special first, and none leaves out the rest", () => {
  const defaults: JobDefaults = {
    onError: ["any -> dead"],
    kinds: { command: { onError: ["exit:1 -> fail"] } },
    queues: { mail: { onError: ["exit:2 -> fail"] } },
    policies: { p: { onError: ["exit:3 -> fail"] }, alone: { onError: ["exit:4 -> fail", "none"] } },
  };
  const rules = (options: JobOptions, own: JobOptions = {}): string[] =>
    (policy(options, defaults, command(["true"], own)).rules ?? []).map(formatRule);
  assertEquals(
    rules({ onError: ["exit:9 -> fail"], queue: "mail" }, { policy: "p", onError: ["exit:8 -> fail"] }),
    [
      "exit:9 -> fail",
      "exit:8 -> fail",
      "exit:3 -> fail",
      "exit:2 -> fail",
      "exit:1 -> fail",
      "any -> dead",
    ],
  );
  assertEquals(rules({ policy: "alone" }), ["exit:4 -> fail"]);
  assertEquals(rules({ onError: ["none"] }), []);
});

const MATCHES: readonly [MatchInput, string][] = [
  [{ exit: 75 }, "exit:75"],
  [{ exit: "70-79" }, "exit:70-79"],
  [{ exit: [70, 79] }, "exit:70-79"],
  [{ exit: true }, "exit"],
  [{ signal: "kill" }, "signal:SIGKILL"],
  [{ signal: true }, "signal"],
  [{ timeout: true }, "timeout"],
  [{ lost: true }, "lost"],
  [{ class: "TypeError", regex: /econn/i }, "class:TypeError & error:/econn/i"],
  [{ regex: "a b" }, "error:/a b/"],
  [{ regex: "/a b/i" }, "error:/a b/i"],
  [{ regex: { source: "a", flags: "s" } }, "error:/a/s"],
  [{ fingerprint: "AB12" }, "fingerprint:ab12"],
  [{ reason: "error" }, "error"],
  [{}, "any"],
  ["any", "any"],
];

for (const [input, text] of MATCHES) {
  Deno.test(`a match is read from ${Deno.inspect(input)}`, () => {
    assertEquals(formatRule({ match: toMatch(input), action: { do: "fail" } }), `${text} -> fail`);
  });
}

const REFUSED: readonly [string, JobOptions, string, string?][] = [
  ["unknown policy", { policy: "patint" }, 'There is no policy "patint"', 'Did you mean "patient"?'],
  ["backoff function", { backoff: (() => 1) as unknown as string }, "cannot be stored with a job", undefined],
  [
    "backoff with a cap below its base",
    { backoff: "exp:5m..2s" },
    "cap 2s is shorter than the first wait 5m",
  ],
  [
    "backoff object",
    { backoff: { kind: "fixed", baseMs: 5, capMs: 1, jitter: "none" } },
    "cap 1ms is shorter",
  ],
  ["jitter", { jitter: "some" as "full" }, 'Jitter "some" is unknown'],
  ["decorrelated", { backoff: "fixed:2s", jitter: "decorrelated" }, "it goes with exp, not with fixed"],
  ["budget", { budget: 0 }, "budget must be longer than nothing"],
  ["retry-on alone", { retryOn: "timeout" }, "one attempt only, so retry-on does nothing"],
  ["no-retry-on alone", { noRetryOn: "timeout" }, "one attempt only, so no-retry-on does nothing"],
  [
    "retry rule alone",
    { onError: ["exit:75 -> retry"] },
    "one attempt only, so the rule that says retry does nothing",
  ],
  [
    "both",
    { retries: 1, retryOn: "timeout,lost", noRetryOn: [{ lost: true }] },
    '"lost" is to be retried and not',
  ],
  ["empty list", { retries: 1, retryOn: [] }, "retry-on: At least one failure is needed, not []"],
  [
    "object",
    { retries: 1, retryOn: [{ exits: 1 } as MatchInput] },
    'A failure has no "exits" to match',
    'Did you mean "exit"?',
  ],
  ["member", { retries: 1, retryOn: [{ exit: 300 }] }, 'exit: Exit code "300" is not understood'],
  ["two reasons", { retries: 1, retryOn: [{ timeout: true, lost: true }] }, "it is either timeout or lost"],
  [
    "timeout: false",
    { retries: 1, retryOn: [{ timeout: false as unknown as true }] },
    "timeout: false is not true",
  ],
  ["rule text", { onError: ["exit:75 > retry"] }, 'Rule "exit:75 > retry" is not understood'],
  [
    "rules that are none",
    { onError: "any -> fail" as unknown as RuleInput[] },
    "Rules for failures are a list",
  ],
  ["rule without action", { onError: [{ match: "any" } as RuleInput] }, "needs match, and one of do and run"],
  ["rule with more", { onError: [{ match: "any", do: "fail", unless: 1 } as RuleInput] }, 'no "unless"'],
  ["unknown job", { onError: ["any -> run:alrt"] }, 'There is no job "alrt" to run', 'Did you mean "alert"?'],
  ["job that is none", { onError: [{ match: "any", run: 5 as unknown as JobInput }] }, "5 is no job to run"],
  [
    "job with options",
    { onError: [{ match: "any", run: command(["a"], { retries: 2 }) }] },
    'and no "retries"',
  ],
  ["action", { onError: [ruled({ do: "retyr" })] }, 'Action "retyr" is unknown', 'Did you mean "retry"?'],
  ["action without a word", { onError: [ruled({})] }, "{} is no action"],
  ["wait of an action", { onError: [ruled({ do: "snooze", delayMs: -5 })] }, "-5ms"],
  [
    "wait where there is none",
    { onError: [ruled({ do: "dead", delayMs: 5 })] },
    'Action "dead" takes nothing',
  ],
  ["job of an action", { onError: [ruled({ do: "run", job: { kind: "command" } })] }, "is no job to run"],
  [
    "too many rules",
    { onError: Array(101).fill("any -> fail") },
    "101 rules for failures are more than the 100 allowed",
  ],
  ["signal", { signal: "USR1" }, 'Signal "USR1" is not understood'],
  ["signal name", { signal: "USR3@5", timeout: "1m" }, 'There is no signal "USR3"', 'Did you mean "USR1"?'],
  ["signal without a timeout", { signal: "USR1@60" }, "comes before a timeout, and there is none"],
  ["signal too early", { signal: "USR1@60", timeout: "1m" }, "would come before the command starts"],
];

/** A rule as it is stored, with an action that somebody wrote by hand. */
function ruled(action: unknown): RuleInput {
  return { match: {}, action } as RuleInput;
}

Deno.test("a rule as it is stored is taken as it is", () => {
  const rules: RuleInput[] = [
    ruled({ do: "retry", delayMs: 1_500 }),
    ruled({ do: "ignore" }),
    ruled({ do: "run", job: { kind: "command", payload: { argv: ["a"] }, name: null } }),
  ];
  assertEquals(policy({ retries: 1, onError: rules }).rules, rules as unknown as Policy["rules"]);
});

Deno.test("a job that a rule runs cannot ask for a secret: it would not be there when the rule fires", () => {
  const run = http("https://example.org", { headers: { authorization: "Bearer ${{ secrets.TOKEN }}" } });
  assertThrows(() => policy({ onError: [{ match: "any", run }] }), DataError, "names a secret");
});

for (const [what, options, message, hint] of REFUSED) {
  Deno.test(`a job is refused: ${what}`, () => {
    const defaults = { policies: { patient: {} }, jobs: { alert: command(["a"]) } };
    const error = assertThrows(() => policy(options, defaults), UsageError, message);
    if (hint !== undefined) assertEquals(error.hint, hint);
  });
}

Deno.test("a signal goes to commands only", () => {
  assertEquals(policy({ signal: "usr1@60", timeout: "5m" }).signal, { name: "SIGUSR1", beforeMs: 60_000 });
  const error = (): unknown => policy({ signal: "USR1@60", timeout: "5m" }, {}, http("https://example.org"));
  assertThrows(error, UsageError, "goes to a command, and this job is of kind http");
});

Deno.test("defaults that no job could have are refused when the queue is opened, naming their place", async () => {
  const cases: [JobDefaults, string][] = [
    [{ policies: { p: { retries: -1 } } }, "policies.p: The retries must be a whole number"],
    [{ kinds: { command: { backoff: "soon" } } }, 'kinds.command: Backoff "soon" is not understood'],
    [{ queues: { q: { onError: ["any -> run:x"] } } }, 'queues.q: Rule "any -> run:x": There is no job "x"'],
    [{ onError: ["any"] }, 'Rule "any" is not understood'],
  ];
  for (const [defaults, message] of cases) {
    await assertRejects(() => JobQueue.open(":memory:", defaults), UsageError, message);
  }
});

Deno.test("what a rule's job was given for a function or module is data, never an expression", async () => {
  await using queue = await JobQueue.open(":memory:");
  const heard: unknown[] = [];
  const tell = task("tell", (p: { text: string }) => void heard.push(p.text));
  const fails = task("fails", () => Promise.reject(new Error("boom")));
  await queue.submit(fails(), {
    retries: 0,
    onError: [{ match: "any", run: tell({ text: "${{ failed.id }} $${{ x }}" }) }],
  });
  await new Worker(queue, { tasks: [fails, tell] }).drain();
  assertEquals(heard, ["${{ failed.id }} $${{ x }}"]);
});

/** Runs a task that always fails, and tells when its attempts started, from the first on. */
async function startsOf(backoff: TaskOptions["backoff"], error = new Error("boom")): Promise<number[]> {
  const clock = new FakeClock();
  await using queue = await JobQueue.open(":memory:", { clock });
  const starts: number[] = [];
  const fails = task("fails", () => {
    starts.push(clock.now());
    throw error;
  }, { retries: 3, backoff });
  await queue.submit(fails());
  let over = false;
  const end = new Worker(queue, { tasks: [fails] }).drain().finally(() => over = true);
  while (!over) {
    await settle();
    if (clock.nextWake !== null) await clock.advanceTo(clock.nextWake);
  }
  await end;
  return starts.map((at) => at - starts[0]!);
}

Deno.test("a task decides its waits by a function, and when to give up", async () => {
  const seen: unknown[] = [];
  const starts = await startsOf(({ failures, attempt, error }) => {
    seen.push([failures, attempt, (error as Error).message]);
    return failures < 3 ? `${failures * 10}s` : null;
  });
  assertEquals(starts, [0, 10_000, 30_000]);
  assertEquals(seen, [[1, 1, "boom"], [2, 2, "boom"], [3, 3, "boom"]]);
});

Deno.test("a backoff that throws leaves the stored one, and a permanent failure stays one", async () => {
  const broken = await startsOf(() => {
    throw new Error("no idea");
  });
  assertEquals(broken.length, 4);
  assertEquals(await startsOf(() => 5, new PermanentError("never")), [0]);
});
