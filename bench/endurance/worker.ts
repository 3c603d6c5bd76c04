/**
 * A worker under load: `worker.ts DATABASE`. Writes a JSON line a second: its memory, the jobs it has done, and how
 * long each of its claims took. Ends when stdin does.
 */

import { JobQueue, Worker } from "../../mod.ts";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { noop } from "../noop.ts";

/** One second of a worker. */
export interface Sample {
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly done: number;
  readonly claimMs: readonly number[];
}

const INTERVAL_MS = 1_000;

const { store, location } = await openStore(Deno.args[0]!);
let claimMs: number[] = [];
let done = 0;

/** The same store; how long claims take is noted. */
const timed: Store = new Proxy(store, {
  get(target, verb): unknown {
    const value = Reflect.get(target, verb, target);
    if (typeof value !== "function") return value;
    if (verb !== "claim") return value.bind(target);
    return async (...args: Parameters<Store["claim"]>) => {
      const start = performance.now();
      const claim = await target.claim(...args);
      claimMs.push(performance.now() - start);
      return claim;
    };
  },
});

async function main(): Promise<void> {
  await using queue = JobQueue.over(timed, location);
  const onEvent = (event: { readonly type: string }): void =>
    void (done += event.type === "finished" ? 1 : 0);
  const worker = new Worker(queue, { tasks: [noop], concurrency: 8, onEvent });
  const timer = setInterval(() => {
    const { rss, heapUsed } = Deno.memoryUsage();
    console.log(JSON.stringify({ rssBytes: rss, heapBytes: heapUsed, done, claimMs } satisfies Sample));
    claimMs = [];
  }, INTERVAL_MS);
  const running = worker.run();
  for await (const _ of Deno.stdin.readable);
  worker.stop();
  await running;
  clearInterval(timer);
}

await main();
