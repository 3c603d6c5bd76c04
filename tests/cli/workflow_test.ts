import { assertEquals, assertStringIncludes } from "@std/assert";
import { Place } from "./harness.ts";

const FLOW = `
name: flow
steps:
  a: { run: [echo, one] }
  b: { run: [sh, -c, "[ -e OK ] || exit 3"], after: [a] }
  c: { run: [echo, three], after: [b] }
  alert: { run: [echo, alert], after: [{ step: b, on: failure }] }
`;

async function flow(place: Place): Promise<string> {
  return await place.write("flow.yaml", FLOW.replace("OK", place.path("ok")));
}

Deno.test("submit, work, list, status, retry", async () => {
  await using place = await Place.make();
  const file = await flow(place);
  assertEquals((await place.gigq(["workflow", "submit", file])).out, "1\n");
  await place.ok(["worker", "--drain"]);

  const list = await place.gigq(["workflow", "list", "--json"]);
  const run = JSON.parse(list.out);
  assertEquals([run.id, run.name, run.status, run.counts], [
    1,
    "flow",
    "failed",
    { completed: 2, failed: 1, skipped: 1 },
  ]);
  assertStringIncludes((await place.gigq(["workflow", "list"])).out, "2 completed, 1 failed, 1 skipped");

  const status = JSON.parse((await place.gigq(["workflow", "status", "flow", "--json"])).out);
  const steps = status.steps.map((job: { step: string; status: string }) => [job.step, job.status]);
  assertEquals(Object.fromEntries(steps), { a: "completed", b: "failed", c: "skipped", alert: "completed" });
  const shown = (await place.gigq(["workflow", "status", "1"])).out;
  assertStringIncludes(shown, "Run 1 of flow: failed");
  assertStringIncludes(shown, "failed (exit)");

  await place.write("ok", "");
  const retry = await place.gigq(["workflow", "retry", "1"]);
  assertEquals(
    retry.out,
    `\
a      kept: completed
b      again: failed (exit 3)
c      again: comes after b
alert  again: comes after b
`,
  );
  await place.ok(["worker", "--drain"]);
  assertEquals(JSON.parse((await place.gigq(["workflow", "status", "1", "--json"])).out).status, "completed");
  const again = await place.gigq(["workflow", "retry", "1"]);
  assertEquals([again.code, again.err], [0, "Run 1 has no step to be run again\n"]);
});

Deno.test("cancel ends what has not begun", async () => {
  await using place = await Place.make();
  await place.ok(["workflow", "submit", await flow(place)]);
  const { code, out } = await place.gigq(["workflow", "cancel", "flow"]);
  assertEquals([code, out.split("\n").length], [0, 5]);
  assertEquals(JSON.parse((await place.gigq(["workflow", "status", "1", "--json"])).out).status, "cancelled");
  const again = await place.gigq(["workflow", "cancel", "flow"]);
  assertEquals([again.code, again.out, again.err], [0, "", "Run 1 has no step to be cancelled\n"]);
});

Deno.test("validate names file, line and column of everything that is wrong", async () => {
  await using place = await Place.make();
  assertEquals((await place.gigq(["workflow", "validate", await flow(place)])).code, 0);
  const bad = await place.write(
    "bad.yaml",
    "name: x\nsteps:\n  a: { run: [x], timeout: soon }\n  c: { rum: [x] }\n",
  );
  const text = await place.gigq(["workflow", "validate", bad]);
  assertEquals([text.code, text.out], [65, ""]);
  assertStringIncludes(text.err, `${bad}:3:`);
  assertStringIncludes(text.err, `${bad}:4:`);
  const json = await place.gigq(["workflow", "validate", bad, "--json"]);
  const { valid, problems } = JSON.parse(json.out);
  assertEquals([json.code, valid, problems[0].line, problems[0].file], [65, false, 3, bad]);
  assertEquals((await place.gigq(["workflow", "validate", place.path("none.yaml")])).code, 3);
  assertEquals([...Deno.readDirSync(place.dir)].some((entry) => entry.name.startsWith("gigq.db")), false);
});

Deno.test("graphs of a file and of a run, in every format", async () => {
  await using place = await Place.make();
  const file = await flow(place);
  const graph = async (name: string, format: string): Promise<string> =>
    (await place.gigq(["workflow", "graph", name, "-f", format])).out;
  assertStringIncludes(await graph(file, "text"), "alert (on failure)");
  assertStringIncludes(await graph(file, "mermaid"), "flowchart TD");
  assertStringIncludes(await graph(file, "dot"), '"a" -> "b"');
  assertEquals(JSON.parse(await graph(file, "json")).nodes.length, 4);
  await place.ok(["workflow", "submit", file]);
  await place.ok(["worker", "--drain"]);
  assertEquals(
    JSON.parse(await graph("flow", "json")).nodes.map((node: { status: string }) => node.status).toSorted(),
    [
      "completed",
      "completed",
      "failed",
      "skipped",
    ],
  );
});

Deno.test("a run that does not exist", async () => {
  await using place = await Place.make();
  await place.ok(["submit", "--", "true"]);
  for (const verb of ["status", "cancel", "retry", "graph"]) {
    const { code, err } = await place.gigq(["workflow", verb, "7"]);
    assertEquals(code, 3);
    assertStringIncludes(err, 'no workflow run "7"');
  }
});

Deno.test("retry --from: a step and what did not complete after it, or all that comes after it", async () => {
  await using place = await Place.make();
  const file = await flow(place);
  await place.write("ok", "");
  await place.ok(["run", file]);
  const from = await place.gigq(["workflow", "retry", "flow", "--from", "b"]);
  assertEquals(
    from.out,
    `\
a      kept: completed
b      again: asked for
c      kept: completed
alert  again: comes after b
`,
  );
  await place.ok(["worker", "--drain"]);
  const all = await place.gigq(["workflow", "retry", "1", "--from", "b", "--downstream", "--json"]);
  const steps = all.out.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(steps.map(({ step, result, again, why }) => [step, result, again, why]), [
    ["a", "kept", false, "completed"],
    ["b", "done", true, "asked for"],
    ["c", "done", true, "comes after b"],
    ["alert", "done", true, "comes after b"],
  ]);
  const waiting = await place.gigq(["workflow", "retry", "1"]);
  assertStringIncludes(waiting.out, "b      unfinished: ready\nc      unfinished: blocked\n");
});

Deno.test("retry --from: a step that does not exist, or cannot run", async () => {
  await using place = await Place.make();
  await place.ok(["workflow", "submit", await flow(place)]);
  await place.ok(["worker", "--drain"]);
  const refused = async (...argv: string[]): Promise<[number, string, string]> => {
    const { code, out, err } = await place.gigq(["workflow", "retry", "1", ...argv]);
    return [code, out, err];
  };
  assertEquals(await refused("--from", "alrt"), [
    3,
    "",
    'gigq: There is no step "alrt" in this run; did you mean "alert"?\n',
  ]);
  assertEquals(await refused("--from", "c"), [
    2,
    "",
    'gigq: Step "c" cannot run again: waits for the success of b, which failed; start further up, or retry the run ' +
    "without --from\n",
  ]);
  assertEquals(await refused("--downstream"), [
    2,
    "",
    "gigq: What is downstream needs a step to start from; name it with --from STEP\n",
  ]);
});

Deno.test("retry tells that the file has changed, and keeps the definition", async () => {
  await using place = await Place.make();
  const file = await flow(place);
  await place.ok(["workflow", "submit", file]);
  await place.ok(["worker", "--drain"]);
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, text.replace("echo, three", "echo, four").replace("  alert:", "  page:"));
  const changed = await place.gigq(["workflow", "retry", "1"]);
  assertEquals(
    changed.err,
    "flow.yaml has changed since run 1 (c changed (what it runs), page is new, alert is gone): this run keeps the " +
      `definition it was submitted with; gigq run ${file} starts a new one\n`,
  );
  await place.write("ok", "");
  await place.ok(["worker", "--drain"]);
  assertEquals((await place.json(["result", "3"]))[0], "three");

  await Deno.writeTextFile(file, "steps: {");
  const broken = await place.gigq(["workflow", "retry", "1", "--from", "c"]);
  assertEquals(broken.code, 0);
  assertStringIncludes(broken.err, "flow.yaml cannot be compared with run 1: ");
  await Deno.remove(file);
  await place.ok(["worker", "--drain"]);
  assertEquals((await place.gigq(["workflow", "retry", "1", "--from", "c"])).err, "");
});

Deno.test("max-fails: submit, and how list and status tell that a run was halted", async () => {
  await using place = await Place.make();
  const file = await place.write(
    "many.yaml",
    "max-fails: 1\nsteps: { a: { run: [false] }, b: { run: [true] }, c: { run: [true] } }",
  );
  await place.ok(["workflow", "submit", file]);
  await place.ok(["worker", "--drain", "-j", "1"]);
  const status = await place.gigq(["workflow", "status", "1"]);
  assertStringIncludes(
    status.out,
    "Run 1 of many: failed\nHalted now: 1 failed (max-fails 1), 2 were cancelled\n",
  );
  assertStringIncludes((await place.gigq(["workflow", "list"])).out, "  1  failed (halted)  many  ");
  const shape = JSON.parse((await place.gigq(["workflow", "list", "--json"])).out);
  assertEquals([shape.type, shape.maxFails, typeof shape.haltedAt, new URL(shape.source).pathname], [
    "workflow",
    "1",
    "string",
    file,
  ]);
  await place.ok(["workflow", "submit", file, "--max-fails", "50%"]);
  assertEquals(JSON.parse((await place.gigq(["workflow", "status", "2", "--json"])).out).maxFails, "50%");
});

Deno.test("list shows batches only when asked, and a workflow of the same name comes first", async () => {
  await using place = await Place.make();
  await place.ok(["workflow", "submit", await flow(place)]);
  await place.ok(["batch", "--max-fails", "2", "--", "flow"], { stdin: "1\n2\n" });
  const ids = async (...argv: string[]): Promise<number[]> =>
    (await place.ok(["workflow", "list", "--json", ...argv])).out.trim().split("\n").map((line) =>
      JSON.parse(line).id
    );
  assertEquals([await ids(), await ids("--all"), await ids("--name", "flow", "--all")], [[1], [2, 1], [
    2,
    1,
  ]]);
  assertStringIncludes(
    (await place.gigq(["workflow", "list", "--all"])).out,
    "  2  running  batch     flow  ",
  );
  assertStringIncludes((await place.gigq(["workflow", "status", "flow"])).out, "Run 1 of flow");
});
