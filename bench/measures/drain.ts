/** Running jobs that do nothing: what the queue itself costs. */

import { Worker } from "../../mod.ts";
import type { Backend } from "../backend.ts";
import type { Figures, Measure } from "../measure.ts";
import { atOnce, noop, noops, withQueue } from "../noop.ts";
import { plainjob } from "../peer/plainjob.ts";
import { serverPeers } from "../peer/servers.ts";
import { perSecond, timeMs } from "../timing.ts";

async function drainRate(backend: Backend, size: number, concurrency: number): Promise<number> {
  return await withQueue(backend, async (queue) => {
    await queue.submitMany(noops(size));
    const worker = new Worker(queue, { tasks: [noop], concurrency });
    const ms = await timeMs(() => worker.drain());
    const { completed = 0 } = (await queue.stats()).statuses;
    if (completed !== size) throw new Error(`${completed} of ${size} jobs completed`);
    return perSecond(size, ms);
  });
}

async function ours(size: number, backend: Backend): Promise<Figures> {
  return {
    rate: await drainRate(backend, size, atOnce(backend.name)),
    narrow: await drainRate(backend, Math.ceil(size / (backend.url === null ? 4 : 20)), 2),
  };
}

export const drain: Measure = {
  name: "drain",
  rows: [
    {
      key: "rate",
      label: (size, backend) =>
        `drain ${size.toLocaleString("en-US")} no-ops, ${atOnce(backend).toLocaleString("en-US")} at once`,
      unit: "/s",
    },
    { key: "narrow", label: () => "drain no-ops, 2 at once", unit: "/s" },
  ],
  sizes: { full: 50_000, quick: 20_000, smoke: 20 },
  ours,
  peers: [plainjob("drain"), ...serverPeers("drain")],
  targets: [
    { row: "rate", peer: "plainjob", least: 5 },
    { row: "rate", peer: "pg-boss", least: 1.5 },
    { row: "rate", peer: "graphile-worker, kept", least: 1.5 },
    { row: "rate", peer: "bullmq", least: 1.5 },
  ],
};
