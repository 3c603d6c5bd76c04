/** Submitting many jobs in one call. */

import type { Backend } from "../backend.ts";
import type { Figures, Measure } from "../measure.ts";
import { noops, withQueue } from "../noop.ts";
import { plainjob } from "../peer/plainjob.ts";
import { serverPeers } from "../peer/servers.ts";
import { perSecond, timeMs } from "../timing.ts";

async function ours(size: number, backend: Backend): Promise<Figures> {
  return await withQueue(backend, async (queue) => {
    return { rate: perSecond(size, await timeMs(() => queue.submitMany(noops(size)))) };
  });
}

export const enqueueBulk: Measure = {
  name: "enqueue_bulk",
  rows: [{ key: "rate", label: (size) => `enqueue ${size.toLocaleString("en-US")} in one call`, unit: "/s" }],
  sizes: { full: 100_000, quick: 50_000, smoke: 10 },
  ours,
  peers: [plainjob("enqueue_bulk"), ...serverPeers("enqueue_bulk")],
  targets: [{ row: "rate", peer: "plainjob", least: 1 }],
};
