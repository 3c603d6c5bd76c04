/** Running jobs that do nothing, in several processes. */

import { JobQueue } from "../../mod.ts";
import type { Backend } from "../backend.ts";
import { LineChild } from "../lines.ts";
import type { Figures, Measure } from "../measure.ts";
import { atOnce, noops } from "../noop.ts";
import { serverPeers } from "../peer/servers.ts";
import { perSecond, timeMs } from "../timing.ts";

const BATCH = 10_000;

async function drainRate(backend: Backend, size: number, processes: number): Promise<number> {
  return await backend.withPlace(async (location) => {
    await using queue = await JobQueue.open(location);
    for (let at = 0; at < size; at += BATCH) await queue.submitMany(noops(Math.min(BATCH, size - at)));
    const workers = Array.from({ length: processes }, () => startWorker(location, atOnce(backend.name)));
    await Promise.all(workers.map(({ ready }) => ready));
    const ms = await timeMs(() =>
      Promise.all(workers.map(async ({ child, done }) => {
        await child.say("drain");
        await done;
      }))
    );
    await Promise.all(workers.map(({ child }) => child.stop()));
    const { completed = 0 } = (await queue.stats()).statuses;
    if (completed !== size) throw new Error(`${completed} of ${size} jobs completed`);
    return perSecond(size, ms);
  });
}

function startWorker(
  location: string,
  concurrency: number,
): { child: LineChild; ready: Promise<void>; done: Promise<void> } {
  const [ready, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const child = new LineChild("worker.ts", [location, String(concurrency)], (line) => {
    (line === "ready" ? ready : done).resolve();
  });
  // A worker that fails never says that it is done.
  const failed = child.ended.then(() => Promise.reject(new Error("A worker process ended early")));
  const within = (promise: Promise<void>): Promise<void> => Promise.race([promise, failed]);
  return { child, ready: within(ready.promise), done: within(done.promise) };
}

async function ours(size: number, backend: Backend): Promise<Figures> {
  return { two: await drainRate(backend, size, 2), four: await drainRate(backend, size, 4) };
}

export const drainMany: Measure = {
  name: "drain_many",
  rows: [
    { key: "two", label: (size) => `drain ${size.toLocaleString("en-US")} no-ops, 2 processes`, unit: "/s" },
    { key: "four", label: (size) => `drain ${size.toLocaleString("en-US")} no-ops, 4 processes`, unit: "/s" },
  ],
  sizes: { full: 50_000, quick: 20_000, smoke: 20 },
  ours,
  peers: serverPeers("drain_many"),
};
