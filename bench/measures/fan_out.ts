/** One job, many that wait for it, one that waits for them all. */

import { Worker } from "../../mod.ts";
import { buildFanOut } from "../graphs.ts";
import type { Backend } from "../backend.ts";
import type { Figures, Measure } from "../measure.ts";
import { noop, withQueue } from "../noop.ts";
import { plainjob } from "../peer/plainjob.ts";
import { perSecond, timeMs } from "../timing.ts";

async function ours(size: number, backend: Backend): Promise<Figures> {
  return await withQueue(backend, async (queue) => {
    const ms = await timeMs(async () => {
      await buildFanOut(size).submit(queue);
      await new Worker(queue, { tasks: [noop], concurrency: 512 }).drain();
    });
    return { rate: perSecond(size, ms) };
  });
}

export const fanOut: Measure = {
  name: "fan_out",
  rows: [{
    key: "rate",
    label: (size) => `fan-out of ${size.toLocaleString("en-US")}, submit and run`,
    unit: "/s",
  }],
  sizes: { full: 9_998, quick: 2_000, smoke: 10 },
  ours,
  peers: [plainjob("fan_out")],
};
