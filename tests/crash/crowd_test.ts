import { assert, assertEquals } from "@std/assert";
import { audit } from "./audit.ts";
import { drain, ignore, withDatabase, withStore, WorkerProcess } from "./harness.ts";
import { seeded } from "./seed.ts";
import { size, tell } from "./sizes.ts";

const KILLS = size("crowd-kills", 20, 200);
const PROCESSES = 16;
/** Jobs that each submits at once. */
const SUBMITS = 10;
/** One is killed after less than so many lines. */
const MAX_LINES = 60;

Deno.test({
  name:
    `${PROCESSES} processes that submit and work, ${KILLS} of them killed: nothing is lost, doubled or locked`,
  ignore,
  async fn(): Promise<void> {
    const chance = seeded("crowd");
    await withDatabase(async ({ db, ledger }) => {
      await withStore(db, () => Promise.resolve());
      const warnings: string[] = [];
      const heard = (line: string): void => {
        if (line.startsWith("warning")) warnings.push(line);
      };
      let left = KILLS;
      // Whoever is not to be killed works on until all kills are done.
      const over = Promise.withResolvers<void>();
      let dying = PROCESSES;
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
      await Promise.all(Array.from({ length: PROCESSES }, member));
      await drain({ db, ledger });
      assertEquals(warnings, []);
      const figures = await audit(db, ledger, { unacknowledged: true });
      assert(figures.lostAttempts > 0, "no worker was killed with jobs in its hands");
      tell("crowd", {
        processes: PROCESSES,
        kills: KILLS,
        ...figures,
        warnings: warnings.length,
        seed: chance.seed,
      });
    });
  },
});
