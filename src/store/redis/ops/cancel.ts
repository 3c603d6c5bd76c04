/** Ends pending jobs, asks running ones to stop. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import type { Redis } from "../script.ts";
import { CANCEL_SCRIPT } from "../scripts/cancel.ts";
import { change } from "./change.ts";
import { ms } from "./text.ts";

export function cancel(redis: Redis, ids: readonly JobId[], now: number): Promise<readonly Change[]> {
  return change(redis, CANCEL_SCRIPT, ids, { now: ms(now) });
}
