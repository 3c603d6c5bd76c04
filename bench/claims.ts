/** Claims, one job each. */

import type { JobQueue } from "../mod.ts";

const WORKER = { id: "bench", host: "bench", boot: null, pid: 1, pidStart: null };

/** Microseconds that each of so many claims takes. */
export async function claimUs({ store }: JobQueue, count: number): Promise<number> {
  const request = { worker: WORKER, limit: 1, leaseMs: 600_000, routes: ["function:bench"] };
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const { jobs } = await store.claim(request, Date.now());
    if (jobs.length !== 1) throw new Error(`Claimed ${jobs.length} jobs instead of 1`);
  }
  return (performance.now() - start) / count * 1_000;
}
