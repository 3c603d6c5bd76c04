import { assert } from "@std/assert";
import type { NewJob } from "../../src/core/job.ts";
import { PENDING } from "../../src/core/transitions.ts";
import { audit } from "./audit.ts";
import { type Backend, BACKENDS, sizeOn } from "./backends.ts";
import { submit } from "./feed.ts";
import { drain, ignore, withDatabase, withStore, WorkerProcess } from "./harness.ts";
import { command, task } from "./jobs.ts";
import { seeded } from "./seed.ts";
import { tell } from "./sizes.ts";

const killsOf = (backend: Backend): number =>
  sizeOn(backend, "kills", { file: 100, server: 16, long: 1_000 });
/** Workers at any time. */
const WORKERS = 4;
/** A worker is killed after less than so many lines. */
const MAX_LINES = 60;
/** Jobs are submitted when fewer than so many wait, or a worker has none: none is alive without work for long. */
const LOW = WORKERS * MAX_LINES;
const CHUNK = 250;
/** One job of so many is a command. */
const COMMANDS = 10;

for (const backend of BACKENDS) {
  Deno.test({
    name: `${backend.name}: ${
      killsOf(backend)
    } kills, ${WORKERS} workers at once: no job is lost and none is accepted twice`,
    ignore: ignore || !backend.available,
    fn: () => kill(backend),
  });
}

async function kill(backend: Backend): Promise<void> {
  const kills = killsOf(backend);
  const chance = seeded(`kills ${backend.name}`);
  await withDatabase(async ({ db, ledger }) => {
    await withStore(db, async (store) => {
      let left = kills;
      let feeding: Promise<unknown> | null = null;
      const chunk = (): NewJob[] =>
        Array.from({ length: CHUNK }, () => chance.below(COMMANDS) === 0 ? command(ledger) : task("note"));
      const feed = async (): Promise<void> => {
        if (await store.count({ statuses: PENDING }) >= LOW) return;
        feeding ??= submit(store, ledger, chunk()).finally(() => feeding = null);
        await feeding;
      };
      // What a worker did and was killed before it could tell is not seen here: ask, and listen for idle ones.
      const heard = (line: string): void => {
        if (line === "idle") void feed();
      };
      const lane = async (): Promise<void> => {
        while (left-- > 0) {
          await feed();
          const worker = new WorkerProcess({ db, ledger, mode: "run" }, heard);
          // Some die before they have begun, some between the end of a body and its commit.
          for (let lines = chance.below(MAX_LINES); lines > 0; lines--) await worker.line();
          await worker.kill();
        }
      };
      await Promise.all(Array.from({ length: WORKERS }, lane));
    });
    await drain({ db, ledger });
    const figures = await audit(db, ledger);
    assert(figures.lostAttempts > 0, "no worker was killed with jobs in its hands");
    tell(`kills ${backend.name}`, { kills, workers: WORKERS, ...figures, seed: chance.seed });
  }, backend);
}
