/**
 * Days of queue life in seconds: real engines on the memory store, a clock that is turned, and a seed that decides
 * what breaks. `GIGQ_SEED` plays one seed; a seed that failed once belongs into `seeds.ts`.
 */

import { assert, assertEquals } from "@std/assert";
import { size } from "../crash/sizes.ts";
import type { Ledger } from "./ledger.ts";
import { SEEDS } from "./seeds.ts";
import { World, type WorldOptions } from "./world.ts";

const HOUR = 3_600_000;
const seed = Number(Deno.env.get("GIGQ_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]!);

async function simulate(seed: number, hours: number, options: Omit<WorldOptions, "seed">): Promise<Ledger> {
  const { jumps, server } = options;
  const world = new World({ seed, ...options });
  try {
    await world.live(hours * HOUR);
  } catch (error) {
    const how = `${jumps ? ", clock set" : ""}${server ? ", on a server" : ""}`;
    throw new Error(`Seed ${seed}, ${hours} hours${how}`, { cause: error });
  }
  return world.ledger;
}

/** Lives so long, and shows the figures as the name of a step: that is what a quiet run of the tests prints. */
async function live(t: Deno.TestContext, jumps: boolean, server = false): Promise<void> {
  const hours = size("simulation hours", 6, 7 * 24);
  const startedAt = performance.now();
  const { counts, hash } = await simulate(seed, hours, { jumps, server, schedules: true });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  await t.step(`${hours} hours in ${seconds} s: ${JSON.stringify(counts)}, history ${hash}`, () => {});
}

Deno.test(`seed ${seed}: one seed is one history`, async () => {
  const [first, second, other] = [
    await simulate(seed, 2, { jumps: true, schedules: true }),
    await simulate(seed, 2, { jumps: true, schedules: true }),
    await simulate(seed + 1, 2, { jumps: true, schedules: true }),
  ];
  assertEquals(first.hash, second.hash, `seed ${seed}`);
  assert(first.hash !== other.hash);
});

for (const { seed, hours, jumps, server, because } of SEEDS) {
  Deno.test(`seed ${seed} for ${hours} hours, where once ${because}`, async () => {
    await simulate(seed, hours, { jumps, server });
  });
}

Deno.test(`seed ${seed}: a long life with crashes, zombies, locks and shutdowns loses nothing`, async (t) => {
  await live(t, false);
});

Deno.test(`seed ${seed}: the same on a server that is down, silent or cut off now and then`, async (t) => {
  await live(t, false, true);
});

Deno.test(`seed ${seed}: the same while somebody sets the clock`, async (t) => {
  await live(t, true);
});
