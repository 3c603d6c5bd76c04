/** When a run has failed often enough to be halted. */

import type { MaxFails } from "./ports.ts";

/**
 * Whether so many failed jobs halt a run.
 *
 * @param failed Jobs of the run that stand failed
 * @param total All its jobs
 */
export function isHalting(limit: MaxFails, failed: number, total: number): boolean {
  if (failed === 0) return false;
  return "count" in limit ? failed >= limit.count : failed * 100 >= limit.percent * total;
}
