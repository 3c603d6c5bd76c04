/** Taking one job, with next to nothing and with a mountain waiting. */

import type { JobQueue } from "../../mod.ts";
import type { Figures, Measure } from "../measure.ts";
import { noops, withQueue } from "../noop.ts";
import { plainjob } from "../peer/plainjob.ts";

const CLAIMS = 200;
const BATCH = 50_000;
const WORKER = { id: "bench", host: "bench", boot: null, pid: 1, pidStart: null };

async function claimUs({ store }: JobQueue): Promise<number> {
  const request = { worker: WORKER, limit: 1, leaseMs: 600_000, routes: ["function:bench"] };
  const start = performance.now();
  for (let i = 0; i < CLAIMS; i++) {
    const { jobs } = await store.claim(request, Date.now());
    if (jobs.length !== 1) throw new Error(`Claimed ${jobs.length} jobs instead of 1`);
  }
  return (performance.now() - start) / CLAIMS * 1_000;
}

async function claimWith(pending: number): Promise<number> {
  return await withQueue(async (queue) => {
    for (let at = 0; at < pending; at += BATCH) await queue.submitMany(noops(Math.min(BATCH, pending - at)));
    return await claimUs(queue);
  });
}

async function ours(size: number): Promise<Figures> {
  await claimWith(CLAIMS); // warms the statements' code up, as the larger run would find it
  const [few, many] = [await claimWith(1_000), await claimWith(size)];
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
