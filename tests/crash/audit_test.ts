import { DatabaseSync } from "node:sqlite";
import { assertEquals } from "@std/assert";
import type { WorkerInfo } from "../../src/core/ports.ts";
import { type Expected, inspect } from "./audit.ts";
import { submit } from "./feed.ts";
import { withDatabase, withStore } from "./harness.ts";
import { task } from "./jobs.ts";
import { note, type Word } from "./ledger.ts";

const OWNER: WorkerInfo = { id: "w1", host: "here", boot: null, pid: 1, pidStart: null };
const USAGE = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

/** What the check says about a job that completed at its second attempt, after something was changed. */
async function complaints(
  change: (
    paths: { readonly db: DatabaseSync; readonly note: (word: Word, id: number, attempt: number) => void },
  ) => void,
  expected: Expected = {},
): Promise<readonly string[]> {
  return await withDatabase(async ({ db: path, ledger }) => {
    const write = (word: Word, id: number, attempt: number): void => note(ledger, { word, id, attempt });
    await withStore(path, async (store) => {
      await submit(store, ledger, [task("note")]);
      for (const attempt of [1, 2]) {
        await store.claim({ worker: OWNER, limit: 1, leaseMs: 1, routes: ["function:note"] }, attempt);
        write("begin", 1, attempt);
        const outcome = attempt === 1
          ? { type: "failed", reason: "lost", error: null, retryAt: 2 } as const
          : { type: "completed", result: attempt } as const;
        await store.finish([{ id: 1, attempt, outcome, usage: USAGE }], attempt);
      }
      write("done", 1, 2);
      write("accepted", 1, 2);
    });
    {
      using db = new DatabaseSync(path);
      change({ db, note: write });
    }
    return (await inspect(path, ledger, expected)).problems;
  });
}

Deno.test("the check has nothing to say about an honest history", async () => {
  assertEquals(await complaints(() => {}), []);
});

Deno.test("the check misses a job that was acknowledged, and finds one that nobody submitted", async () => {
  assertEquals(await complaints(({ note }) => note("submitted", 2, 0)), [
    "job 2 was acknowledged and is not there",
  ]);
});

Deno.test("the check sees a second completion, and one of an attempt that did not hold the job", async () => {
  assertEquals(await complaints(({ note }) => note("accepted", 1, 1)), [
    "job 1: 2 completions were accepted",
    "job 1: attempt 1 was accepted while attempt 2 held it",
  ]);
});

Deno.test("the check sees work of an old attempt beside the new one, where that must not be", async () => {
  const late = ({ note }: { readonly note: (word: Word, id: number, attempt: number) => void }): void =>
    note("done", 1, 1);
  assertEquals(await complaints(late), ["job 1: attempt 1 worked on beside attempt 2"]);
  assertEquals(await complaints(late, { overlap: true }), []);
});

Deno.test("the check sees a history with a gap, a wrong count, an illegal end, a result of another attempt", async () => {
  assertEquals(await complaints(({ db }) => db.exec("DELETE FROM attempts WHERE number = 1")), [
    "job 1: attempt 2, and 1 recorded",
    "job 1: 1 failures, and 0 recorded",
    "job 1: attempt 2 stands in place 1",
  ]);
  assertEquals(
    await complaints(({ db }) => db.exec("UPDATE attempts SET outcome = 'lost' WHERE number = 2")),
    [
      "job 1: 1 failures, and 2 recorded",
      "job 1: lost left it completed",
      "job 1: its last attempt did not complete it",
    ],
  );
  assertEquals(await complaints(({ db }) => db.exec("UPDATE results SET body = '1'")), [
    "job 1: attempt 2 has the result 1",
  ]);
});

Deno.test("the check sees a job that is still running, and one that did not do its work", async () => {
  const running = "UPDATE job_state SET status = 3, lease_until = 0, finished_at = NULL";
  assertEquals((await complaints(({ db }) => db.exec(running), { statuses: "any" }))[0], "job 1 is running");
  assertEquals(
    await complaints(({ note, db }) => {
      note("begin", 1, 3);
      db.exec("UPDATE job_state SET attempt = 3, failures = 2");
      db.exec("UPDATE attempts SET number = 3 WHERE number = 2");
      db.exec(
        "INSERT INTO attempts (job, number, outcome, started_at, finished_at, wait_ms) VALUES (1, 2, 'lost', 1, 1, 0)",
      );
      db.exec("UPDATE results SET body = '3'");
    }),
    ["job 1: attempt 3 did not do the work", "job 1: attempt 2 was accepted while attempt 3 held it"],
  );
});
