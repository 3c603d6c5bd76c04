import { assert } from "@std/assert";
import { withDatabase } from "../crash/harness.ts";
import { seeded } from "../crash/seed.ts";
import { size, tell } from "../crash/sizes.ts";
import { Load } from "./load.ts";
import { KINDS } from "./servers.ts";

const KILLS = size("server-kills", 3, 40);
/** Completions of each worker between two kills: less than this. */
const MAX_PROGRESS = 60;
/** For how long the server stays away at most. */
const MAX_AWAY_MS = 500;

for (const { name, start, locate } of KINDS) {
  Deno.test({
    name:
      `${name} killed ${KILLS} times under load: what was acknowledged is done, once, by the workers that were there`,
    ignore: start === null,
    fn: async () => {
      const chance = seeded(`killed ${name}`);
      await withDatabase(async ({ ledger }) => {
        await using server = await start!();
        await using load = await Load.begin({ db: locate(server.url), ledger });
        const gate = `${ledger}.gate`;
        await load.addLong(gate);
        for (let kill = 0; kill < KILLS; kill++) {
          await load.progress(1 + chance.below(MAX_PROGRESS));
          await server.kill();
          await new Promise((resolve) => setTimeout(resolve, chance.below(MAX_AWAY_MS)));
          await server.start();
        }
        await load.progress(1);
        await Deno.writeTextFile(gate, "");
        const accounts = await load.end();
        assert(accounts.jobs > KILLS);
        tell(`killed ${name}`, { kills: KILLS, ...accounts, seed: chance.seed });
      });
    },
  });
}
