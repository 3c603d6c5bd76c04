/** From the call that submits a job to the start of its body, in the idle worker of another process. */

import { JobQueue } from "../../mod.ts";
import type { Backend } from "../backend.ts";
import { percentile } from "../endurance/figures.ts";
import { LineChild } from "../lines.ts";
import type { Figures, Measure } from "../measure.ts";
import { noop } from "../noop.ts";
import { serverPeers } from "../peer/servers.ts";
import { median } from "../timing.ts";

const WARM_UP = 10;

async function ours(size: number, backend: Backend): Promise<Figures> {
  return await backend.withPlace(async (location) => {
    await using queue = await JobQueue.open(location);
    let hear = (_line: string): void => {};
    const worker = new LineChild("worker.ts", [location, "8"], (line) => hear(line));
    const ended = worker.ended.then(() => Promise.reject(new Error("The worker process ended early")));
    const heard = (expected: string): Promise<void> =>
      Promise.race([ended, new Promise<void>((resolve) => hear = (line) => line === expected && resolve())]);
    await heard("ready");
    const working = heard("working");
    await worker.say("run");
    await working;
    const times: number[] = [];
    for (let n = -WARM_UP; n < size; n++) {
      // Not in step with anything that the worker does at intervals.
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
      const start = performance.now();
      const started = heard(String(n));
      const stored = queue.submit(noop({ n }));
      await started;
      if (n >= 0) times.push(performance.now() - start);
      await stored;
    }
    await worker.stop();
    return { median: median(times), p99: percentile(times, 0.99) };
  });
}

export const wakeUp: Measure = {
  name: "wake_up",
  rows: [
    { key: "median", label: () => "submit to start, idle worker, median", unit: "ms" },
    { key: "p99", label: (size) => `  99th percentile of ${size}`, unit: "ms" },
  ],
  sizes: { full: 100, quick: 100, smoke: 3 },
  ours,
  peers: serverPeers("wake_up"),
  // SQLite tells nobody of a change: its workers look for them.
  targets: [
    { row: "median", backend: "postgres", most: 10 },
    { row: "median", backend: "redis", most: 10 },
  ],
};
