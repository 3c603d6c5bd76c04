/**
 * Submitting job after job. In a file, each of ours is on the disk before the next begins; plainjob leaves that to the
 * system. On a server, its settings decide, for all alike.
 */

import type { Backend } from "../backend.ts";
import type { Figures, Measure } from "../measure.ts";
import { noop, withQueue } from "../noop.ts";
import { plainjob } from "../peer/plainjob.ts";
import { serverPeers } from "../peer/servers.ts";
import { perSecond, timeMs } from "../timing.ts";

async function ours(size: number, backend: Backend): Promise<Figures> {
  const single = await withQueue(backend, (queue) =>
    timeMs(async () => {
      for (let n = 0; n < size; n++) await queue.submit(noop({ n }));
    }));
  const together = await withQueue(
    backend,
    (queue) => timeMs(() => Promise.all(Array.from({ length: size }, (_, n) => queue.submit(noop({ n }))))),
  );
  return { single: perSecond(size, single), together: perSecond(size, together) };
}

export const enqueueOne: Measure = {
  name: "enqueue_one",
  rows: [
    { key: "single", label: () => "enqueue one by one, each awaited", unit: "/s" },
    { key: "together", label: () => "enqueue one by one, calls not awaited", unit: "/s" },
  ],
  sizes: { full: 5_000, quick: 2_000, smoke: 5 },
  ours,
  peers: [plainjob("enqueue_one"), ...serverPeers("enqueue_one")],
};
