/** Takes jobs from owners that are gone. */

import type { JobId } from "../../../core/job.ts";
import type { Rescue } from "../../../core/ports.ts";
import { requestId } from "../request.ts";
import type { Redis } from "../script.ts";
import { RESCUE_SCRIPT } from "../scripts/rescue.ts";
import { NO_USAGE, toEnd } from "./end.ts";
import { ms } from "./text.ts";

export async function rescue(
  redis: Redis,
  rescues: readonly Rescue[],
  now: number,
): Promise<readonly JobId[]> {
  const control = JSON.stringify({ now: ms(now), request: requestId() });
  const args = rescues.flatMap(({ id, attempt, leaseUntil, outcome }) => [
    id,
    attempt,
    leaseUntil,
    ...toEnd(id, outcome, NO_USAGE),
  ]);
  return JSON.parse(await redis.script<string>(RESCUE_SCRIPT, control, ...args)) as JobId[];
}
