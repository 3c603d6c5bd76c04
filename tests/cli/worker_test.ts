import { assertEquals, assertStringIncludes } from "@std/assert";
import { Gate, Listener, Place } from "./harness.ts";

Deno.test("a line a job on stderr, nothing on stdout", async () => {
  await using place = await Place.make();
  await place.ok(["submit", "-n", "good", "--", "true"]);
  await place.ok(["submit", "-n", "bad", "--", "sh", "-c", "exit 3"]);
  const { code, out, err } = await place.gigq(["worker", "--drain", "-j", "1"]);
  assertEquals([code, out], [0, ""]);
  assertEquals(
    err.replace(/(in|after) \S+/g, "$1 TIME"),
    "1 good completed in TIME\n2 bad failed with exit code 3 after TIME\n",
  );
});

Deno.test("events as JSON Lines", async () => {
  await using place = await Place.make();
  await place.ok(["submit", "--retry", "1", "--backoff", "fixed:1ms", "--", "false"]);
  const { out, err } = await place.gigq(["worker", "--drain", "--json"]);
  const events = out.trim().split("\n").map((line) => JSON.parse(line)).filter((event) =>
    event.event === "finished"
  );
  assertEquals(events.map(({ id, attempt, outcome, retryAt }) => [id, attempt, outcome, retryAt === null]), [
    [1, 1, "exit", false],
    [1, 2, "exit", true],
  ]);
  assertEquals(err, "");
});

Deno.test("--max-jobs, --queue and --quiet are honoured; a missing queue is made", async () => {
  await using place = await Place.make();
  assertEquals((await place.gigq(["worker", "--drain"])).code, 0);
  for (const queue of ["a", "b", "a"]) await place.ok(["submit", "-q", queue, "--", "true"]);
  const first = await place.gigq(["worker", "--quiet", "--max-jobs", "1"]);
  assertEquals([first.code, first.err], [0, ""]);
  await place.ok(["worker", "--drain", "-q", "a"]);
  const [stats] = await place.json(["stats"]);
  assertEquals([stats.queues.a.statuses.completed, stats.queues.b.statuses.ready], [2, 1]);
});

Deno.test("bad options are refused", async () => {
  await using place = await Place.make();
  const code = async (...argv: string[]): Promise<number> => (await place.gigq(["worker", ...argv])).code;
  assertEquals(await code("-j", "-2"), 2);
  assertEquals(await code("--max-time", "0"), 2);
  assertEquals(await code("--lease", "1s", "--heartbeat", "1s"), 2);
  assertEquals(
    (await place.gigq(["worker"], { variables: { GIGQ_DB: place.db, GIGQ_LEASE: "x" } })).code,
    78,
  );
  assertEquals([...Deno.readDirSync(place.dir)].length, 0);
});

Deno.test({
  name: "TERM: what runs ends, what waits stays; exit 143",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using place = await Place.make();
    const gate = await Gate.make(place.path("gate"));
    await place.ok(["submit", "--", "cat", gate.path]);
    await place.ok(["submit", "--", "true"]);
    const child = place.spawn(["worker", "-j", "1"]);
    const stderr = new Listener(child.stderr);
    const waiting = await gate.reached(child);
    child.kill("SIGTERM");
    await stderr.until("Stopping when 1 running job ends");
    waiting.close();
    assertStringIncludes(await stderr.end(), "completed in");
    assertEquals((await child.status).code, 143);
    await Promise.all([child.stdin.close(), child.stdout.cancel()]);
    const [stats] = await place.json(["stats"]);
    assertEquals([stats.statuses.completed, stats.statuses.ready], [1, 1]);
  },
});

Deno.test({
  name: "a second signal gives back what runs, at no cost",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using place = await Place.make();
    const gate = await Gate.make(place.path("gate"));
    await place.ok(["submit", "--", "cat", gate.path]);
    const child = place.spawn(["worker"]);
    const stderr = new Listener(child.stderr);
    const waiting = await gate.reached(child);
    child.kill("SIGINT");
    await stderr.until("Stopping");
    child.kill("SIGINT");
    assertStringIncludes(await stderr.end(), "given back");
    waiting.close();
    assertEquals((await child.status).code, 130);
    await Promise.all([child.stdin.close(), child.stdout.cancel()]);
    const [job] = await place.json(["status", "1"]);
    assertEquals([job.status, job.failures], ["ready", 0]);
  },
});
