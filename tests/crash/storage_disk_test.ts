import { assert, assertEquals, assertMatch } from "@std/assert";
import { JobQueue } from "../../src/library/queue.ts";
import { task } from "../../src/library/task.ts";
import { Worker } from "../../src/library/worker.ts";
import { gigq } from "../cli/fixture.ts";
import { report, size } from "./sizes.ts";
import { assertHealthy, gigqProcess, inFolder } from "./storage_kit.ts";
import { CAN_MOUNT, onSmallDisk } from "./storage_mount.ts";

const DISK = 2 * 1_024 * 1_024;
/** Holds the log of all jobs, which commits shorten at 16 MB only. */
const LARGE_DISK = 16 * DISK;
/** A page of SQLite, and of the disk. */
const PAGE = 4_096;
/** Amounts of room, from none at all up to where everything fits. */
const ROOMS = size("disk_rooms", 16, 100);
const MOST_PAGES = 100;
const JOBS = size("disk_jobs", 60, 600);
/** A body fills the disk; some jobs are done by then. */
const FILL_AT = 10;

Deno.test({
  name: "full disk: a submit that does not fit ends with 73 and leaves nothing, and fits once there is room",
  ignore: !CAN_MOUNT,
  async fn(): Promise<void> {
    let [refused, stored] = [0, 0];
    for (const old of [true, false]) {
      for (let room = 0; room < ROOMS; room++) {
        await onSmallDisk(DISK, async (disk) => {
          const submit = ["submit", "--db", `${disk.folder}/jobs.db`, "--", "echo", "x".repeat(3_000)];
          const expected = old ? 1 : 0;
          if (old) assertEquals((await gigq(submit)).code, 0);
          disk.fill(Math.round((room / (ROOMS - 1)) * MOST_PAGES) * PAGE);
          const ran = await gigq(submit);
          if (ran.code === 0) stored++;
          else {
            refused++;
            assertEquals([ran.code, ran.out], [73, ""], ran.err);
            assertMatch(
              ran.err,
              /^gigq: Cannot write \S+\/jobs\.db: the disk is full; free some space [^\n]+\n$/,
            );
          }
          disk.free();
          assertEquals((await gigq(submit)).code, 0);
          const { out } = await gigq(["stats", "--json", "--db", `${disk.folder}/jobs.db`]);
          assertEquals(JSON.parse(out).total, expected + (ran.code === 0 ? 2 : 1));
        });
      }
    }
    report(
      `full disk: ${refused} submits refused, ${stored} fitted, at ${ROOMS} amounts of room, file old and new`,
    );
    assert(refused > 0 && stored > 0);
  },
});

Deno.test({
  name: "full disk: the program itself says so in one line, and a backup onto it leaves nothing behind",
  ignore: !CAN_MOUNT,
  fn: () =>
    onSmallDisk(DISK, async (disk) => {
      await inFolder(async (folder) => {
        const db = `${disk.folder}/jobs.db`;
        const submit = ["submit", "--db", db, "--", "true"];
        assertEquals((await gigqProcess(submit)).code, 0);
        disk.fill();
        const { code, out, err } = await gigqProcess(submit);
        assertEquals([code, out], [73, ""]);
        assertMatch(err, /^gigq: [^\n]*the disk is full[^\n]*\n$/);
        disk.free();
        assertEquals((await gigqProcess(submit)).out, "2\n");
        const other = `${folder}/other.db`;
        assertEquals((await gigqProcess(["submit", "--db", other, "--", "true"])).code, 0);
        disk.fill(4 * PAGE);
        const backup = await gigqProcess(["backup", "--db", other, `${disk.folder}/backup.db`]);
        assertEquals(backup.code, 73, backup.err);
        assertMatch(backup.err, /^gigq: [^\n]*backup\.db: the disk is full[^\n]*\n$/);
        assertEquals([...Deno.readDirSync(disk.folder)].map(({ name }) => name).sort(), [
          "ballast",
          "jobs.db",
        ]);
      });
      await assertHealthyOnFullDisk(`${disk.folder}/jobs.db`, () => disk.free());
    }),
});

async function assertHealthyOnFullDisk(db: string, free: () => void): Promise<void> {
  const now = (): number => Date.now();
  const { code, out } = await gigq(["doctor", "--json", "--db", db], { now });
  assertEquals(code, 1);
  const problems = out.trim().split("\n").map((line) => JSON.parse(line)).filter(({ verdict }) =>
    verdict === "problem"
  );
  assert(problems.some(({ check }) => check === "disk" || check === "open"), out);
  free();
  // A disk this small is warned of; on this one, that is all.
  const { out: after } = await gigq(["doctor", "--json", "--db", db], { now });
  const checks = after.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(checks.filter(({ verdict, check }) => verdict === "problem" && check !== "disk"), []);
}

Deno.test({
  name:
    `full disk: a worker keeps the outcomes of its jobs, goes on when there is room, and finishes all ${JOBS}`,
  ignore: !CAN_MOUNT,
  fn: () =>
    onSmallDisk(LARGE_DISK, async (disk) => {
      await using queue = await JobQueue.open(`${disk.folder}/jobs.db`, { driver: "builtin" });
      const ran = new Map<number, number>();
      const warnings: string[] = [];
      const accepted: number[] = [];
      const note = task("note", (_: null, ctx) => {
        ran.set(ctx.id, (ran.get(ctx.id) ?? 0) + 1);
        if (ran.size === FILL_AT && warnings.length === 0) disk.fill();
        return "x".repeat(2_000);
      });
      const ids = await queue.submitMany(Array.from({ length: JOBS }, () => note(null)));
      const worker = new Worker(queue, {
        tasks: [note],
        concurrency: 4,
        onEvent: (event) => {
          if (event.type === "finished" && event.accepted) accepted.push(event.job.id);
          if (event.type !== "warning") return;
          warnings.push(String(event.error));
          if (warnings.length === 1) disk.free();
        },
      });
      const { completed } = await worker.drain();
      assert(warnings.length > 0, "the disk was never full");
      assertMatch(warnings[0]!, /DiskFullError: Cannot write .* the disk is full/);
      assertEquals([completed, accepted.length, new Set(accepted).size], [JOBS, JOBS, JOBS]);
      // Nothing ran twice: the outcomes were kept until they could be stored.
      assertEquals(ids.map((id) => ran.get(id)), Array(JOBS).fill(1));
      assertEquals(await queue.count({ statuses: ["completed"] }), JOBS);
      report(
        `full disk: a worker met it ${warnings.length} times and completed ${completed} of ${JOBS} jobs`,
      );
      await queue.close();
      await assertHealthy(`${disk.folder}/jobs.db`);
    }),
});
