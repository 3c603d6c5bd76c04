import { assertEquals, assertStringIncludes } from "@std/assert";
import { finish, Place } from "./harness.ts";

Deno.test("submit prints the id and stores exactly what was typed", async () => {
  await using place = await Place.make();
  const { code, out } = await place.gigq(
    [
      "submit",
      "-n",
      "hi",
      "-q",
      "mail",
      "--priority",
      "5",
      "--tag",
      "a",
      "--tag",
      "b",
      "--retry",
      "3",
      "--timeout",
      "5m",
    ]
      .concat(["--cwd", "/", "-e", "A=1", "--", "echo", "a b", "$HOME", "--json", "-x"]),
  );
  assertEquals([code, out], [0, "1\n"]);
  const [job] = await place.json(["status", "1"]);
  assertEquals(job.payload, { argv: ["echo", "a b", "$HOME", "--json", "-x"], cwd: "/", env: { A: "1" } });
  assertEquals([job.name, job.queue, job.priority, job.tags, job.maxAttempts], [
    "hi",
    "mail",
    5,
    ["a", "b"],
    4,
  ]);
});

Deno.test("submit --json tells whether the job is new", async () => {
  await using place = await Place.make();
  const submit = (): ReturnType<Place["gigq"]> =>
    place.gigq(["submit", "--json", "--unique", "k", "--", "true"]);
  assertEquals((await submit()).out, '{"id":1,"created":true}\n');
  const again = await submit();
  assertEquals([again.code, again.out], [0, '{"id":1,"created":false}\n']);
  assertStringIncludes(again.err, "Job 1 has this unique key already");
});

Deno.test("dependencies: a parent that does not exist is refused and nothing is stored", async () => {
  await using place = await Place.make();
  await place.ok(["submit", "--", "true"]);
  const child = await place.gigq(["submit", "--after", "1", "--", "true"]);
  assertEquals(child.out, "2\n");
  const [job] = await place.json(["status", "2"]);
  assertEquals(job.dependencies, [{ id: 1, on: "success" }]);
  const last = await place.gigq(["submit", "--after-any", "@last", "--", "true"]);
  assertEquals((await place.json(["status", last.out.trim()]))[0].dependencies, [{ id: 2, on: "finished" }]);
  const refused = await place.gigq(["submit", "--after", "1,99", "--", "true"]);
  assertEquals([refused.code, refused.out], [3, ""]);
  assertStringIncludes(refused.err, "99");
  assertEquals((await place.json(["stats"]))[0].total, 3);
});

Deno.test("stdin of a command is stored with it", async () => {
  await using place = await Place.make();
  await place.ok(["submit", "--stdin", "-", "--", "cat"], { stdin: "hello\n" });
  await place.ok(["worker", "--drain"]);
  assertEquals((await place.gigq(["result", "1"])).out.trim(), "hello");
});

Deno.test("a module gets its parameters", async () => {
  await using place = await Place.make();
  const file = await place.write(
    "m.ts",
    "export const add = (p: { a: number; b: number }): number => p.a + p.b;\n",
  );
  const { code } = await place.gigq(["submit", "-m", `${file}#add`, "--params", '{"a": 2}', "-p", "b=40"]);
  assertEquals(code, 0);
  await place.ok(["worker", "--drain"]);
  assertEquals((await place.gigq(["result", "1"])).out, "42\n");
});

Deno.test("bad input is one line with its exit code, and nothing is written", async () => {
  await using place = await Place.make();
  const good = await place.write("good.ts", "export const run = () => 1;\n");
  const bad = await place.write("bad.ts", "throw new Error('boom');\n");
  const refuse = async (expected: number, part: string, ...argv: string[]): Promise<void> => {
    const { code, out, err } = await place.gigq(["submit", ...argv], { stdin: "x" });
    assertEquals([code, out, err.split("\n").length], [expected, "", 2], err);
    assertStringIncludes(err, part);
  };
  await refuse(2, "nothing to submit");
  await refuse(2, "Give one of", "--shell", "x", "--", "y");
  await refuse(2, "--params belongs to a module job", "--params", "{}", "--", "x");
  await refuse(2, "--env belongs to a command job", "-m", `${good}#run`, "--env", "A=1");
  await refuse(2, "soon", "--timeout", "soon", "--", "x");
  await refuse(2, "Backoff", "--backoff", "x", "--", "x");
  await refuse(2, "is not a list of job ids", "--after", "x", "--", "x");
  await refuse(2, "Time", "--at", "teatime", "--", "x");
  await refuse(65, "not JSON", "-m", `${good}#run`, "--params", "{x}");
  await refuse(65, "bytes", "-m", `${good}#run`, "-p", `x=${"y".repeat(1_000_001)}`);
  await refuse(2, "missing.ts", "-m", `${place.path("missing.ts")}#run`);
  await refuse(2, "nope", "-m", `${good}#nope`);
  await refuse(65, "boom", "-m", `${bad}#run`);
  assertEquals([...Deno.readDirSync(place.dir)].map((entry) => entry.name).toSorted(), ["bad.ts", "good.ts"]);
});

Deno.test("from a shell: submit, work, result", async () => {
  await using place = await Place.make();
  assertEquals(await finish(place.spawn(["submit", "--", "pwd"])), { code: 0, out: "1\n", err: "" });
  const worked = await finish(place.spawn(["worker", "--drain"]));
  assertEquals([worked.code, worked.out], [0, ""]);
  assertStringIncludes(worked.err, "1 pwd completed in ");
  const { out } = await finish(place.spawn(["result", "1"]));
  assertEquals(out.trim(), await Deno.realPath(place.dir));
});
