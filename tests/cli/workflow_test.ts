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
  assertEquals(retry.out.split("\n").filter((line) => line.endsWith(" requeued")).length, 3);
  await place.ok(["worker", "--drain"]);
  assertEquals(JSON.parse((await place.gigq(["workflow", "status", "1", "--json"])).out).status, "completed");
  const again = await place.gigq(["workflow", "retry", "1"]);
  assertEquals(again.code, 0);
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
