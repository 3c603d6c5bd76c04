/** Runs final jobs once more, a few of them before the others where somebody wants that. */

import type { JobId } from "../../../core/job.ts";
import type { Change, RequeueOptions } from "../../../core/ports.ts";
import type { Redis } from "../script.ts";
import { REQUEUE_SCRIPT } from "../scripts/requeue.ts";
import { change } from "./change.ts";
import { ms } from "./text.ts";

export function requeue(
  redis: Redis,
  ids: readonly JobId[],
  now: number,
  { fresh = false, canaries = [] }: RequeueOptions = {},
): Promise<readonly Change[]> {
  return change(redis, REQUEUE_SCRIPT, ids, { now: ms(now), fresh, canaries: canaries.map(String) });
}
