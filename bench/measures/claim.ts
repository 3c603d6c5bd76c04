/** Taking one job, with next to nothing and with a mountain waiting. */

import { JobQueue } from "../../mod.ts";
import type { Backend } from "../backend.ts";
import { claimUs } from "../claims.ts";
import type { Figures, Measure } from "../measure.ts";
import { noops } from "../noop.ts";
import { plainjob } from "../peer/plainjob.ts";

const WARM_UP = 100;
const CLAIMS = 400;
const BATCH = 50_000;
/** Fills a queue and opens it anew, so that no claim pays for writing the mountain. */
async function claimWith(backend: Backend, pending: number): Promise<number> {
  return await backend.withPlace(async (location) => {
    {
      await using queue = await JobQueue.open(location);
      for (let at = 0; at < pending; at += BATCH) {
        await queue.submitMany(noops(Math.min(BATCH, pending - at)));
      }
    }
    await using queue = await JobQueue.open(location);
    await claimUs(queue, WARM_UP);
    return await claimUs(queue, CLAIMS);
  });
}

async function ours(size: number, backend: Backend): Promise<Figures> {
  await claimWith(backend, 1_000); // the first run pays for compiling what both then use
  const [few, many] = [await claimWith(backend, 1_000), await claimWith(backend, size)];
  return { few, many, growth: many / few };
}

export const claim: Measure = {
  name: "claim",
  rows: [
    { key: "few", label: () => "claim one, 1,000 pending", unit: "µs" },
    { key: "many", label: (size) => `claim one, ${size.toLocaleString("en-US")} pending`, unit: "µs" },
    { key: "growth", label: () => "  the second by the first", unit: "×" },
  ],
  sizes: { full: 1_000_000, quick: 200_000, smoke: 1_000 },
  ours,
  peers: [plainjob("claim")],
  targets: [{ row: "growth", most: 1.3 }],
};
