import { assertEquals, assertStringIncludes } from "@std/assert";
import { Place } from "./harness.ts";

Deno.test("one job a line, ids in order, name and unique key filled in", async () => {
  await using place = await Place.make();
  const argv = [
    "batch",
    "-q",
    "crawl",
    "-n",
    "get {/}",
    "--unique",
    "u {}",
    "--",
    "curl",
    "{}",
    "-o",
    "{#}.html",
  ];
  const { code, out } = await place.gigq(argv, { stdin: "http://a/x\n\nhttp://b/y\n" });
  assertEquals([code, out], [0, "1\n2\n"]);
  const jobs = await place.json(["list"]);
  assertEquals(jobs.map((job) => [job.name, job.uniqueKey, job.queue]), [
    ["get x", "u http://a/x", "crawl"],
    ["get y", "u http://b/y", "crawl"],
  ]);
  assertEquals(jobs[1].payload.argv, ["curl", "http://b/y", "-o", "2.html"]);

  const again = await place.gigq(argv, { stdin: "http://b/y\nhttp://c/z\n" });
  assertEquals(again.out, "2\n3\n");
  assertStringIncludes(again.err, "1 of these");
});

Deno.test("columns of CSV and fields of JSON Lines fill the command", async () => {
  await using place = await Place.make();
  await place.ok(["batch", "--csv", "--", "greet", "--to={email}", "{name}"], {
    stdin: 'name,email\n"Ada, L",ada@example.org\n',
  });
  await place.ok(["batch", "--jsonl", "--", "row", "{id}", "{}"], { stdin: '{"id":7}\n' });
  const jobs = await place.json(["list"]);
  assertEquals(jobs.map((job) => job.payload.argv), [
    ["greet", "--to=ada@example.org", "Ada, L"],
    ["row", "7", '{"id":7}'],
  ]);
  const refused = await place.gigq(["batch", "--jsonl", "--", "row", "{idd}"], { stdin: '{"id":7}\n' });
  assertEquals(refused.code, 65);
  assertStringIncludes(refused.err, 'Input line 1 has no field "idd"');
});

Deno.test("a function of a module gets each record, and -p fills in text as text", async () => {
  await using place = await Place.make();
  const file = await place.write("m.ts", "export default (p: unknown): unknown => p;\n");
  await place.ok(["batch", "--jsonl", "-m", file, "-p", "w=320"], { stdin: '{"id":1}\n' });
  await place.ok(["batch", "-m", file, "-p", "path={}", "-p", "w=320"], { stdin: "12\n" });
  await place.ok(["batch", "-m", file], { stdin: "plain\n" });
  const jobs = await place.json(["list"]);
  assertEquals(jobs.map((job) => job.payload.params), [{ id: 1, w: 320 }, { path: "12", w: 320 }, "plain"]);
});

Deno.test("ten thousand lines become as many jobs", async () => {
  await using place = await Place.make();
  const stdin = Array.from({ length: 10_000 }, (_, index) => `${index}\n`).join("");
  const { out } = await place.gigq(["batch", "--json", "--", "echo"], { stdin });
  const lines = out.trim().split("\n");
  assertEquals([lines.length, lines.at(-1)], [10_000, '{"id":10000,"created":true}']);
});

Deno.test("bad input is refused before anything is written", async () => {
  await using place = await Place.make();
  const refuse = async (expected: number, part: string, argv: string[], stdin = "x\n"): Promise<void> => {
    const { code, out, err } = await place.gigq(["batch", ...argv], { stdin });
    assertEquals([code, out], [expected, ""], err);
    assertStringIncludes(err, part);
  };
  await refuse(2, "no command", []);
  await refuse(2, "Give one of", ["-m", "m.ts", "--", "x"]);
  await refuse(2, "-p belongs to --module", ["-p", "a=1", "--", "x"]);
  await refuse(2, "Backoff", ["--backoff", "x", "--", "x"]);
  await refuse(2, "could become code", ["--shell", "echo {}"]);
  assertEquals([...Deno.readDirSync(place.dir)].length, 0);
  await refuse(3, "99", ["--after", "99", "--", "x"]);
  await refuse(65, "line 2 is not JSON", ["--jsonl", "--", "x"], "{}\n{\n");
  assertEquals((await place.json(["stats"]))[0].total, 0);
});
