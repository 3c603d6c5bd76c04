/** Policies and rules in workflow files and in the builder. */

import { assertEquals, assertRejects } from "@std/assert";
import { formatRule } from "../../src/core/error_rules.ts";
import { decide } from "../../src/core/decide.ts";
import type { FollowUp } from "../../src/core/failure.ts";
import type { ClaimedJob, Outcome } from "../../src/core/ports.ts";
import { resolveWorkflow } from "../../src/core/workflow.ts";
import { JobQueue } from "../../src/library/queue.ts";
import { command } from "../../src/library/jobs.ts";
import type { JobDefaults } from "../../src/library/policy.ts";
import { Worker } from "../../src/library/worker.ts";
import { loadWorkflow } from "../../src/library/workflow/load.ts";
import { readWorkflowText } from "../../src/library/workflow/read_file.ts";
import { workflow } from "../../src/library/workflow/builder.ts";
import { WorkflowFileError } from "../../src/library/workflow/file_error.ts";
import { SubmittedWorkflow } from "../../src/library/workflow/run.ts";
import { settle } from "../../src/testing/mod.ts";

const FILE = new URL("file:///jobs/flow.yaml");

/** The problems of a file, as `line:column: message`. */
async function problems(text: string, defaults?: JobDefaults): Promise<string[]> {
  const reading = await readWorkflowText(text, FILE, 0, defaults);
  if (!("problems" in reading)) return [];
  return reading.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

Deno.test("a step's rules are read as text and as objects, in their order", async () => {
  const text = `
params: { who: { default: ada } }
steps:
  fetch:
    run: [curl]
    retry: 2
    on-error:
      - exit:75 -> snooze:5m
      - { match: { exit: 70-79 }, do: "retry:30s" }
      - match: any
        name: tell
        run: [./alert, "\${{ params.who }}", "\${{ failed.error.message }}"]
`;
  const reading = await readWorkflowText(text, FILE, 0);
  if ("problems" in reading) throw new WorkflowFileError("flow.yaml", reading.problems);
  const { policy } = resolveWorkflow(reading.spec, { who: "$\{{ grace }}" }).jobs[0]!;
  assertEquals(policy.rules!.map(formatRule), [
    "exit:75 -> snooze:5m",
    "exit:70-79 -> retry:30s",
    "any -> run:tell",
  ]);
  const { job } = policy.rules![2]!.action as { job: FollowUp };
  assertEquals(job.payload, {
    argv: ["./alert", "${{ grace }}", "${{ failed.error.message }}"],
    $templates: [{ at: ["argv", 2], as: "text" }],
  });
});

Deno.test("what a rule says wrong is told at its place", async () => {
  const rule = (text: string): string => `steps:\n  s:\n    run: [x]\n    on-error:\n      - ${text}\n`;
  const cases: [string, string][] = [
    ["exit:75 -> snoz", '5:9: Step "s": on-error: Rule "exit:75 -> snoz": Action "snoz" is unknown'],
    ["{ match: { exits: 1 }, do: fail }", '5:9: Step "s": on-error: A failure has no "exits" to match'],
    ["{ match: any, do: panic }", '5:9: Step "s": on-error: Action "panic" is unknown'],
    ["{ match: any, retry: 3 }", '5:23: Step "s": on-error: key "retry" is unknown'],
    [
      "{ match: { exit: 300 }, run: [y] }",
      '5:18: Step "s": on-error: exit: Exit code "300" is not understood',
    ],
    ["any -> run:alert", '5:9: Step "s": on-error: Rule "any -> run:alert": There is no job "alert" to run'],
    [
      "{ match: any, run: [y, '${{ failed.mesage }}'] }",
      '5:9: Step "s": rule 1: Expression "${{ failed.mesage }}" asks the failed job for "mesage"',
    ],
    [
      "{ match: any, run: [y, '${{ steps.s.result }}'] }",
      '5:32: Step "s": rule 1: expression "${{ steps.s.result }}" names a step, and a job that a rule runs sees only the job that failed',
    ],
    [
      "{ match: any, run: [y, '${{ params.p }}'] }",
      '5:32: Step "s": rule 1: expression "${{ params.p }}" names a parameter that is not declared',
    ],
    [
      "{ match: any, shell: 'echo ${{ failed.id }}' }",
      '5:30: Step "s": rule 1: expression "${{ failed.id }}" stands in a shell script, where its value could run as code',
    ],
  ];
  for (const [text, expected] of cases) assertEquals((await problems(rule(text)))[0], expected, text);
});

Deno.test("outside of rules there is no failed job to ask", async () => {
  const text = "steps:\n  s:\n    run: [x, '${{ failed.id }}']\n";
  assertEquals(await problems(text), [
    '3:14: Step "s": expression "${{ failed.id }}" asks about a failed job, and there is none here',
  ]);
});

Deno.test("options that contradict each other are told", async () => {
  const step = (options: string): string => `steps:\n  s:\n    run: [x]\n    ${options}\n`;
  const cases: [string, string][] = [
    ["retry-on: timeout", 'Step "s": There is one attempt only, so retry-on does nothing'],
    [
      "on-error: ['exit:1 -> retry']",
      'Step "s": There is one attempt only, so the rule that says retry does nothing',
    ],
    ["signal: USR1@60", 'Step "s": Signal "USR1@60" comes before a timeout, and there is none'],
    [
      "{ timeout: 30s, signal: USR1@60 }".slice(2, -2).replace(", ", "\n    "),
      'Step "s": Signal "USR1@60" would come before the command starts: its timeout is not longer than that',
    ],
    [
      "backoff: exp:5m..1m",
      'Step "s": backoff: Backoff "exp:5m..1m": the cap 1m is shorter than the first wait 5m',
    ],
    ["policy: quick", 'Step "s": There is no policy "quick"'],
  ];
  for (const [options, expected] of cases) {
    const [found] = await problems(step(options));
    assertEquals(found?.replace(/^\d+:\d+: /, ""), expected, options);
  }
});

Deno.test("policies and jobs of the settings reach the steps; what a step says wins", async () => {
  const defaults: JobDefaults = {
    policies: { patient: { retries: 5, backoff: "fixed:9s" } },
    kinds: { command: { timeout: "1m" } },
    queues: { slow: { grace: "30s" } },
    onError: ["lost -> retry:1s"],
    jobs: { alert: command(["./alert", "${{ failed.id }}"]) },
  };
  const text =
    "steps: { s: { run: [x], queue: slow, policy: patient, retry: 1, on-error: ['any -> run:alert'] } }";
  const reading = await readWorkflowText(text, FILE, 0, defaults);
  if ("problems" in reading) throw new WorkflowFileError("flow.yaml", reading.problems);
  const { policy } = resolveWorkflow(reading.spec).jobs[0]!;
  assertEquals([policy.maxAttempts, policy.backoff.baseMs, policy.timeoutMs, policy.graceMs], [
    2,
    9_000,
    60_000,
    30_000,
  ]);
  assertEquals(policy.rules!.map(formatRule), ["any -> run:alert", "lost -> retry:1s"]);
});

Deno.test("the builder takes the same options, and the queue's defaults", async () => {
  await using queue = await JobQueue.open(":memory:", { kinds: { command: { retries: 4 } } });
  const wf = workflow("built", { params: { who: { type: "string", default: "ada" } } });
  wf.add(command(["false"]), {
    onError: [{
      match: { exit: 1 },
      run: command(["echo", "${{ params.who }}", "${{ failed.exitCode }}"], { name: "tell" }),
    }],
  });
  const run = await wf.submit(queue);
  await new Worker(queue).drain();
  const [failed, tell] = await queue.list();
  assertEquals([failed!.status, failed!.maxAttempts, failed!.failures, tell!.result], [
    "failed",
    5,
    1,
    "ada 1",
  ]);
  assertEquals(await run.status(), "failed");
});

Deno.test("who waits for a workflow waits for what its rules started, too", async () => {
  await using queue = await JobQueue.open(":memory:");
  const wf = workflow("w");
  const onError = [{ match: "any", run: command(["./tell"]) }];
  wf.add(command(["./work"], { onError }), { name: "work" });
  const { id } = await queue.submitResolved(wf.resolve());
  const run = new SubmittedWorkflow(queue, id);
  let status: string | null = null;
  const end = run.wait().then((ended) => status = ended);

  const worker = { id: "w", host: "h", boot: null, pid: 1, pidStart: null };
  const finish = async (outcome: (job: ClaimedJob) => Outcome): Promise<void> => {
    const request = { worker, limit: 1, leaseMs: 30_000, routes: ["command"] };
    const [job] = (await queue.store.claim(request, queue.now())).jobs;
    const usage = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };
    await queue.store.finish([{ id: job!.id, attempt: 1, outcome: outcome(job!), usage }], queue.now());
    await settle();
  };
  await finish((job) => {
    const failure = { reason: "exit", exitCode: 1, signal: null, error: null } as const;
    const { policy, failures, firstStartedAt } = job;
    return decide(failure, { policy, failures, firstStartedAt, now: queue.now(), random: () => 0, job });
  });
  assertEquals([status, (await run.jobs()).map((job) => job.status)], [null, ["failed", "ready"]]);
  await finish(() => ({ type: "completed", result: null }));
  assertEquals(await end, "failed");
});

Deno.test("a file with rules runs: what failed is told to the job that the rule starts", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/flow.yaml`;
    await Deno.writeTextFile(
      path,
      [
        "steps:",
        "  a:",
        `    run: [sh, -c, "echo '$(id) row 17' >&2; exit 9"]`,
        "    on-error:",
        `      - { match: { exit: 9 }, shell: 'printf %s "$WHY"', env: { WHY: "\${{ failed.error.message }}" } }`,
      ].join("\n"),
    );
    await using queue = await JobQueue.open(":memory:");
    await queue.submitResolved(await loadWorkflow(path));
    await new Worker(queue).drain();
    const [, told] = await queue.list();
    assertEquals(told!.result, "$(id) row 17");
    await Deno.writeTextFile(path, "steps: { a: { run: [x], on-error: ['any -> nothing'] } }");
    await assertRejects(() => loadWorkflow(path), WorkflowFileError, "nothing");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
