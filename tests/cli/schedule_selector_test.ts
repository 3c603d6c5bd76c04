/** `--schedule`: the jobs that a schedule made, wherever jobs are selected. */

import { assertEquals } from "@std/assert";
import { command } from "../../src/library/jobs.ts";
import { workflow } from "../../mod.ts";
import { failure, QueueFixture } from "./fixture.ts";

/** Of `nightly` jobs 1 (completed), 2 (failed) and 3; of `flow` 4 and 5, which is blocked; 6 of none. */
async function filled(): Promise<QueueFixture> {
  const fixture = await QueueFixture.open();
  const { queue, queue: { schedules } } = fixture;
  await schedules.add("nightly", command(["true"]), { cron: "@daily", tz: "UTC" });
  const flow = workflow("flow");
  const first = flow.add(command(["true"]), { name: "first" });
  flow.add(command(["true"]), { name: "second", after: [first] });
  await schedules.add("flow", { workflow: flow }, { cron: "@daily", tz: "UTC" });
  for (const _ of ["one", "two", "three"]) await schedules.run("nightly");
  await fixture.finish({ type: "completed", result: null }, 0);
  await fixture.finish(failure("no disk"), 3);
  await schedules.run("flow");
  await queue.submit(command(["true"]), { name: "nightly" });
  return fixture;
}

async function ids(fixture: QueueFixture, argv: readonly string[]): Promise<number[]> {
  const { out } = await fixture.gigq([...argv, "--json"]);
  return out.trim().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line).id);
}

Deno.test("list: the jobs of a schedule, those of its workflow runs, too, and no other of its name", async () => {
  await using fixture = await filled();
  assertEquals(await ids(fixture, ["list", "--schedule", "nightly"]), [1, 2, 3]);
  assertEquals(await ids(fixture, ["list", "--schedule", "flow"]), [4, 5]);
});

Deno.test("other selectors leave less of them", async () => {
  await using fixture = await filled();
  assertEquals(await ids(fixture, ["list", "--schedule", "nightly", "--status", "failed"]), [2]);
  assertEquals(await ids(fixture, ["list", "--schedule", "nightly", "2-5"]), [2, 3]);
  assertEquals(await ids(fixture, ["list", "--schedule", "nightly", "4,6"]), []);
  assertEquals(await ids(fixture, ["list", "--schedule", "flow", "--name", "second"]), [5]);
  assertEquals(await ids(fixture, ["dead", "--schedule", "nightly"]), [2]);
  assertEquals(await ids(fixture, ["dead", "--schedule", "flow"]), []);
});

Deno.test("a schedule that has not run has no jobs, and not all there are", async () => {
  await using fixture = await filled();
  await fixture.queue.schedules.add("idle", command(["true"]), { cron: "@daily", tz: "UTC" });
  assertEquals(await ids(fixture, ["list", "--schedule", "idle"]), []);
  assertEquals((await fixture.gigq(["clear", "--schedule", "idle"])).out, "0 jobs deleted\n");
  assertEquals((await fixture.gigq(["cancel", "--schedule", "idle"])).out, "");
  assertEquals(await fixture.gigq(["wait", "--schedule", "idle"]), { code: 0, out: "", err: "" });
  assertEquals(await fixture.queue.count(), 6);
});

Deno.test("verbs that change mean of a schedule's jobs those that they can be about", async () => {
  await using fixture = await filled();
  assertEquals((await fixture.gigq(["requeue", "--schedule", "nightly"])).out, "2 requeued\n");
  assertEquals((await fixture.gigq(["cancel", "--schedule", "flow"])).out, "4 cancelled\n5 cancelled\n");
  assertEquals(await ids(fixture, ["cancel", "--schedule", "nightly"]), [2, 3]);
  assertEquals((await fixture.gigq(["clear", "--schedule", "nightly"])).out, "3 jobs deleted\n");
  assertEquals(await ids(fixture, ["list", "--schedule", "nightly"]), []);
  assertEquals(await ids(fixture, ["list"]), [4, 5, 6]);
});

Deno.test("wait tells how the jobs of a schedule ended", async () => {
  await using fixture = await filled();
  assertEquals((await fixture.gigq(["wait", "--schedule", "nightly", "--status", "finished"])).code, 4);
  assertEquals((await fixture.gigq(["wait", "--schedule", "nightly", "--timeout", "1ms"])).code, 124);
});

for (const verb of [["list"], ["cancel"], ["requeue"], ["clear"], ["wait"], ["dead"], ["dead", "redrive"]]) {
  Deno.test(`${verb.join(" ")}: a schedule that is not there is told with the one that was perhaps meant`, async () => {
    await using fixture = await filled();
    assertEquals(await fixture.gigq([...verb, "--schedule", "nightyl"]), {
      code: 3,
      out: "",
      err: 'gigq: There is no schedule "nightyl"; did you mean "nightly"?\n',
    });
  });
}
