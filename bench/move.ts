/**
 * How long a move takes, to be run by hand:
 *
 *     deno run -A --import-map=npm/import_map.json bench/move.ts 100000 postgres://… redis://…
 *
 * Makes a file with so many completed jobs, each with an attempt, a result and a line of output, and copies it to each
 * place, which must be empty.
 */

import type { Store } from "../src/core/ports.ts";
import { type MoveProgress, moveQueue } from "../src/library/move.ts";
import { JobQueue } from "../src/library/queue.ts";
import { completed, newJob, NO_USAGE, workerInfo } from "../src/testing/contract/kit.ts";

const BATCH = 1_000;
const LINE = new TextEncoder().encode("converted in 12 ms\n");

async function fill(store: Store, jobs: number): Promise<void> {
  for (let done = 0; done < jobs; done += BATCH) {
    const now = Date.now();
    const batch = Array.from(
      { length: BATCH },
      (_, at) => newJob({ payload: { argv: ["convert", `${done + at}.png`] } }),
    );
    await store.enqueue({ jobs: batch }, now);
    const request = { worker: workerInfo("bench"), limit: BATCH, leaseMs: 60_000, routes: ["command"] };
    const claimed = (await store.claim(request, now)).jobs;
    await store.appendLog(
      claimed.map(({ id, attempt }) => ({ id, attempt, seq: 1, stream: "stdout", at: now, data: LINE })),
    );
    const outcome = completed({ width: 320, height: 240 });
    await store.finish(claimed.map(({ id, attempt }) => ({ id, attempt, outcome, usage: NO_USAGE })), now);
  }
}

async function measure(from: JobQueue, to: string, jobs: number): Promise<void> {
  await using target = await JobQueue.open(to);
  const began = performance.now();
  let copiedMs = 0;
  const onProgress = ({ type }: MoveProgress): void => {
    if (type === "copied") copiedMs = performance.now() - began;
  };
  await moveQueue(from, target, { copy: true, onProgress });
  const ms = performance.now() - began;
  const seconds = [copiedMs, ms - copiedMs, ms].map((one) => (one / 1_000).toFixed(1));
  console.log(
    `${to.split(":")[0]}: copied ${seconds[0]} s, compared ${seconds[1]} s, ${seconds[2]} s in all, ${
      Math.round(jobs / ms * 1_000)
    } jobs/s`,
  );
}

const [count, ...places] = Deno.args;
const folder = await Deno.makeTempDir();
{
  await using source = await JobQueue.open(`${folder}/from.db`, { driver: "builtin" });
  await fill(source.store, Number(count));
  for (const place of [`${folder}/to.db`, ...places]) await measure(source, place, Number(count));
}
await Deno.remove(folder, { recursive: true });
