/** A queue in memory whose clock stands still, and what these tests say of it. */

import { JobQueue } from "../../../mod.ts";
import { FakeClock } from "../../../src/testing/mod.ts";

/** A Tuesday, at noon in UTC. */
export const NOON = Date.UTC(2026, 10, 24, 12);
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** Runs a test on a queue in memory at {@linkcode NOON}. */
export async function withQueue(
  body: (queue: JobQueue, clock: FakeClock) => Promise<void>,
  options: Parameters<typeof JobQueue.open>[1] = {},
): Promise<void> {
  const clock = new FakeClock(NOON);
  await using queue = await JobQueue.open(":memory:", { ...options, clock });
  await body(queue, clock);
}

/** A time of the day in UTC, some days after that of {@linkcode NOON}. */
export function at(clock: string, days = 0): number {
  return Date.parse(`2026-11-24T${clock}Z`) + days * DAY;
}

/** A time as a text that reads well in failures of tests. */
export function utc(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString().replace(/:00\.000Z$|\.000Z$/, "").replace("T", " ");
}
