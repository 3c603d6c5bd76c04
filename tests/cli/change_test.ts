/** Commands that change, and `wait`: what they do, print, and how they end. */

import { assertEquals } from "@std/assert";
import { command } from "../../src/library/jobs.ts";
import type { Status } from "../../src/core/job.ts";
import { FAILED, QueueFixture } from "./fixture.ts";

/** Job 1 completed, 2 failed, 3 running, 4 ready, 5 blocked by 4. */
async function filled(): Promise<QueueFixture> {
  const fixture = await QueueFixture.open();
  const { queue } = fixture;
  for (const name of ["a", "b", "c"]) await queue.submit(command(["true"]), { name });
  await fixture.before(3_600_000, () => fixture.finish({ type: "completed", result: null }, 0));
  await fixture.before(60_000, () => fixture.finish(FAILED, 3));
  await fixture.start();
  await queue.submit(command(["true"]), { name: "d", queue: "mail" });
  await queue.submit(command(["true"]), { name: "e", after: [4] });
  return fixture;
}

async function statuses(fixture: QueueFixture): Promise<Status[]> {
  return (await fixture.queue.list()).map((job) => job.status);
}

Deno.test("cancel: ends what waits, asks what runs", async () => {
  await using fixture = await filled();
  assertEquals(await fixture.gigq(["cancel", "3-4"]), { code: 0, out: "3 stopping\n4 cancelled\n", err: "" });
  assertEquals(await statuses(fixture), ["completed", "failed", "running", "cancelled", "skipped"]);
});

Deno.test("cancel: a named job that has ended is missed, one in a range is not", async () => {
  await using fixture = await filled();
  assertEquals(await fixture.gigq(["cancel", "1"]), {
    code: 1,
    out: "",
    err: "gigq: Job 1 was not cancelled: it is completed already\n",
  });
  assertEquals(await fixture.gigq(["cancel", "1-2"]), { code: 0, out: "", err: "" });
});

Deno.test("cancel: filters mean what can be cancelled", async () => {
  await using fixture = await filled();
  assertEquals((await fixture.gigq(["cancel", "--queue", "mail"])).out, "4 cancelled\n");
  assertEquals(
    (await fixture.gigq(["cancel", "--all", "--json"])).out,
    '{"id":3,"result":"requested","status":"running"}\n',
  );
});

Deno.test("requeue: runs once more what failed; completed jobs only by their id or status", async () => {
  await using fixture = await filled();
  assertEquals((await fixture.gigq(["requeue", "--all"])).out, "2 requeued\n");
  assertEquals((await fixture.gigq(["requeue", "1"])).out, "1 requeued\n");
  assertEquals(await statuses(fixture), ["ready", "ready", "running", "ready", "blocked"]);
  assertEquals(await fixture.gigq(["requeue", "3"]), {
    code: 1,
    out: "",
    err: "gigq: Job 3 was not requeued: it is running\n",
  });
});

Deno.test("clear: deletes what has ended, never anything else", async () => {
  await using fixture = await filled();
  assertEquals((await fixture.gigq(["clear", "--older-than", "10m"])).out, "1 job deleted\n");
  assertEquals((await fixture.gigq(["clear", "--all", "--json"])).out, '{"deleted":1}\n');
  assertEquals(await statuses(fixture), ["running", "ready", "blocked"]);
  assertEquals(await fixture.gigq(["clear", "4"]), {
    code: 1,
    out: "0 jobs deleted\n",
    err: "gigq: Job 4 was not deleted: it is ready\n",
  });
});

const CHANGERS: readonly (readonly [readonly string[], string])[] = [
  [["cancel"], "There is nothing selected to cancel; give ids, a filter such as --status failed, or --all"],
  [["requeue"], "There is nothing selected to requeue; give ids, a filter such as --status failed, or --all"],
  [["clear"], "There is nothing selected to delete; give ids, a filter such as --status failed, or --all"],
  [["wait"], "There is nothing to wait for; give ids, or a filter such as --queue images"],
  [["cancel", "--all", "4"], "Give either ids or --all, not both"],
  [["cancel", "x"], '"x" is not a job id; write it like 12, 15-20 or @last'],
  [["cancel", "5-4"], '"5-4" is not a job id; write it like 12, 15-20 or @last'],
  [["cancel", "0"], '"0" is not a job id; write it like 12, 15-20 or @last'],
  [["cancel", "1,,2"], '"" is not a job id; write it like 12, 15-20 or @last'],
  [["cancel", "--status", "runing"], 'Unknown status "runing"; did you mean "running"?'],
  [["clear", "--status", "ready"], "Jobs that are ready are not deleted; gigq cancel ends them first"],
  [
    ["clear", "--older-than", "week"],
    '--older-than: Duration "week" is not understood; write it like 500ms, 10s, 5m, 2h30m or 1d',
  ],
];

for (const [argv, message] of CHANGERS) {
  Deno.test(`refuses ${argv.join(" ")}, and changes nothing`, async () => {
    await using fixture = await filled();
    const before = await statuses(fixture);
    assertEquals(await fixture.gigq(argv), { code: 2, out: "", err: `gigq: ${message}\n` });
    assertEquals(await statuses(fixture), before);
  });
}

for (const verb of ["cancel", "requeue", "clear", "wait", "list"]) {
  Deno.test(`${verb}: an unknown id is named and nothing is changed`, async () => {
    await using fixture = await filled();
    const before = await statuses(fixture);
    assertEquals(await fixture.gigq([verb, "4", "77"]), {
      code: 3,
      out: "",
      err: "gigq: There is no job 77; gigq list shows what there is\n",
    });
    assertEquals(await statuses(fixture), before);
  });
}

Deno.test("an unknown workflow run is named", async () => {
  await using fixture = await filled();
  assertEquals(await fixture.gigq(["list", "--workflow", "nightly"]), {
    code: 3,
    out: "",
    err: 'gigq: There is no workflow run "nightly"; gigq workflow list shows what there is\n',
  });
});

Deno.test("@last of an empty queue", async () => {
  await using fixture = await QueueFixture.open();
  assertEquals(await fixture.gigq(["status", "@last"]), {
    code: 3,
    out: "",
    err: "gigq: There is no last job: the queue is empty\n",
  });
});

Deno.test("wait: the exit code tells how jobs ended", async () => {
  await using fixture = await filled();
  await fixture.queue.cancel([4]);
  const codes: [string[], number][] = [
    [["1"], 0],
    [["2"], 3], // the command's own
    [["1,2"], 4],
    [["4"], 5],
    [["2,4"], 4],
    [["1", "5"], 5],
    [["--status", "completed"], 0],
    [["--queue", "nobody"], 0],
    [["3", "1", "--any"], 0],
  ];
  for (const [argv, code] of codes) {
    assertEquals(await fixture.gigq(["wait", ...argv]), { code, out: "", err: "" }, argv.join(" "));
  }
});

Deno.test("wait: gives up after --timeout", async () => {
  await using fixture = await filled();
  assertEquals(await fixture.gigq(["wait", "3", "--timeout", "1ms"]), {
    code: 124,
    out: "",
    err: "gigq: Job 3 had not ended after 1ms\n",
  });
});

Deno.test("wait: ends when the job does", async () => {
  await using fixture = await filled();
  const waiting = fixture.gigq(["wait", "3", "--json"]);
  const usage = { wallMs: 1, cpuMs: null, maxRssBytes: null, exitCode: 0, signal: null };
  const outcome = { type: "completed", result: 7 } as const;
  await fixture.queue.store.finish([{ id: 3, attempt: 1, outcome, usage }], fixture.queue.now());
  const { code, out } = await waiting;
  assertEquals([code, JSON.parse(out).result], [0, 7]);
});

Deno.test("queue: lists, pauses and resumes", async () => {
  await using fixture = await filled();
  assertEquals(await fixture.gigq(["queue", "pause", "mail"]), { code: 0, out: "mail paused\n", err: "" });
  assertEquals(
    (await fixture.gigq(["queue", "list"])).out,
    `\
QUEUE    STATE   PENDING  RUNNING  FINISHED
default  open          1        1         2
mail     paused        1        0         0
`,
  );
  assertEquals(
    (await fixture.gigq(["queue", "resume", "mail", "--json"])).out,
    '{"name":"mail","paused":false}\n',
  );
  assertEquals(await fixture.gigq(["queue", "pause", "mial"]), {
    code: 3,
    out: "",
    err: 'gigq: There is no queue "mial"; did you mean "mail"?\n',
  });
});
