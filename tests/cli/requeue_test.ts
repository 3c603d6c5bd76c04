/** Requeueing by cause, canaries, and dead letters. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { command } from "../../src/library/jobs.ts";
import { FAILED, failure, NOW, QueueFixture } from "./fixture.ts";

const MINUTE = 60_000;

/** Jobs 1, 2, 4 failed of E1, 3 of E2 (all dead letters), 5 failed without a cause, 6 completed, 7 is ready. */
async function filled(): Promise<QueueFixture> {
  const fixture = await QueueFixture.open();
  for (const name of ["a", "b", "c", "d", "e", "f", "g"]) {
    await fixture.queue.submit(command(["true"]), { name, ...name === "b" && { queue: "mail" } });
  }
  const [lost, timeout] = [failure("no width"), failure("timed out\nafter 5s")];
  for (const outcome of [lost, lost, timeout, lost, FAILED]) {
    await fixture.before(5 * MINUTE, () => fixture.finish(outcome));
  }
  await fixture.finish({ type: "completed", result: null });
  return fixture;
}

/** `1 ready`, `2 blocked (1)`. */
async function standing(fixture: QueueFixture, ...ids: number[]): Promise<string[]> {
  return (await fixture.queue.list({ ids })).map(({ id, status, canaries }) =>
    `${id} ${status}${canaries.length === 0 ? "" : ` (${canaries})`}`
  );
}

Deno.test("requeue --error: what failed of one cause", async () => {
  await using fixture = await filled();
  assertEquals(
    (await fixture.gigq(["requeue", "--error", "E1"])).out,
    "1 requeued\n2 requeued\n4 requeued\n",
  );
  assertEquals(await standing(fixture, 1, 2, 3, 4), ["1 ready", "2 ready", "3 failed", "4 ready"]);
  // They do not stand failed any more.
  const again = await fixture.gigq(["requeue", "--error", "E1"], { errIsTerminal: true });
  assertEquals(again, { code: 0, out: "", err: "No job matches\n" });
});

Deno.test("requeue --canary: the oldest go first, the others are held for them", async () => {
  await using fixture = await filled();
  assertEquals(await fixture.gigq(["requeue", "--error", "E1", "--canary", "1"]), {
    code: 0,
    out: "1 requeued\n2 held for 1\n4 held for 1\n",
    err: "",
  });
  assertEquals(await standing(fixture, 1, 2, 4), ["1 ready", "2 blocked (1)", "4 blocked (1)"]);
  assertStringIncludes((await fixture.gigq(["list", "2"])).out, " 2  blocked (canary 1)  b ");
  assertStringIncludes(
    (await fixture.gigq(["status", "2"])).out,
    "Status      blocked, waits for canary 1\n",
  );
  const [shape] = (await fixture.gigq(["list", "2", "--json"])).out.split("\n").map((line) =>
    line && JSON.parse(line)
  );
  assertEquals([shape.cause, shape.dead, shape.canaries], ["E1", false, [1]]);

  assertEquals(await fixture.finish({ type: "completed", result: null }), 1);
  // Not yet ready by the clock of the test: the command read the real one, which is ahead.
  assertEquals(await standing(fixture, 1, 2, 4), ["1 completed", "2 scheduled", "4 scheduled"]);
});

Deno.test("requeue --canary: when the canary fails the others stand as they were", async () => {
  await using fixture = await filled();
  await fixture.gigq(["requeue", "1,2,4", "--canary", "1"]);
  await fixture.finish(failure("no width"));
  assertEquals(await standing(fixture, 1, 2, 4), ["1 failed", "2 failed", "4 failed"]);
  assertStringIncludes((await fixture.gigq(["errors"])).out, "E1      4       3  ");
});

Deno.test("requeue --canary --json tells what is held for which", async () => {
  await using fixture = await filled();
  const { out } = await fixture.gigq(["requeue", "--all", "--canary", "3", "--json"]);
  assertEquals(out.trim().split("\n").map((line) => JSON.parse(line)), [
    { id: 1, result: "done", status: "failed" },
    { id: 2, result: "done", status: "failed" },
    { id: 3, result: "done", status: "failed" },
    { id: 4, result: "done", status: "failed", heldFor: [1, 2, 3] },
    { id: 5, result: "done", status: "failed", heldFor: [1, 2, 3] },
  ]);
  assertEquals((await fixture.gigq(["status", "4"])).out.includes("waits for canaries 1,2,3\n"), true);
});

Deno.test("requeue --canary: as many as there are run at once", async () => {
  await using fixture = await filled();
  const { out } = await fixture.gigq(["requeue", "--error", "E2", "--canary", "5"]);
  assertEquals(out, "3 requeued\n");
});

Deno.test("requeue --canary: what has not failed cannot wait for one", async () => {
  await using fixture = await filled();
  assertEquals(await fixture.gigq(["requeue", "1", "6", "--canary", "1"]), {
    code: 1,
    out: "1 requeued\n",
    err: "gigq: Job 6 was not requeued: it has not failed, and only what failed can wait for a canary\n",
  });
});

Deno.test("requeue --fresh: forgets what attempts saved", async () => {
  await using fixture = await filled();
  const job = (await fixture.start())!;
  await fixture.queue.store.heartbeat([{ id: job.id, attempt: 1, checkpoint: 5 }], 30_000, NOW);
  const usage = { wallMs: 5, cpuMs: null, maxRssBytes: null, exitCode: 3, signal: null };
  await fixture.queue.store.finish([{ id: job.id, attempt: 1, outcome: FAILED, usage }], NOW);
  const saved = async (): Promise<unknown> =>
    (await fixture.queue.store.checkpoints([job.id])).get(job.id)?.value;
  await fixture.gigq(["requeue", String(job.id)]);
  assertEquals(await saved(), 5);
  await fixture.finish(FAILED);
  await fixture.gigq(["requeue", String(job.id), "--fresh"]);
  assertEquals(await saved(), undefined);
});

Deno.test("list and status: --error and --dead select, and what is dead is told", async () => {
  await using fixture = await filled();
  const ids = async (...argv: string[]): Promise<number[]> =>
    (await fixture.gigq(["list", "--json", ...argv])).out.split("\n").filter((line) => line !== "")
      .map((line) => JSON.parse(line).id);
  assertEquals(await ids("--error", "E1"), [1, 2, 4]);
  assertEquals(await ids("-E", "e2"), [3]);
  assertEquals(await ids("--dead"), [1, 2, 3, 4]);
  assertEquals(await ids("--dead", "--queue", "mail"), [2]);
  const { out } = await fixture.gigq(["status", "1"]);
  assertStringIncludes(out, "Status    failed (error), dead letter\n");
  assertStringIncludes(out, "Cause     E1\n");
});

Deno.test("dead: a row a dead letter, oldest first", async () => {
  await using fixture = await filled();
  const out = `\
ID  DIED    TRIES  CAUSE  NAME  QUEUE    ERROR
 1  5m ago    1/1  E1     a     default  Error: no width
 2  5m ago    1/1  E1     b     mail     Error: no width
 3  5m ago    1/1  E2     c     default  Error: timed out
 4  5m ago    1/1  E1     d     default  Error: no width
`;
  assertEquals(await fixture.gigq(["dead"]), { code: 0, out, err: "" });
  assertEquals((await fixture.gigq(["dead", "list"])).out, out);
  assertEquals((await fixture.gigq(["dead", "--error", "E2"])).out.split("\n").length, 3);
  assertEquals((await fixture.gigq(["dead", "-q", "mail", "--json"])).out.split("\n").length, 2);
  const last = await fixture.gigq(["dead", "--limit", "1"], { columns: 80, errIsTerminal: true });
  assertEquals([last.out.includes(" 4  5m ago"), last.err], [true, "The last 1 of 4; --limit 4 shows all\n"]);
});

Deno.test("dead: nothing to show is told on a terminal only", async () => {
  await using fixture = await QueueFixture.open();
  assertEquals(await fixture.gigq(["dead"]), { code: 0, out: "", err: "" });
  assertEquals((await fixture.gigq(["dead"], { errIsTerminal: true })).err, "There are no dead letters\n");
});

Deno.test("dead redrive: dead letters only, with canaries where asked", async () => {
  await using fixture = await filled();
  assertEquals((await fixture.gigq(["dead", "redrive", "3"])).out, "3 requeued\n");
  const all = await fixture.gigq(["dead", "redrive", "--all", "--canary", "2"]);
  assertEquals(all, { code: 0, out: "1 requeued\n2 requeued\n4 held for 1,2\n", err: "" });
  assertEquals((await fixture.gigq(["dead"])).out, "");
  assertEquals(await standing(fixture, 5), ["5 failed"]);
});

Deno.test("dead dismiss: they stay failed", async () => {
  await using fixture = await filled();
  assertEquals(
    (await fixture.gigq(["dead", "dismiss", "--error", "E1"])).out,
    "1 dismissed\n2 dismissed\n4 dismissed\n",
  );
  assertEquals(await standing(fixture, 1), ["1 failed"]);
  assertEquals((await fixture.gigq(["dead", "--json"])).out.split("\n").length, 2);
  assertEquals(
    (await fixture.gigq(["dead", "dismiss", "--all", "--json"])).out,
    '{"id":3,"result":"done","status":"failed"}\n',
  );
});

const REFUSED: readonly (readonly [readonly string[], number, string])[] = [
  [["dead", "dismiss", "5"], 1, "Job 5 was not dismissed: it is no dead letter"],
  [["dead", "redrive", "7"], 1, "Job 7 was not requeued: it is ready, and no dead letter"],
  [["dead", "dismiss", "99"], 3, "There is no job 99; gigq list shows what there is"],
  [
    ["dead", "redrive"],
    2,
    "There is nothing selected to redrive; give ids, a filter such as --error E3, or --all",
  ],
  [["dead", "dismiss", "--all", "1"], 2, "Give either ids or --all, not both"],
  [["dead", "12"], 2, 'Unknown command "dead 12"; write gigq dead list 12'],
  [["requeue", "--canary", "0", "--all"], 2, "--canary must be at least 1, not 0"],
  [
    ["requeue", "--canary", "1"],
    2,
    "There is nothing selected to requeue; give ids, a filter such as --status failed, or --all",
  ],
];

for (const [argv, code, message] of REFUSED) {
  Deno.test(`refuses ${argv.join(" ")}, and changes nothing`, async () => {
    await using fixture = await filled();
    const before = await standing(fixture, 1, 2, 3, 4, 5, 6, 7);
    assertEquals(await fixture.gigq(argv), { code, out: "", err: `gigq: ${message}\n` });
    assertEquals(await standing(fixture, 1, 2, 3, 4, 5, 6, 7), before);
    assertEquals(await fixture.queue.count({ dead: true }), 4);
  });
}
