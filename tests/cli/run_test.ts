import { assertEquals, assertStringIncludes } from "@std/assert";
import { finish, Gate, Place } from "./harness.ts";

/** Three steps; `middle` fails with 7 until there is a file `ok`. Each start is noted in `ledger`. */
async function flow(place: Place): Promise<string> {
  const note = (name: string): string => `echo ${name} >> ${place.path("ledger")}`;
  return await place.write(
    "flow.yaml",
    `
name: flow
params: { word: { type: string } }
steps:
  first: { shell: '${note("first")}; echo "{\\"w\\": \\"$WORD\\"}"', env: { WORD: "\${{ params.word }}" } }
  middle: { shell: '${note("middle")}; [ -e ${place.path("ok")} ] || exit 7', after: [first] }
  last: { run: [echo, "got \${{ steps.first.result.w }}"], after: [first, middle] }
`,
  );
}

Deno.test("works a workflow to its end and prints its final steps", async () => {
  await using place = await Place.make();
  const file = await flow(place);
  await place.write("ok", "");
  const { code, out, err } = await place.gigq(["run", file, "-p", "word=12"]);
  assertEquals([code, out], [0, "last: got 12\n"]);
  assertStringIncludes(err, "first completed in ");
  assertStringIncludes(err, "3 of 3 steps");
  const json = await place.gigq(["run", "--json", "--quiet", file, "-p", "word=x"]);
  assertEquals([json.out, json.err], ['{"last":"got x"}\n', ""]);
});

Deno.test("a job that a rule starts is told once, by what it runs", async () => {
  await using place = await Place.make();
  const file = await place.write(
    "rule.yaml",
    `
name: rule
steps:
  load: { run: [sh, -c, "exit 3"], on-error: [{ match: { exit: 3 }, run: [echo, "told of \${{ failed.exitCode }}"] }] }
`,
  );
  const { code, err } = await place.gigq(["run", file]);
  assertEquals(code, 3);
  const told = err.split("\n").filter((line) => line.includes("completed"));
  assertEquals(told.map((line) => line.replace(/ in .*/, "")), ["echo 'told of 3' completed"]);
  assertStringIncludes(err, "2 of 2 steps, 1 failed");
});

Deno.test("a failed run passes the exit code through and is continued by the same command", async () => {
  await using place = await Place.make();
  const file = await flow(place);
  const first = await place.gigq(["run", file, "-p", "word=a"]);
  assertEquals([first.code, first.out], [7, ""]);
  assertStringIncludes(first.err, "middle failed with exit code 7");
  assertStringIncludes(first.err, "last skipped");

  await place.write("ok", "");
  const other = await place.gigq(["run", file, "-p", "word=b"]);
  assertEquals([other.code, other.err.includes("Continuing")], [0, false]);

  const second = await place.gigq(["run", file, "-p", "word=a"]);
  assertEquals([second.code, second.out], [0, "last: got a\n"]);
  assertStringIncludes(
    second.err,
    `\
Continuing run 1 of flow: 1 of 3 steps are done; --fresh starts anew
  middle  again: failed (exit 7)
  last    again: comes after middle
`,
  );
  assertEquals(await place.lines("ledger"), ["first", "middle", "first", "middle", "middle"]);

  const third = await place.gigq(["run", file, "-p", "word=a"]);
  assertEquals(third.err.includes("Continuing"), false);
});

Deno.test("a changed definition starts a new run, and tells why", async () => {
  await using place = await Place.make();
  const file = await flow(place);
  await place.gigq(["run", file, "-p", "word=a"]);
  await place.write("ok", "");
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, text.replace("got $", "had $") + "  more: { run: [true] }\n");
  // Other parameters never had a run.
  const other = await place.gigq(["run", file, "-p", "word=b"]);
  assertEquals([other.code, other.err.includes("changed")], [0, false]);
  const { code, out, err } = await place.gigq(["run", file, "-p", "word=a"]);
  assertEquals([code, out], [0, "last: had a\nmore: \n"]);
  assertStringIncludes(
    err,
    "flow.yaml has changed since run 1 (last changed (what it runs), more is new): starting run 3; gigq workflow " +
      "retry 1 goes on with the old one\n",
  );
  // The latest run of it has completed by now: there is nothing to tell.
  assertEquals((await place.gigq(["run", file, "-p", "word=a"])).err.includes("changed"), false);
});

Deno.test("--max-fails halts a run, and the same command goes on", async () => {
  await using place = await Place.make();
  const file = await place.write(
    "many.yaml",
    `max-fails: 1\nsteps: { a: { shell: 'test -e ${
      place.path("ok")
    }' }, b: { run: [true] }, c: { run: [true] } }`,
  );
  const first = await place.gigq(["run", "-j", "1", file]);
  assertEquals(first.code, 1);
  assertStringIncludes(
    first.err,
    "Run 1 was halted: 1 failed (max-fails 1), 2 were cancelled; the same command goes on from there\n",
  );
  await place.write("ok", "");
  const second = await place.gigq(["run", file, "--max-fails", "2"]);
  assertEquals([second.code, second.err.includes("halted")], [0, false]);
  assertStringIncludes(
    second.err,
    "It keeps max-fails 1 that it was submitted with; --fresh starts anew with max-fails 2\n",
  );
  const bad = await place.gigq(["run", file, "--max-fails", "1.5"]);
  assertEquals([bad.code, bad.err], [
    2,
    "gigq: --max-fails: 1.5 is no whole number of failures; write it like 10, or 10% of all jobs\n",
  ]);
});

Deno.test("--fresh starts anew after a failure", async () => {
  await using place = await Place.make();
  const file = await flow(place);
  await place.gigq(["run", file, "-p", "word=a"]);
  const { err } = await place.gigq(["run", "--fresh", file, "-p", "word=a"]);
  assertEquals(err.includes("Continuing"), false);
  assertEquals((await place.lines("ledger")).filter((line) => line === "first").length, 2);
});

Deno.test("runs only its own jobs", async () => {
  await using place = await Place.make();
  await place.ok(["submit", "--", "true"]);
  await place.write("ok", "");
  await place.ok(["run", await flow(place), "-p", "word=a"]);
  assertEquals((await place.json(["status", "1"]))[0].status, "ready");
});

Deno.test({
  name: "killed in the middle, the same command goes on",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using place = await Place.make();
    const gate = await Gate.make(place.path("gate"));
    const ledger = place.path("ledger");
    const file = await place.write(
      "f.yaml",
      `
name: f
steps:
  a: { shell: 'echo a >> ${ledger}' }
  b: { shell: 'echo b >> ${ledger}; cat ${gate.path}; echo end', after: [a] }
`,
    );
    const child = place.spawn(["run", file]);
    const waiting = await gate.reached(child);
    child.kill("SIGKILL");
    await child.status;
    await Promise.allSettled([child.stdin.close(), child.stdout.cancel(), child.stderr.cancel()]);
    waiting.close();
    await gate.remove();
    const { code, out, err } = await finish(place.spawn(["run", file]));
    assertEquals([code, out], [0, "b: end\n"]);
    assertStringIncludes(err, "Continuing run 1");
    assertEquals(await place.lines("ledger"), ["a", "b", "b"]);
  },
});

Deno.test("bad files and parameters are refused, and nothing is written", async () => {
  await using place = await Place.make();
  const file = await flow(place);
  const refuse = async (expected: number, part: string, ...argv: string[]): Promise<void> => {
    const { code, out, err } = await place.gigq(["run", ...argv]);
    assertEquals([code, out, err.split("\n").length], [expected, "", 2], err);
    assertStringIncludes(err, part);
  };
  await refuse(2, 'Parameter "word" is missing', file);
  await refuse(2, 'Parameter "wort" is unknown', file, "-p", "word=a", "-p", "wort=b");
  await refuse(3, "no workflow file", place.path("none.yaml"));
  const cycle = await place.write(
    "c.yaml",
    "name: c\nsteps:\n  a: { run: [x], after: [b] }\n  b: { run: [x], after: [a] }\n",
  );
  await refuse(65, "a → b → a", cycle);
  const several = await place.write(
    "s.yaml",
    "name: s\nsteps:\n  a: { rum: [x] }\n  b: { run: [x], after: [z] }\n",
  );
  await refuse(65, "more)", several);
  await place.write("m.ts", "export const a = 1;\n");
  const module = await place.write("m.yaml", "name: m\nsteps:\n  a: { module: ./m.ts#nope }\n");
  await refuse(2, "nope", module);
  assertEquals([...Deno.readDirSync(place.dir)].some((entry) => entry.name.startsWith("gigq.db")), false);
});
