/** Taking one job from a queue that has done nothing before, and from one with a long past. */

import { JobQueue } from "../../mod.ts";
import type { Backend } from "../backend.ts";
import { claimUs } from "../claims.ts";
import { makeHistory } from "../endurance/history.ts";
import type { Figures, Measure } from "../measure.ts";
import { noops } from "../noop.ts";

const WARM_UP = 100;
const CLAIMS = 400;

async function claimAfter(backend: Backend, finished: number): Promise<number> {
  return await backend.withPlace(async (location) => {
    {
      await using queue = await JobQueue.open(location);
      await makeHistory(queue, finished);
      await queue.submitMany(noops(1_000));
    }
    await using queue = await JobQueue.open(location);
    await claimUs(queue, WARM_UP);
    return await claimUs(queue, CLAIMS);
  });
}

async function ours(size: number, backend: Backend): Promise<Figures> {
  await claimAfter(backend, 0); // the first run pays for compiling what both then use
  const [young, old] = [await claimAfter(backend, 0), await claimAfter(backend, size)];
  return { young, old, growth: old / young };
}

export const history: Measure = {
  name: "history",
  rows: [
    { key: "young", label: () => "claim one, nothing finished", unit: "µs" },
    { key: "old", label: (size) => `claim one, ${size.toLocaleString("en-US")} finished`, unit: "µs" },
    { key: "growth", label: () => "  the second by the first", unit: "×" },
  ],
  sizes: { full: 1_000_000, quick: 100_000, smoke: 100 },
  ours,
  peers: [],
  targets: [{ row: "growth", most: 1.3 }],
};
