import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  command,
  http,
  type Job,
  type JobContext,
  JobQueue,
  module,
  type StepRef,
  task,
  UsageError,
  Worker,
  type Workflow,
  workflow,
} from "../../mod.ts";

const numbers = task("numbers", () => [1, 2, 3]);
const square = task(
  "square",
  (p: { at: number }, ctx) => (ctx.parents.list as number[])[p.at]! ** 2,
);
const sum = task(
  "sum",
  (_: undefined, ctx) => (Object.values(ctx.parents) as number[]).reduce((a, b) => a + b, 0),
);

function edges(wf: Workflow): unknown {
  return wf.spec(0).steps.map((step) => [step.name, step.after]);
}

Deno.test("builder: fan-out and fan-in run to their end", async () => {
  const wf = workflow("squares");
  const list = wf.add(numbers());
  const squares = [0, 1, 2].map((at) => wf.add(square({ at }), { after: { list } }));
  wf.add(sum(), { after: squares });
  await using queue = await JobQueue.open(":memory:");
  const run = await wf.submit(queue);
  assertEquals(await run.status(), "running");
  await new Worker(queue, { tasks: [numbers, square, sum], workflow: run.id }).drain();
  assertEquals(await run.wait(), "completed");
  assertEquals(await run.results(), { sum: 14 });
  const all = { numbers: [1, 2, 3], square: 1, "square-2": 4, "square-3": 9, sum: 14 };
  assertEquals(await run.allResults(), all);
});

Deno.test("builder: steps are named after what they run, and numbered when it repeats", () => {
  const wf = workflow("names");
  wf.add(numbers());
  wf.add(numbers(), { name: "numbers-2" });
  wf.add(numbers());
  wf.add(command(["/usr/bin/sort", "-u"]));
  wf.add(command("a | b", { shell: true }));
  wf.add(module("./parse.ts#lines"));
  wf.add(module("./parse.ts"));
  wf.add(http("https://example.org/x"));
  wf.add(command(["x"], { name: "label" }));
  assertEquals(wf.spec(0).steps.map((step) => step.name), [
    "numbers",
    "numbers-2",
    "numbers-3",
    "sort",
    "shell",
    "lines",
    "parse",
    "example.org",
    "label",
  ]);
});

Deno.test("builder: ten thousand steps of one name are quickly named", () => {
  const wf = workflow("many");
  for (let at = 0; at < 9_999; at++) wf.add(numbers());
  assertEquals(wf.add(numbers()).step, "numbers-10000");
});

Deno.test("builder: rules are said for one parent or for all", () => {
  const wf = workflow("rules");
  const a = wf.add(command(["a"]));
  const b = wf.add(command(["b"]));
  wf.add(command(["c"]), { after: [a, b.on("failure")] });
  wf.add(command(["d"]), { after: { a, b: b.on("success") }, on: "finished" });
  assertEquals(edges(wf), [
    ["a", []],
    ["b", []],
    ["c", [{ step: "a", on: "success" }, { step: "b", on: "failure" }]],
    ["d", [{ step: "a", on: "finished", as: "a" }, { step: "b", on: "success", as: "b" }]],
  ]);
});

Deno.test("builder: commands name parents by the child's own names", async () => {
  const wf = workflow("alias");
  const source = wf.add(command(["echo", '{"n": 5}']), { name: "source" });
  wf.add(command(["echo", "got ${{ steps.s.result.n }} of ${{ params.all }}"]), {
    name: "last",
    after: { s: source },
  });
  assertThrows(() => wf.resolve({ all: "9" }), Error, "names a parameter that is not declared");
  const declared = workflow("alias", { params: { all: { type: "integer" } } });
  const parent = declared.add(command(["echo", '{"n": 5}']), { name: "source" });
  declared.add(command(["echo", "got ${{ steps.s.result.n }} of ${{ params.all }}"]), {
    name: "last",
    after: { s: parent },
  });
  await using queue = await JobQueue.open(":memory:");
  const run = await declared.submit(queue, { all: "9" });
  await new Worker(queue).drain();
  assertEquals(await run.results(), { last: "got 5 of 9" });
});

Deno.test("builder: params of functions are never read as templates", async () => {
  const echo = task("echo", (p: { text: string }) => p.text);
  const wf = workflow("plain");
  wf.add(echo({ text: "${{ steps.nobody.result }}" }));
  await using queue = await JobQueue.open(":memory:");
  const run = await wf.submit(queue);
  await new Worker(queue, { tasks: [echo] }).drain();
  assertEquals(await run.results(), { echo: "${{ steps.nobody.result }}" });
});

Deno.test("builder: what cannot be is refused where it is said", () => {
  const wf = workflow("strict");
  const other = workflow("other").add(numbers());
  wf.add(numbers(), { name: "one" });
  assertThrows(() => wf.add(numbers(), { name: "one" }), UsageError, 'has a step "one" already');
  assertThrows(() => wf.add(numbers(), { after: [other] }), UsageError, "a step of another workflow");
  const fixed = command(["x"], { after: [1] });
  assertThrows(() => wf.add(fixed), UsageError, 'Step "x" has the job option "after"');
  const unique = command(["x"], { unique: "k" });
  assertThrows(() => wf.add(unique), UsageError, 'Step "x" has the job option "unique"');
  assertEquals(wf.spec(0).steps.map((step) => step.name), ["one"]);
});

Deno.test("builder: a workflow that is refused leaves nothing behind", async () => {
  const wf = workflow("bad", { params: { n: { type: "integer" } } });
  wf.add(command(["x"]));
  await using queue = await JobQueue.open(":memory:");
  await assertRejects(() => wf.submit(queue, { n: "x" }), UsageError, 'Parameter "n" is "x"');
  assertEquals([await queue.count(), (await queue.workflows()).length], [0, 0]);
});

Deno.test("builder: job options of task and step meet, the step's win", () => {
  const tagged = task("tagged", () => 1, { retries: 5, timeout: "1m", queue: "a" });
  const wf = workflow("options");
  wf.add(tagged(), { timeout: "2m", delay: "1h", tags: ["x"] });
  const [step] = wf.spec(1_000).steps;
  const { policy, queue, runAt, tags } = step!.job;
  assertEquals([policy.maxAttempts, policy.timeoutMs, queue, runAt, tags], [6, 120_000, "a", 3_601_000, [
    "x",
  ]]);
});

Deno.test("builder: a failed step fails the run, unless something took it up", async () => {
  const status = async (on: "finished" | "failure" | "success"): Promise<[string, string[]]> => {
    const wf = workflow("fail");
    const bad = wf.add(command(["false"]));
    wf.add(command(["true"]), { after: { bad }, on });
    await using queue = await JobQueue.open(":memory:");
    const run = await wf.submit(queue);
    await new Worker(queue).drain();
    const jobs: readonly Job[] = await run.jobs();
    return [await run.wait(), jobs.map((job) => job.status)];
  };
  assertEquals(await status("finished"), ["completed", ["failed", "completed"]]);
  assertEquals(await status("failure"), ["failed", ["failed", "completed"]]);
  assertEquals(await status("success"), ["failed", ["failed", "skipped"]]);
});

Deno.test("builder: types hold from parent to child", () => {
  const wf = workflow("types");
  const list: StepRef<number[]> = wf.add(numbers());
  const text = wf.add(task("text", () => "x")());
  // @ts-expect-error: the result of numbers is no string
  const wrong: StepRef<string> = wf.add(numbers());
  const call = task("sum", (_: undefined, ctx: JobContext<{ list: number[] }>) => ctx.parents.list.length);
  wf.add(call(), { after: { list } });
  wf.add(call(), { after: { list, text } });
  // @ts-expect-error: the task needs a parent named list
  wf.add(call());
  // @ts-expect-error: list must be numbers
  wf.add(call(), { after: { list: text } });
  // @ts-expect-error: a list of parents has no names
  wf.add(call(), { after: [list] });
  // @ts-expect-error: a step that may have failed may have no result
  wf.add(call(), { after: { list: list.on("finished") } });
  // @ts-expect-error: there is no such rule
  wf.add(numbers(), { after: [list], on: "never" });
  // @ts-expect-error: parents are steps, not names
  assertThrows(() => wf.add(numbers(), { after: ["numbers"] }), UsageError);
  assertEquals(wrong.step, "numbers-2");
});
