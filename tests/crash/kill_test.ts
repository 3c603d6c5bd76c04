import { assert, assertEquals } from "@std/assert";
import { durable, withDatabase, withStore, WorkerProcess } from "./harness.ts";

/** How many workers are killed; the long form asks for more. */
const KILLS = Number(Deno.env.get("GIGQ_CRASH_KILLS") ?? 10);
/** More than the killed workers get done. */
const JOBS = 200 * KILLS;
/** A worker is killed after at most so many lines. */
const MAX_LINES = 200;
/** Without process start times, a dead worker's jobs come back only when their leases end. */
const ignore = Deno.build.os !== "linux";

/** How often each job stands in the ledger with this word. */
function tally(lines: readonly string[], word: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const line of lines) {
    const [what, id] = line.split(" ");
    if (what === word) counts.set(Number(id), (counts.get(Number(id)) ?? 0) + 1);
  }
  return counts;
}

Deno.test({
  name: `${KILLS} workers killed in the middle of their work lose no job and finish none twice`,
  ignore,
  async fn(): Promise<void> {
    await withDatabase(async ({ db, ledger }) => {
      await withStore(db, (store) => {
        const jobs = Array.from({ length: JOBS }, () => durable("function", { task: "note", params: null }));
        return store.enqueue({ jobs }, Date.now());
      });
      for (let kill = 0; kill < KILLS; kill++) {
        const worker = new WorkerProcess({ db, ledger, mode: "run" });
        // Some die before they have begun, some between the end of a body and its commit.
        const lines = Math.floor(Math.random() * MAX_LINES);
        for (let i = 0; i < lines; i++) await worker.line();
        worker.signal("SIGKILL");
        await worker.ended();
      }
      const last = new WorkerProcess({ db, ledger, mode: "drain" });
      assertEquals((await last.ended()).code, 0);
      await check(db, await Deno.readTextFile(ledger));
      await withStore(db, async (store) => {
        const attempts = await Promise.all((await store.list({})).map(({ id }) => store.attempts(id)));
        const lost = attempts.flat().filter(({ outcome }) => outcome === "lost").length;
        assert(lost >= 1, "no worker was killed with jobs in its hands");
      });
    });
  },
});

async function check(db: string, ledger: string): Promise<void> {
  const lines = ledger.trim().split("\n");
  const done = tally(lines, "done");
  const accepted = tally(lines, "accepted");
  await withStore(db, async (store) => {
    const jobs = await store.list({});
    assertEquals(jobs.length, JOBS);
    for (const job of jobs) {
      assertEquals(job.status, "completed", `job ${job.id}`);
      assert((done.get(job.id) ?? 0) >= 1, `job ${job.id} was completed without having run`);
      assert((accepted.get(job.id) ?? 0) <= 1, `job ${job.id} was accepted twice`);
      // The attempt that completed it is the last one, its token is the result, and it did write its line.
      assertEquals(job.result, job.attempt);
      assert(lines.includes(`done ${job.id} ${job.attempt}`), `job ${job.id}`);
    }
  });
}
