/**
 * Random lives of one schedule, of which a model that shares no code with the plan tells every slot. `GIGQ_CRASH=long`
 * plays thousands; the seed is printed, and with a failure the shortest life that shows it; `GIGQ_SEED` plays them again.
 */

import fc from "fast-check";
import { allStores } from "../store/stores.ts";
import { size } from "../crash/sizes.ts";
import { life, live } from "./slot_life.ts";

const SEED = Number(Deno.env.get("GIGQ_SEED") ?? Date.now() % 2 ** 31);
/** A file syncs at each step, and a server answers over a line. */
const LIVES: Readonly<Record<string, number>> = { memory: 150, "sqlite :memory:": 25 };

for (const { name, open, available } of allStores) {
  Deno.test({
    name: `${name}: what becomes of each slot is what the documents say, GIGQ_SEED=${SEED}`,
    ignore: !available,
    fn: async () => {
      const property = fc.asyncProperty(life, async (one) => {
        const store = await open();
        try {
          await live(store, one);
        } finally {
          await store.close();
        }
      });
      await fc.assert(property, { seed: SEED, numRuns: size(`slot lives ${name}`, LIVES[name] ?? 3, 2_000) });
    },
  });
}
