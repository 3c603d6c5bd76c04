import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Status } from "../../src/core/job.ts";
import { newJob } from "../../src/testing/contract/kit.ts";
import { gigq } from "../cli/fixture.ts";
import { report, size } from "./sizes.ts";
import {
  assertHealthy,
  Chance,
  gigqArgs,
  gigqProcess,
  inFolder,
  isReachable,
  readLedger,
  run,
  withSqlite,
  Writer,
} from "./storage_kit.ts";

const BACKUPS = size("backups", 4, 40);
const WRITERS = 3;
/** A database is given up after so many, so that each is small enough to be looked through. */
const A_DATABASE = 5;
const MAX_GROUPS = 20;
const KILLS = size("backup_kills", 3, 25);
/** A copy of them takes long enough to be interrupted. */
const BIG_JOBS = 5_000;
const BIG_BYTES = 4_000;

type Ledger = Map<number, Status[]>;

/** Throws unless every change that was acknowledged before the backup is in it. */
async function assertHolds(db: string, ledgers: readonly Ledger[]): Promise<number> {
  let changes = 0;
  await withSqlite(db, async (store) => {
    const found = new Map((await store.list({})).map((job) => [job.id, job.status]));
    for (const [id, statuses] of ledgers.flatMap((ledger) => [...ledger])) {
      const status = found.get(id);
      assert(status !== undefined, `job ${id} was acknowledged before the backup, and is not in it`);
      for (const known of statuses) {
        assert(isReachable(known, status), `job ${id} was ${known} and is ${status}`);
      }
      changes += statuses.length;
    }
  });
  return changes;
}

Deno.test({
  name:
    `backup: ${BACKUPS} under load hold all that was acknowledged before, and a restore goes on from there`,
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const chance = new Chance("backups");
    let changes = 0;
    for (let left = BACKUPS; left > 0; left -= A_DATABASE) {
      await inFolder(async (folder) => {
        changes += await someBackups(folder, Math.min(left, A_DATABASE), chance);
      });
    }
    report(`backups: ${BACKUPS} under load hold ${changes} changes acknowledged before them`);
  },
});

interface Made {
  readonly file: string;
  /** What was acknowledged before. */
  readonly known: Ledger[];
}

async function someBackups(folder: string, count: number, chance: Chance): Promise<number> {
  const db = `${folder}/jobs.db`;
  const ledgers = Array.from({ length: WRITERS }, (_, index) => `${folder}/ledger-${index}`);
  const writers = ledgers.map((ledger) =>
    new Writer({ db, ledger, mode: "mixed", seed: chance.int(1, 2 ** 31) })
  );
  const made: Made[] = [];
  try {
    await Promise.all(writers.map((writer) => writer.more(1)));
    for (let index = 0; index < count; index++) {
      await chance.pick(writers).more(chance.int(1, MAX_GROUPS));
      const known = ledgers.map((path) => readLedger(Deno.readTextFileSync(path)));
      const file = `${folder}/backup-${index}.db`;
      const { code, out, err } = await gigqProcess(["backup", "--json", "--db", db, file]);
      assertEquals([code, err], [0, ""]);
      assertEquals(JSON.parse(out).path, file);
      made.push({ file, known });
    }
    // They wrote all the while.
    await Promise.all(writers.map((writer) => writer.more(1)));
  } finally {
    await Promise.all(writers.map((writer) => writer.kill()));
  }
  let changes = 0;
  for (const { file, known } of made) {
    changes += await assertHolds(file, known);
    await assertHealthy(file);
  }
  await restore(folder, db, made.at(-1)!);
  return changes;
}

/** As `gigq backup --help` says. */
async function restore(folder: string, db: string, backup: Made): Promise<void> {
  await Deno.mkdir(`${folder}/old`);
  for (const end of ["", "-wal", "-shm"]) {
    await Deno.rename(`${db}${end}`, `${folder}/old/jobs.db${end}`).catch(() => {});
  }
  assertEquals((await run("cp", [backup.file, db])).code, 0);
  await assertHolds(db, backup.known);
  const { code, out } = await gigqProcess(["submit", "--db", db, "--", "true"]);
  assertEquals(code, 0);
  const last = Math.max(...backup.known.flatMap((ledger) => [...ledger.keys()]));
  assert(Number(out) > last, "an id was used again");
  await assertHealthy(db);
}

Deno.test({
  name: `backup: ${KILLS} that were killed while they wrote leave the last good one in its place`,
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      const [db, file] = [`${folder}/jobs.db`, `${folder}/out/backup.db`];
      await Deno.mkdir(`${folder}/out`);
      await withSqlite(db, async (store) => {
        await store.enqueue({ jobs: [newJob()] }, Date.now());
        await store.backup(file);
        const payload = { text: "x".repeat(BIG_BYTES) };
        await store.enqueue(
          { jobs: Array.from({ length: BIG_JOBS }, () => newJob({ payload })) },
          Date.now(),
        );
      });
      const good = (await Deno.readFile(file)).toBase64();
      let killed = 0;
      // A backup may be over before the news of its file comes.
      for (let tries = 0; killed < KILLS && tries < 10 * KILLS; tries++) {
        if (await killBackup(db, file)) killed++;
      }
      assertEquals(killed, KILLS);
      // Either the old one or, had it been faster, a whole new one; never anything else.
      if ((await Deno.readFile(file)).toBase64() !== good) {
        await withSqlite(file, async (store) => assertEquals(await store.count({}), BIG_JOBS + 1));
      }
      await assertHealthy(file);
      const { code } = await gigqProcess(["backup", "--force", "--db", db, file]);
      assertEquals(code, 0);
      await withSqlite(file, async (store) => assertEquals(await store.count({}), BIG_JOBS + 1));
    }),
});

/** Kills a backup as soon as its unfinished file appears; whether it was still at work. */
async function killBackup(db: string, file: string): Promise<boolean> {
  const folder = file.slice(0, file.lastIndexOf("/"));
  const watcher = Deno.watchFs(folder);
  const child = new Deno.Command(Deno.execPath(), {
    args: gigqArgs("backup", "--force", "--db", db, file),
    stdout: "null",
    stderr: "null",
  }).spawn();
  for await (const { kind, paths } of watcher) {
    if (kind === "modify" && paths.some((path) => path.endsWith(".tmp"))) break;
  }
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
  const { signal } = await child.status;
  for (const { name } of [...Deno.readDirSync(folder)]) {
    if (name.endsWith(".tmp")) await Deno.remove(`${folder}/${name}`);
  }
  return signal === "SIGKILL";
}

Deno.test({
  name: "backup: refuses what would destroy something, in one line, and leaves nothing behind",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const db = `${folder}/jobs.db`;
      assertEquals((await gigq(["submit", "--db", db, "--", "true"])).code, 0);
      await Deno.writeTextFile(`${folder}/taken`, "mine");
      await Deno.writeTextFile(`${folder}/used.db-wal`, "a log");
      await Deno.link(db, `${folder}/same.db`);
      const names = (): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      const before = names();
      const refusals: readonly (readonly [args: string[], code: number, message: RegExp])[] = [
        [[`${folder}/taken`], 73, /taken is there already; name another file, or say --force/],
        [[":memory:"], 2, /needs the name of a file/],
        [["-"], 2, /cannot be written to stdout; name a file/],
        [["--force", db], 2, /is the database itself/],
        [["--force", `${folder}/same.db`], 2, /is the database itself/],
        [["--force", `${folder}/used.db`], 73, /used\.db-wal was left behind/],
        [[`${folder}/none/backup.db`], 73, /There is no folder \S+none for the backup/],
        [[folder], 73, /is a folder; name a file in it/],
        [["--force", folder], 73, /is a folder; name a file in it/],
      ];
      for (const [args, code, message] of refusals) {
        const ran = await gigq(["backup", "--db", db, ...args]);
        assertEquals([ran.code, ran.out], [code, ""], ran.err);
        assertMatch(ran.err, message);
        assertEquals(ran.err.trim().split("\n").length, 1);
        assertEquals(names(), before);
      }
      assertEquals(await Deno.readTextFile(`${folder}/taken`), "mine");
      assertEquals((await gigq(["backup", "--force", "--db", db, `${folder}/taken`])).code, 0);
      assertEquals((await gigq(["stats", "--db", `${folder}/taken`])).code, 0);
    }),
});
