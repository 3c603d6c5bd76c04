/** Commands that end at once, two at a time: what a job costs beyond its process. */

import { command, Worker } from "../../mod.ts";
import type { Backend } from "../backend.ts";
import type { Figures, Measure, Peer } from "../measure.ts";
import { withQueue } from "../noop.ts";
import { plainjob } from "../peer/plainjob.ts";
import { capture } from "../process.ts";
import { perSecond, timeMs } from "../timing.ts";

async function ours(size: number, backend: Backend): Promise<Figures> {
  return await withQueue(backend, async (queue) => {
    const ms = await timeMs(async () => {
      await queue.submitMany(Array.from({ length: size }, () => command(["true"])));
      await new Worker(queue, { concurrency: 2 }).drain();
    });
    const { completed = 0 } = (await queue.stats()).statuses;
    if (completed !== size) throw new Error(`${completed} of ${size} commands completed`);
    return { rate: perSecond(size, ms) };
  });
}

const xargs: Peer = {
  name: "xargs -P2",
  run: async (size) => ({
    rate: perSecond(size, await timeMs(() => capture("sh", ["-c", `seq ${size} | xargs -P2 -n1 true`]))),
  }),
};

export const commands: Measure = {
  name: "commands",
  rows: [{ key: "rate", label: () => "commands (true), 2 at once", unit: "/s" }],
  sizes: { full: 2_000, quick: 500, smoke: 2 },
  ours,
  peers: [xargs, plainjob("commands")],
  targets: [{ row: "rate", peer: xargs.name, least: 0.7 }],
};
