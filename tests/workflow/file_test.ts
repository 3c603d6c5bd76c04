import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { NotFoundError, UsageError } from "../../src/core/errors.ts";
import type { NewJob } from "../../src/core/job.ts";
import { DEFAULT_BACKOFF } from "../../src/core/retry.ts";
import { WorkflowFileError } from "../../src/library/workflow/file_error.ts";
import { loadWorkflow, readWorkflow } from "../../src/library/workflow/load.ts";

const NOW = Date.UTC(2026, 0, 1);

/** A folder with files, for one test. */
async function folder(files: Record<string, string>): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${path}/${name}`, text);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** The jobs of one file. */
async function load(text: string, params = {}, name = "flow.yaml"): Promise<readonly NewJob[]> {
  await using files = await folder({ [name]: text, "m.ts": "" });
  return (await loadWorkflow(`${files.path}/${name}`, params, { nowMs: NOW })).jobs;
}

/** What is said about one file, without its folder. */
async function refuse(text: string, name = "flow.yaml"): Promise<readonly string[]> {
  await using files = await folder({ [name]: text });
  const error = await assertRejects(() => loadWorkflow(`${files.path}/${name}`), WorkflowFileError);
  assertEquals(error.exitCode, 65);
  const hint = error.hint === undefined ? "" : ` | ${error.hint}`;
  return `${error.message}${hint}`.replaceAll(`${files.path}/`, "").split("\n");
}

Deno.test("workflow file: the example of the design becomes jobs", async () => {
  const jobs = await load(
    `
name: nightly
params: { date: { type: string } }
steps:
  fetch: { run: [curl, -fsSo, day.json, "https://example.org/\${{ params.date }}.json"], retry: 3 }
  parse: { module: ./m.ts#parse, with: { file: day.json }, after: [fetch], timeout: 5m }
  alert: { run: [./alert, "\${{ steps.parse.error.message }}"], after: [{ step: parse, on: failure }] }
`,
    { date: "2015-01-01" },
  );
  const [fetch, parse, alert] = jobs;
  assertEquals(fetch!.payload, {
    argv: ["curl", "-fsSo", "day.json", "https://example.org/2015-01-01.json"],
  });
  assertEquals([fetch!.policy.maxAttempts, parse!.policy.maxAttempts, alert!.policy.maxAttempts], [4, 3, 1]);
  assertEquals(parse!.policy.timeoutMs, 300_000);
  assertEquals([parse!.payload.export, parse!.payload.params], ["parse", { file: "day.json" }]);
  assertMatch(String(parse!.payload.url), /^file:\/\/\/.*\/m\.ts$/);
  assertEquals(alert!.after, [{ index: 1, on: "failure" }]);
});

Deno.test("workflow file: every key of a step arrives", async () => {
  const [job] = await load(`
steps:
  one:
    run: [echo, 1.10, true, ok]
    env: { N: 007, T: yes }
    cwd: data
    stdin: { file: in.txt }
    name: label
    queue: slow
    priority: 7
    tags: [a, b]
    max-attempts: 5
    backoff: linear:5s
    jitter: full
    timeout: 90
    grace: 1s
    delay: 10m
    expires: 1h
`);
  const { payload, policy, ...rest } = job!;
  const { cwd, stdin, ...other } = payload as { cwd: string; stdin: { file: string } };
  assertEquals(other, { argv: ["echo", "1.10", "true", "ok"], env: { N: "007", T: "yes" } } as never);
  assertMatch(cwd, /^\/.*\/data$/);
  assertMatch(stdin.file, /^\/.*\/in\.txt$/);
  assertEquals(policy, {
    maxAttempts: 5,
    backoff: { kind: "linear", baseMs: 5_000, capMs: 300_000, jitter: "full" },
    timeoutMs: 90_000,
    graceMs: 1_000,
  });
  assertEquals(rest, {
    kind: "command",
    name: "label",
    queue: "slow",
    priority: 7,
    tags: ["a", "b"],
    runAt: NOW + 600_000,
    expiresAt: NOW + 3_600_000,
    unique: null,
    after: [],
    step: "one",
  });
});

Deno.test("workflow file: requests, scripts and text on stdin", async () => {
  const jobs = await load(
    `{
    "$schema": "../schema/workflow.schema.json",
    "steps": {
      "ping": { "http": "https://example.org/" },
      "post": { "http": { "url": "https://example.org/\${{ params.id }}", "method": "POST", "headers": { "x-n": 5 },
                "body": { "id": "\${{ params.id }}" }, "accept": [200, "3xx"] } },
      "script": { "shell": "cat | wc -l", "stdin": "a\\nb\\n", "after": "ping" }
    },
    "params": { "id": { "type": "integer", "default": 4 } }
  }`,
    {},
    "flow.json",
  );
  assertEquals(jobs.map((job) => [job.kind, job.payload]), [
    ["http", { url: "https://example.org/" }],
    ["http", {
      url: "https://example.org/4",
      method: "POST",
      headers: { "x-n": "5" },
      body: { id: 4 },
      accept: [200, "3xx"],
    }],
    ["command", { argv: ["cat | wc -l"], shell: true, stdin: { text: "a\nb\n" } }],
  ]);
  assertEquals(jobs[0]!.policy, {
    maxAttempts: 1,
    backoff: DEFAULT_BACKOFF,
    timeoutMs: null,
    graceMs: 5_000,
  });
});

Deno.test("workflow file: a file without a name is named after itself", async () => {
  await using files = await folder({ "my flow.yml": "steps: { a: { run: [x] } }" });
  assertEquals((await loadWorkflow(`${files.path}/my flow.yml`)).name, "my flow");
});

Deno.test("workflow file: each mistake is told with line and column, all at once", async () => {
  assertEquals(
    await refuse(`name: bad
stepz: 1
params: { date: { type: strin }, n: { type: integer, default: x } }
steps:
  fetch: { run: [curl, a], retry: -3, timout: 5m }
  parse: { run: [parse], with: {}, timeout: 5 minutes }
  alert: { run: [./alert], after: [{ step: parse, on: failre }] }
  none: { after: fetch }
  both: { run: [x], http: http://x/ }
  text: echo
  args: { run: echo }
  item: { run: [echo, { a: 1 }] }
`),
    [
      'flow.yaml:2:1: Workflow: key "stepz" is unknown (Did you mean "steps"?)',
      'flow.yaml:3:25: Parameter "date": type: "strin" is not one of string, integer, number, boolean',
      'flow.yaml:5:35: Step "fetch": retry: The retries must be a whole number from 0 to 999999, not -3',
      'flow.yaml:5:39: Step "fetch": key "timout" is unknown (Did you mean "timeout"?)',
      'flow.yaml:6:26: Step "parse": with goes with module, not with run',
      'flow.yaml:6:45: Step "parse": timeout: Duration "5 minutes" is not understood (Write it like 500ms, 10s, 5m, 2h30m or 1d)',
      'flow.yaml:7:55: Step "alert": after: on: "failre" is not one of success, failure, finished',
      'flow.yaml:8:3: Step "none" has nothing to run (Give it run, shell, module or http)',
      'flow.yaml:9:21: Step "both" has both run and http (Make two steps of it)',
      'flow.yaml:10:9: Step "text": "echo" is not a mapping',
      'flow.yaml:11:16: Step "args": "echo" is not a list',
      'flow.yaml:12:23: Step "item": run: {"a":1} is not text',
    ],
  );
});

Deno.test("workflow file: mistakes in the graph are told where they stand", async () => {
  assertEquals(
    await refuse(`steps:
  first: { run: [x], after: secnd }
  second: { run: [x, "\${{ steps.zz.result }}"], after: [first] }
  third:
    shell: echo \${{ steps.second.result }}
    after: second
  fourth: { module: ./gone.ts, with: { deep: ["\${{ params.x }}"] } }
`),
    [
      'flow.yaml:2:29: Step "first" waits for "secnd", which is not a step (Did you mean "second"?)',
      'flow.yaml:3:22: Step "second": expression "${{ steps.zz.result }}" names a step that does not exist',
      'flow.yaml:5:12: Step "third": expression "${{ steps.second.result }}" stands in a shell script, where its value ' +
      'could run as code (Pass it through env (env: { VALUE: "${{ … }}" }) and write "$VALUE" in the script)',
      'flow.yaml:7:47: Step "fourth": expression "${{ params.x }}" names a parameter that is not declared ' +
      "(Declare it: params: { x: { type: string } })",
    ],
  );
  assertEquals(await refuse("steps:\n  a: { run: [x], after: b }\n  b: { run: [x], after: a }\n"), [
    "flow.yaml:2:25: Steps wait for each other in a circle: a → b → a | Take one of them out of another's after",
  ]);
  assertMatch(
    (await refuse("steps:\n  m: { module: ./gone.ts }\n"))[0]!,
    /^flow\.yaml:2:16: Step "m": there is no module .*gone\.ts \| Its path is relative to the workflow file$/,
  );
});

Deno.test("workflow file: syntax errors and doubled keys are told where they stand", async () => {
  assertEquals(await refuse("steps:\n  a: { run: [x] }\n  a: { run: [y] }\n"), [
    'flow.yaml:3:3: Key "a" stands here twice',
  ]);
  assertMatch(
    (await refuse("steps: [")).join(),
    /^flow\.yaml:1:9: Flow sequence in block collection must be/,
  );
  assertMatch((await refuse('{\n  "steps": {,}\n}', "flow.json")).join(), /^flow\.json:2:13: /);
  assertEquals(await refuse(""), ["flow.yaml:1:1: Workflow: null is not a mapping"]);
  assertEquals(await refuse("name: x"), [
    "flow.yaml:1:1: Workflow has no steps | Add steps: { NAME: { run: [program] } }",
  ]);
  assertEquals(await refuse("steps: {}"), ["flow.yaml:1:8: A workflow needs at least one step"]);
});

Deno.test("workflow file: JSON indented with tabs is read", async () => {
  const jobs = await load(
    '{\n\t"steps": {\n\t\t"a": {\n\t\t\t"run": ["x"]\n\t\t}\n\t}\n}\n',
    {},
    "flow.json",
  );
  assertEquals(jobs[0]!.payload, { argv: ["x"] });
});

Deno.test("workflow file: aliases that multiply are refused, not unfolded", async () => {
  const lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"];
  for (let at = 1; at < 9; at++) {
    lines.push(`${"abcdefghij"[at]}: &${"abcdefghij"[at]} [${Array(10).fill(`*${"abcdefghij"[at - 1]}`)}]`);
  }
  assertMatch((await refuse(lines.join("\n"))).join(), /^flow\.yaml:\d+:\d+: /);
});

Deno.test("workflow file: same file and parameters, same key; otherwise another", async () => {
  const text = (name: string): string =>
    `params: { p: {} }\nsteps: { a: { run: [${name}, "\${{ params.p }}"], delay: 1h } }`;
  await using files = await folder({ "a.yaml": text("x"), "b.yaml": text("y") });
  const key = async (file: string, p: string, nowMs: number): Promise<string | null> =>
    (await loadWorkflow(`${files.path}/${file}`, { p }, { nowMs })).key;
  const first = await key("a.yaml", "1", NOW);
  assertMatch(first!, /^[0-9a-f]{32}$/);
  assertEquals(await key("a.yaml", "1", NOW + 5), first);
  const others = [await key("a.yaml", "2", NOW), await key("b.yaml", "1", NOW)];
  assertEquals(new Set([first, ...others]).size, 3);
});

Deno.test("workflow file: missing, unreadable and unknown files are told", async () => {
  await using files = await folder({ "flow.txt": "" });
  await assertRejects(
    () => loadWorkflow(`${files.path}/no.yaml`),
    NotFoundError,
    "There is no workflow file",
  );
  await assertRejects(() => loadWorkflow(`${files.path}/no.ts`), NotFoundError, "There is no workflow file");
  await assertRejects(() => loadWorkflow(`${files.path}/flow.txt`), UsageError, "is of no known kind");
});

const MOD = new URL("../../mod.ts", import.meta.url).href;

Deno.test("workflow file: a script exports a workflow, or a function that makes one", async () => {
  await using files = await folder({
    "value.ts": `import { command, workflow } from "${MOD}";
      const wf = workflow("value", { params: { n: { type: "integer", default: 2 } } });
      wf.add(command(["echo", "\${{ params.n }}"]));
      export default wf;`,
    "make.ts": `import { command, workflow } from "${MOD}";
      export default async (params: Record<string, string>) => {
        const wf = workflow("made");
        for (const name of params.names!.split(",")) wf.add(command(["echo", name]), { name });
        return wf;
      };`,
    "none.ts": "export const x = 1;",
    "throws.ts": "throw new Error('not today');",
    "refuses.ts": `import { UsageError } from "${MOD}";
      export default () => { throw new UsageError("Say which day", { hint: "-p day=…" }); };`,
    "nothing.ts": "export default () => 5;",
  });
  const file = (name: string): string => `${files.path}/${name}.ts`;
  const value = await loadWorkflow(file("value"), { n: "7" });
  assertEquals([value.name, value.params, value.jobs[0]!.payload.argv], ["value", { n: 7 }, ["echo", "7"]]);
  const made = await loadWorkflow(file("make"), { names: "a,b" });
  assertEquals([made.params, made.jobs.map((job) => job.step)], [{ names: "a,b" }, ["a", "b"]]);
  assertEquals((await readWorkflow(file("make"), { names: "c" })).spec.steps.map((step) => step.name), ["c"]);
  const why = async (name: string): Promise<string> => {
    const error = await assertRejects(() => loadWorkflow(file(name)));
    return (error as Error).message.replace(file(name), name);
  };
  assertEquals(await why("none"), "none exports no workflow");
  assertEquals(await why("throws"), "throws cannot be imported: not today");
  assertEquals(await why("refuses"), "Say which day");
  assertEquals(await why("nothing"), "The default export of nothing returned no workflow");
});

Deno.test("workflow file: the examples of the documentation are valid", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/workflows.md", import.meta.url));
  const blocks = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block]) => block!);
  assertEquals(blocks.length, 1);
  for (const block of blocks) assertEquals((await load(block, { date: "2026-01-31" })).length, 5);
});
