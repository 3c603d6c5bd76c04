/** Mutes causes until a time, or not any more. */

import type { Redis } from "../script.ts";
import { MUTE_SCRIPT } from "../scripts/mute.ts";
import { ms } from "./text.ts";

/** How an end that never comes is written. */
export const FOR_EVER = "-1";

/** By rising id, each once. */
export async function mute(
  redis: Redis,
  causes: readonly number[],
  until: number | null,
): Promise<readonly number[]> {
  const control = until === null ? {} : { until: until === Infinity ? FOR_EVER : ms(until) };
  const ids = [...new Set(causes)].sort((a, b) => a - b);
  return JSON.parse(await redis.script<string>(MUTE_SCRIPT, JSON.stringify(control), ...ids)) as number[];
}
