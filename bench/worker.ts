/**
 * A worker process of the bench: `worker.ts LOCATION CONCURRENCY` says `ready`. After `drain` it runs what is there and says
 * `done`; after `run` it says `working`, runs what comes, and tells each job's number as its body starts, until its stdin
 * ends.
 */

import { JobQueue, task, Worker } from "../mod.ts";
import { noop } from "./noop.ts";

const [location = "", concurrency] = Deno.args;
const text = new TextEncoder();
const say = (line: string | number): void => void Deno.stdout.writeSync(text.encode(`${line}\n`));
const told = task("bench", ({ n }: { n: number }): null => {
  say(n);
  return null;
});

await using queue = await JobQueue.open(location);
let worker: Worker | null = null;
let running: Promise<unknown> = Promise.resolve();
say("ready");
for await (const order of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  if (order.trim() === "drain") {
    await new Worker(queue, { tasks: [noop], concurrency: Number(concurrency) }).drain();
    say("done");
  } else {
    worker = new Worker(queue, {
      tasks: [told],
      concurrency: Number(concurrency),
      onEvent: ({ type }) => type === "idle" && say("working"),
    });
    running = worker.run();
  }
}
worker?.stop();
await running;
