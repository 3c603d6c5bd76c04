import { assert, assertEquals } from "@std/assert";
import { audit } from "./audit.ts";
import { type Backend, BACKENDS, sizeOn } from "./backends.ts";
import { drain, ignore, withDatabase, withStore, WorkerProcess } from "./harness.ts";
import { seeded } from "./seed.ts";
import { tell } from "./sizes.ts";

const killsOf = (backend: Backend): number =>
  sizeOn(backend, "crowd-kills", { file: 20, server: 8, long: 200 });
const processesOf = (backend: Backend): number =>
  sizeOn(backend, "crowd-processes", { file: 16, server: 6, long: 16 });
/** Jobs that each submits at once. */
const SUBMITS = 10;
/** One is killed after less than so many lines. */
const MAX_LINES = 60;

for (const backend of BACKENDS) {
  Deno.test({
    name: `${backend.name}: ${processesOf(backend)} processes that submit and work, ${
      killsOf(backend)
    } of them killed: nothing is lost, doubled or locked`,
    ignore: ignore || !backend.available,
    fn: () => crowd(backend),
  });
}

async function crowd(backend: Backend): Promise<void> {
  const [kills, processes] = [killsOf(backend), processesOf(backend)];
  const chance = seeded(`crowd ${backend.name}`);
  await withDatabase(async ({ db, ledger }) => {
    await withStore(db, () => Promise.resolve());
    const warnings: string[] = [];
    const heard = (line: string): void => {
      if (line.startsWith("warning")) warnings.push(line);
    };
    let left = kills;
    // Whoever is not to be killed works on until all kills are done.
    const over = Promise.withResolvers<void>();
    let dying = processes;
    const member = async (): Promise<void> => {
      const start = (): WorkerProcess =>
        new WorkerProcess({ db, ledger, mode: "run", submits: SUBMITS }, heard);
      while (left-- > 0) {
        const worker = start();
        for (let lines = chance.below(MAX_LINES); lines > 0; lines--) await worker.line();
        await worker.kill();
      }
      const survivor = start();
      await survivor.line();
      if (--dying === 0) over.resolve();
      const end = survivor.ended();
      await over.promise;
      await survivor.open();
      assertEquals((await end).code, 0);
    };
    await Promise.all(Array.from({ length: processes }, member));
    await drain({ db, ledger });
    assertEquals(warnings, []);
    const figures = await audit(db, ledger, { unacknowledged: true });
    assert(figures.lostAttempts > 0, "no worker was killed with jobs in its hands");
    tell(`crowd ${backend.name}`, {
      processes,
      kills,
      ...figures,
      warnings: warnings.length,
      seed: chance.seed,
    });
  }, backend);
}
