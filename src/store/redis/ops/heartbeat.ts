/** Signs of life: leases, progress, processes, checkpoints. */

import type { Beat, BeatReply } from "../../../core/ports.ts";
import type { Redis } from "../script.ts";
import { HEARTBEAT_SCRIPT } from "../scripts/heartbeat.ts";
import { ms, wellFormed } from "./text.ts";

const STATES: Readonly<Record<string, BeatReply["state"]>> = { h: "held", c: "cancel", l: "lost" };

export async function heartbeat(
  redis: Redis,
  beats: readonly Beat[],
  leaseMs: number,
  now: number,
): Promise<readonly BeatReply[]> {
  const control = JSON.stringify({ now: ms(now), leaseUntil: ms(now + leaseMs) });
  const answer = await redis.script<string>(HEARTBEAT_SCRIPT, control, ...beats.flatMap(toArgs));
  return beats.map(({ id }, at): BeatReply => ({ id, state: STATES[answer[at]!]! }));
}

function toArgs({ id, attempt, process, progress, checkpoint, steps }: Beat): (string | number)[] {
  const entries = steps === undefined ? [] : Object.entries(steps);
  return [
    id,
    attempt,
    toText(process),
    toText(progress),
    toText(checkpoint),
    steps === undefined ? -1 : entries.length,
    ...entries.flatMap(([key, value]) => [wellFormed(key), JSON.stringify(value)]),
  ];
}

/** JSON, empty for what is absent. */
function toText(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}
