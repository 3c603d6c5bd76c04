import { assert, assertEquals } from "@std/assert";
import { audit, type Figures } from "./audit.ts";
import { submit } from "./feed.ts";
import { drain, ignore, withDatabase, withStore, WorkerProcess } from "./harness.ts";
import { command } from "./jobs.ts";
import { type Chance, seeded } from "./seed.ts";
import { size, tell } from "./sizes.ts";

/** Workers that are killed with commands in their hands. */
const WORKERS = size("orphaning-workers", 4, 50);
/** Commands of each. */
const COMMANDS = 6;
/** Between asking an orphan and killing it. */
const GRACE_MS = 100;

/**
 * What the first attempt leaves behind: processes that write their ids into a file and would stay for ten minutes.
 * `pids` is set to that file; the last one to come up says so.
 */
const FAMILIES: Readonly<Record<string, string>> = {
  polite: `echo $$ >> $pids; sleep 600 & echo $! >> $pids; echo up >&2; wait`,
  deaf:
    `trap '' TERM; echo $$ >> $pids; sleep 600 & echo $! >> $pids; echo up >&2; while :; do wait; sleep 600; done`,
  "deaf grandchild":
    `echo $$ >> $pids; sh -c "trap '' TERM; echo \\$\\$ >> $pids; echo up >&2; while :; do sleep 600; done" & wait`,
  "grandchild that left the group":
    `echo $$ >> $pids; setsid sh -c "echo \\$\\$ >> $pids; echo up >&2; exec sleep 600" & wait`,
  "grandchild without environment":
    `echo $$ >> $pids; env -i sh -c "trap '' TERM; echo \\$\\$ >> $pids; echo up >&2; while :; do sleep 600; done" & wait`,
  "leader that has ended": `sh -c "echo \\$\\$ >> $pids; echo up >&2; exec sleep 600" & exit 1`,
};

/** The second attempt fails unless all of that is gone, or dead and waiting to be reaped. */
const LOOK = `for pid in $(cat $pids); do
  state=$(cut -d ' ' -f 3 /proc/$pid/stat 2>/dev/null)
  case "$state" in ''|Z|X) ;; *) echo "$pid is there" >&2; exit 1;; esac
done`;

function orphan(ledger: string, dir: string, family: string): ReturnType<typeof command> {
  const work = `pids=${dir}/pids-$GIGQ_JOB_ID
    if [ "$GIGQ_ATTEMPT" = 1 ]; then ${FAMILIES[family]}; exit 1; fi
    ${LOOK}`;
  return command(ledger, work, { graceMs: GRACE_MS, maxAttempts: 3, name: family });
}

/** Where a test fails, what it shows to be alive would stay for ten minutes. */
function endLeftovers(dir: string): void {
  for (const { name } of Deno.readDirSync(dir)) {
    if (!name.startsWith("pids-")) continue;
    for (const pid of Deno.readTextFileSync(`${dir}/${name}`).trim().split("\n")) {
      try {
        Deno.kill(Number(pid), "SIGKILL");
      } catch {
        // That one is gone.
      }
    }
  }
}

/** Kills one worker with its commands, some of which have only just come up and are not registered. */
async function orphanAll(chance: Chance): Promise<Figures> {
  return await withDatabase(async ({ db, ledger }) => {
    const dir = ledger.slice(0, ledger.lastIndexOf("/"));
    const families = Array.from({ length: COMMANDS }, () => chance.pick(Object.keys(FAMILIES)));
    await withStore(
      db,
      (store) => submit(store, ledger, families.map((family) => orphan(ledger, dir, family))),
    );
    const worker = new WorkerProcess({ db, ledger, mode: "run", concurrency: COMMANDS });
    const ups = 1 + chance.below(COMMANDS);
    for (let up = 0; up < ups; up++) await worker.until("log");
    await worker.kill();
    await drain({ db, ledger });
    await withStore(db, async (store) => {
      if ((await store.count({ statuses: ["completed"] })) < COMMANDS) endLeftovers(dir);
      for (const job of await store.list({})) {
        const outcomes = (await store.attempts(job.id)).map(({ outcome }) => outcome);
        // On a slow machine, the group of a leader that has ended is ended by its own worker before that dies.
        const leader = job.name === "leader that has ended" && outcomes[0] === "exit";
        assertEquals(outcomes, [leader ? "exit" : "lost", "completed"], `${job.name}: ${job.error?.message}`);
      }
    });
    return await audit(db, ledger);
  });
}

Deno.test({
  name:
    `${WORKERS} workers killed with ${COMMANDS} commands each: what they left is ended before a retry starts`,
  ignore,
  async fn(): Promise<void> {
    const chance = seeded("orphans");
    let orphans = 0;
    for (let i = 0; i < WORKERS; i++) orphans += (await orphanAll(chance)).lostAttempts;
    assert(orphans > 0);
    tell("orphans", { workers: WORKERS, orphans, alive: 0, seed: chance.seed });
  },
});
