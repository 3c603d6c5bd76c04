/** `gigq doctor` on what the tables say of each other. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DataError } from "../../src/core/errors.ts";
import { command } from "../../src/library/jobs.ts";
import { addSchedule, findings, someQueue, tamper } from "./doctor_kit.ts";
import { gigq, NOW, QueueFixture } from "./fixture.ts";

for (
  const [what, sql, message, hint] of [
    [
      "a job without a state",
      "DELETE FROM job_state WHERE id = 2",
      /^1 case of a job without a state: 2$/,
      /^Restore/,
    ],
    [
      "a state without a job",
      "DELETE FROM jobs WHERE id = 4",
      /^1 case of a state without a job: 4$/,
      /^Restore/,
    ],
    [
      "a job in no queue",
      "UPDATE job_state SET lane = 99 WHERE id = 4",
      /^1 case of a job in no queue: 4$/,
      /^Restore/,
    ],
    [
      "a job without a policy",
      "UPDATE jobs SET policy = 99 WHERE id <= 2",
      /^2 cases of a job without a policy: 1, 2$/,
      /^Restore/,
    ],
    [
      "an unknown worker",
      "UPDATE job_state SET worker = 99 WHERE id = 1",
      /^1 case of a job of an unknown worker: 1$/,
      /^Restore/,
    ],
    [
      "a count of parents that is wrong",
      "UPDATE job_state SET waiting_on = 2 WHERE id = 3",
      /^1 case of a blocked job that waits for more or fewer jobs than are open: 3$/,
      /^Cancel such a job and requeue it/,
    ],
    [
      "a parent that is gone",
      "DELETE FROM job_state WHERE id = 2; DELETE FROM jobs WHERE id = 2",
      /^1 case of an unfinished job that depends on one that is gone: 3$/,
      /^Cancel such a job/,
    ],
    [
      "a hold by a job that has ended",
      "INSERT INTO holds (job, canary) VALUES (3, 1)",
      /^1 case of a job that waits for a canary which has ended, or does not wait: 3$/,
      /^Cancel such a job/,
    ],
    [
      "a dead letter that has not failed",
      "INSERT INTO dead_letters (id) VALUES (1)",
      /^1 case of a dead letter that has not failed: 1$/,
      /^Restore/,
    ],
    [
      "an unknown cause",
      "INSERT INTO errors (id, body, cause) VALUES (1, '{}', 99)",
      /^1 case of a failure of an unknown cause: 1$/,
      /^Restore/,
    ],
    [
      "a checkpoint that is no JSON",
      "INSERT INTO checkpoints (job, attempt, at, value) VALUES (2, 1, 1, '{')",
      /^1 case of a job with a value that is no JSON: 2$/,
      /^Restore/,
    ],
    [
      "a counter behind its jobs",
      "UPDATE counters SET value = 2 WHERE name = 'job'",
      /^1 case of a job beyond the counter of ids/,
      /^Restore/,
    ],
    [
      "a schedule without a definition",
      "DELETE FROM schedule_definitions",
      /^1 case of a schedule without a definition, or the other way round: 1$/,
      /^Restore/,
    ],
    [
      "a definition without a schedule",
      "INSERT INTO schedule_definitions (id, body) VALUES (7, '{}')",
      /^1 case of a schedule without a definition, or the other way round: 7$/,
      /^Restore/,
    ],
    [
      "a state of a schedule that is no JSON",
      "UPDATE schedules SET state = '{'",
      /^1 case of a schedule with a value that is no JSON: 1$/,
      /^Restore/,
    ],
    [
      "a reason of a slot that is no JSON",
      "UPDATE firings SET reason = 'because'",
      /^1 case of a schedule with a value that is no JSON: 1$/,
      /^Restore/,
    ],
    [
      "a schedule that would be missed",
      "UPDATE schedules SET next_at = NULL",
      /^1 case of a schedule that is due at another time than it says: 1$/,
      /^Restore/,
    ],
    [
      "a counter behind its schedules",
      "UPDATE counters SET value = 0 WHERE name = 'schedule'",
      /^1 case of a schedule beyond the counter of ids/,
      /^Restore/,
    ],
  ] as const
) {
  Deno.test(`doctor: finds ${what}`, async () => {
    await using fixture = await someQueue();
    await addSchedule(fixture, "nightly", NOW);
    tamper(fixture.db, sql);
    const { code, of } = await findings(fixture.db);
    assertEquals(code, 1);
    const finding = of("content").find((one) => message.test(one.message));
    assert(finding !== undefined, JSON.stringify(of("content")));
    assertEquals(finding.verdict, "problem");
    assertMatch(finding.hint!, hint);
  });
}

Deno.test("doctor: jobs that are held for a canary wait rightly", async () => {
  await using fixture = await QueueFixture.open();
  const ids = await fixture.queue.submitMany([command(["true"]), command(["true"])]);
  const error = { class: "Error", message: "no", fingerprint: "f" };
  for (const _ of ids) {
    await fixture.finish({ type: "failed", reason: "error", error, retryAt: null, dead: true });
  }
  await fixture.queue.requeue(ids, { canaries: [ids[0]!] });
  assertEquals((await fixture.queue.get(ids[1]!)).waitingOn, 1);
  assertEquals((await findings(fixture.db)).of("content")[0]!.verdict, "ok");
});

Deno.test("doctor: finds a value that is no JSON, which other commands refuse in one line, workers too", async () => {
  await using fixture = await someQueue();
  await fixture.queue.close();
  tamper(fixture.db, "UPDATE jobs SET payload = '{\"argv\": [' WHERE id = 2");
  const { code, of } = await findings(fixture.db);
  assertEquals([code, of("content")[0]!.message], [1, "1 case of a job with a value that is no JSON: 2"]);
  for (const argv of [["list"], ["status", "2"], ["worker", "--drain"]]) {
    const ran = await gigq([...argv, "--db", fixture.db]);
    assertEquals([ran.code, ran.out], [65, ""], ran.err);
    assertMatch(ran.err, /^gigq: \S+ holds a value that cannot be read: [^\n]+; gigq doctor --db [^\n]+\n$/);
  }
});

Deno.test("doctor: a schedule that cannot be read is refused in words", async () => {
  await using fixture = await someQueue();
  await addSchedule(fixture, "nightly", NOW);
  const { schedules } = fixture.queue.store;
  for (
    const [sql, message] of [
      ["UPDATE schedules SET state = '{'", /holds a value that cannot be read/],
      [`UPDATE schedules SET state = '{"cursor":0}'`, /schedule 1 has no valid state/],
      ["UPDATE schedule_definitions SET body = '[]'", /schedule 1 has no valid definition/],
    ] as const
  ) {
    tamper(fixture.db, `BEGIN; CREATE TABLE kept AS SELECT * FROM schedules; ${sql}; COMMIT`);
    for (const read of [() => schedules.list(), () => schedules.due(NOW)]) {
      const error = await assertRejects(read, DataError);
      assertMatch(error.message, message);
    }
    tamper(fixture.db, "UPDATE schedules SET state = (SELECT state FROM kept); DROP TABLE kept");
  }
  tamper(fixture.db, "UPDATE firings SET status = 9");
  await assertRejects(() => schedules.firings({}), DataError, "9 is no status of a slot");
});

Deno.test("doctor: a history that a schedule left behind does no harm", async () => {
  await using fixture = await someQueue();
  await addSchedule(fixture, "nightly", NOW);
  tamper(fixture.db, "DELETE FROM schedules; DELETE FROM schedule_definitions");
  const { code, of } = await findings(fixture.db);
  assertEquals([code, of("content")[0]!.verdict], [1, "warning"]);
  assertMatch(
    of("content")[0]!.message,
    /^1 case of a schedule that is gone and left its history behind: 1$/,
  );
});

Deno.test("doctor: records that a job left behind do no harm", async () => {
  await using fixture = await someQueue();
  tamper(fixture.db, "DELETE FROM job_state WHERE id = 1; DELETE FROM jobs WHERE id = 1");
  const { code, of } = await findings(fixture.db);
  assertEquals([code, of("content")[0]!.verdict], [1, "warning"]);
});

Deno.test("doctor: its advice for a wrong count of parents works: cancel and requeue count anew", async () => {
  await using fixture = await someQueue();
  tamper(fixture.db, "UPDATE job_state SET waiting_on = 2 WHERE id = 3");
  assertEquals((await fixture.gigq(["cancel", "3"])).code, 0);
  assertEquals((await fixture.gigq(["requeue", "3"])).code, 0);
  assertEquals((await findings(fixture.db)).of("content")[0]!.verdict, "ok");
  assertEquals((await fixture.queue.get(3)).status, "blocked");
});
