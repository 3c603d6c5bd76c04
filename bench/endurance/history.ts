/** A long past: jobs that were finished before. */

import type { JobQueue } from "../../mod.ts";
import { noops } from "../noop.ts";

const BATCH = 5_000;
const WORKER = { id: "past", host: "bench", boot: null, pid: 1, pidStart: null };
const USAGE = { wallMs: 1, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

/** Stores so many jobs and finishes them, in bulk. */
export async function makeHistory(queue: JobQueue, count: number): Promise<void> {
  const request = { worker: WORKER, limit: BATCH, leaseMs: 600_000, routes: ["function:bench"] };
  for (let left = count; left > 0;) {
    await queue.submitMany(noops(Math.min(BATCH, left)));
    const { jobs } = await queue.store.claim(request, Date.now());
    await queue.store.finish(
      jobs.map(({ id, attempt }) => ({
        id,
        attempt,
        outcome: { type: "completed", result: null },
        usage: USAGE,
      })),
      Date.now(),
    );
    left -= jobs.length;
  }
}
