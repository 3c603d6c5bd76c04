/** Moves between any two stores, there and back. */

import { assertEquals } from "@std/assert";
import { moveQueue } from "../../src/library/move.ts";
import { fillStore, linesIn, queueOver, start } from "../library/move_kit.ts";
import { allStores } from "./stores.ts";

/** One of each kind. */
const KINDS = ["memory", "sqlite file, builtin", "postgres", "redis"];
const stores = allStores.filter(({ name }) => KINDS.includes(name));

for (const from of stores) {
  for (const to of stores) {
    Deno.test({
      name: `move: from ${from.name} to ${to.name}, and back`,
      ignore: !from.available || !to.available,
      fn: async () => {
        const places = await Promise.all([from, to, from].map(({ open }) => open()));
        const [source, target, back] = places.map((store, at) => queueOver(store, `/place/${at}`));
        try {
          await fillStore(source!.store);
          const end = await start(source!.store);
          await end();
          const before = await linesIn(source!.store);
          const there = await moveQueue(source!, target!, { batch: 7 });
          assertEquals(await linesIn(target!.store), before);
          const again = await moveQueue(target!, back!);
          assertEquals(await linesIn(back!.store), before);
          assertEquals(again.proof, there.proof);
          assertEquals(there.proof!.figures.jobs, await back!.count());
        } finally {
          for (const store of places) await store.close();
        }
      },
    });
  }
}
