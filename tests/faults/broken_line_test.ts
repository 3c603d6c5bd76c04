import { withDatabase } from "../crash/harness.ts";
import { seeded } from "../crash/seed.ts";
import { size, tell } from "../crash/sizes.ts";
import { Load } from "./load.ts";
import { Proxy } from "./proxy.ts";
import { type Kind, KINDS } from "./servers.ts";

const FREEZES = size("freezes", 2, 20);
const LOST = size("lost-answers", 10, 200);
const MAX_PROGRESS = 20;

/** Workers and a submitter who reach a server through a proxy. */
async function throughProxy(
  { start, locate }: Kind,
  test: (load: Load, proxy: Proxy, ledger: string) => Promise<void>,
  settings: { readonly leaseMs?: number; readonly heartbeatMs?: number } = {},
): Promise<void> {
  await withDatabase(async ({ ledger }) => {
    await using server = await start!();
    await using proxy = new Proxy(server.port);
    await using load = await Load.begin({ db: proxy.through(locate(server.url)), ledger, ...settings });
    await test(load, proxy, ledger);
  });
}

for (const kind of KINDS) {
  Deno.test({
    name: `${kind.name}: ${FREEZES} half-open lines: submits end, workers come back, nothing is done twice`,
    ignore: kind.start === null,
    fn: async () => {
      const chance = seeded(`frozen ${kind.name}`);
      await throughProxy(kind, async (load, proxy) => {
        for (let freeze = 1; freeze <= FREEZES; freeze++) {
          await load.progress(1 + chance.below(MAX_PROGRESS));
          proxy.freeze();
          await Promise.all([load.refusal(), load.outage(freeze)]);
          proxy.forward();
        }
        await load.progress(1);
        // Whoever did not hear of a lease that ended may work on beside the next attempt.
        const accounts = await load.end({ overlap: true });
        tell(`frozen ${kind.name}`, { freezes: FREEZES, ...accounts, seed: chance.seed });
      }, { leaseMs: 3_000, heartbeatMs: 500 });
    },
  });

  Deno.test({
    name:
      `${kind.name}: ${LOST} lines cut before the server hears of a commit, or before its answer: nothing is done twice`,
    ignore: kind.start === null,
    fn: async () => {
      const chance = seeded(`lost answers ${kind.name}`);
      await throughProxy(kind, async (load, proxy) => {
        let answers = 0;
        for (let cut = 0; cut < LOST; cut++) {
          // Both kinds, whatever the seed: one in five hundred had only one.
          const answer = cut < 2 ? cut === 0 : chance.below(2) === 0;
          if (answer) answers++;
          await (answer ? proxy.cutAnswer(kind.commit) : proxy.cutBefore(kind.commit));
          if (chance.below(3) === 0) await load.progress(1);
        }
        await load.progress(1);
        const accounts = await load.end();
        tell(`lost answers ${kind.name}`, { cuts: LOST, answers, ...accounts, seed: chance.seed });
      });
    },
  });
}
