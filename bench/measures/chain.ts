/** A chain: each job waits for the one before it. */

import { Worker } from "../../mod.ts";
import type { Backend } from "../backend.ts";
import type { Figures, Measure } from "../measure.ts";
import { noop, withQueue } from "../noop.ts";
import { plainjob } from "../peer/plainjob.ts";
import { buildChain } from "../graphs.ts";
import { perSecond, timeMs } from "../timing.ts";

async function ours(size: number, backend: Backend): Promise<Figures> {
  return await withQueue(backend, async (queue) => {
    const ms = await timeMs(async () => {
      await buildChain(size).submit(queue);
      await new Worker(queue, { tasks: [noop], concurrency: 8 }).drain();
    });
    return { rate: perSecond(size, ms) };
  });
}

export const chain: Measure = {
  name: "chain",
  rows: [{
    key: "rate",
    label: (size) => `chain of ${size.toLocaleString("en-US")}, submit and run`,
    unit: "/s",
  }],
  sizes: { full: 10_000, quick: 2_000, smoke: 10 },
  ours,
  peers: [plainjob("chain")],
};
