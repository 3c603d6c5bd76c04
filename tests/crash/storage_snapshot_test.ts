import { assert, assertEquals } from "@std/assert";
import { report, size } from "./sizes.ts";
import {
  assertHealthy,
  Chance,
  continueAll,
  copyDatabase,
  inFolder,
  isReachable,
  readLedger,
  stopAll,
  withSqlite,
  Writer,
} from "./storage_kit.ts";

const SNAPSHOTS = size("snapshots", 20, 200);
const WRITERS = 3;
/** A database is given up after so many, so that each is small enough to be looked through. */
const A_DATABASE = 20;
/** A snapshot is taken after at most so many acknowledged groups. */
const MAX_GROUPS = 12;

Deno.test({
  name: `${SNAPSHOTS} copies of a database in full use are valid and hold every acknowledged job`,
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const chance = new Chance("snapshots");
    let valid = 0;
    let acknowledged = 0;
    for (let left = SNAPSHOTS; left > 0; left -= A_DATABASE) {
      await inFolder(async (folder) => {
        const counts = await someSnapshots(folder, Math.min(left, A_DATABASE), chance);
        valid += counts.valid;
        acknowledged += counts.acknowledged;
      });
    }
    report(`snapshots: ${valid} of ${SNAPSHOTS} valid, ${acknowledged} acknowledged changes looked for`);
    assertEquals(valid, SNAPSHOTS);
  },
});

async function someSnapshots(
  folder: string,
  count: number,
  chance: Chance,
): Promise<{ valid: number; acknowledged: number }> {
  const db = `${folder}/jobs.db`;
  const ledgers = Array.from({ length: WRITERS }, (_, index) => `${folder}/ledger-${index}`);
  const writers = ledgers.map((ledger) =>
    new Writer({ db, ledger, mode: "mixed", seed: chance.int(1, 2 ** 31) })
  );
  let acknowledged = 0;
  try {
    await Promise.all(writers.map((writer) => writer.more(1)));
    for (let shot = 0; shot < count; shot++) {
      await chance.pick(writers).more(chance.int(1, MAX_GROUPS));
      await stopAll(writers);
      // Without its index the log is read anew, with it the index is what a power cut might leave: both must do.
      const copy = `${folder}/copy-${shot}.db`;
      await copyDatabase(db, copy, chance.int(0, 2) === 0 ? ["-wal"] : ["-wal", "-shm"]);
      const texts = ledgers.map((path) => Deno.readTextFileSync(path));
      // They stay stopped meanwhile: a database that grows all the time would be looked through ever more slowly.
      acknowledged += await checkCopy(copy, texts);
      continueAll(writers);
      for (const end of ["", "-wal", "-shm"]) await Deno.remove(`${copy}${end}`).catch(() => {});
    }
  } finally {
    await Promise.all(writers.map((writer) => writer.kill()));
  }
  await assertHealthy(db);
  return { valid: count, acknowledged };
}

/** How many acknowledged changes the ledgers name; each must be in the copy. */
async function checkCopy(copy: string, ledgers: readonly string[]): Promise<number> {
  let changes = 0;
  await withSqlite(copy, async (store) => {
    const found = new Map((await store.list({})).map((job) => [job.id, job.status]));
    for (const ledger of ledgers.map(readLedger)) {
      for (const [id, statuses] of ledger) {
        const status = found.get(id);
        assert(status !== undefined, `job ${id} was acknowledged and is gone`);
        for (const known of statuses) {
          assert(isReachable(known, status), `job ${id} was ${known} and is ${status}`);
          changes++;
        }
      }
    }
    // Work goes on where it stood.
    await store.enqueue({ jobs: [] }, Date.now());
  });
  await assertHealthy(copy);
  return changes;
}
