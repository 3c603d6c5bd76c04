/**
 * Somebody who submits without end: `submitter.ts DATABASE RATE`, so many jobs a second, and looks at the queue now
 * and then as people do. Ends when stdin does, and says how many jobs were acknowledged.
 */

import { JobQueue } from "../../mod.ts";
import { noops } from "../noop.ts";

const INTERVAL_MS = 100;
/** A look at the newest jobs, and at the figures, once in so many intervals. */
const LOOK_EVERY = 20;

const [path, rate] = Deno.args;
const batch = Math.max(1, Math.round(Number(rate) * INTERVAL_MS / 1_000));

async function main(): Promise<void> {
  await using queue = await JobQueue.open(path!);
  let acknowledged = 0;
  let turns = 0;
  let last: Promise<void> = Promise.resolve();
  const turn = async (): Promise<void> => {
    acknowledged += (await queue.submitMany(noops(batch))).length;
    if (++turns % LOOK_EVERY === 0) await queue.list({ order: "desc", limit: 50 });
    if (turns % (10 * LOOK_EVERY) === 0) await queue.stats();
  };
  const timer = setInterval(() => last = last.then(turn), INTERVAL_MS);
  for await (const _ of Deno.stdin.readable);
  clearInterval(timer);
  await last;
  console.log(acknowledged);
}

await main();
