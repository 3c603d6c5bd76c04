/** Takes failed jobs off the dead letters. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import type { Redis } from "../script.ts";
import { DISMISS_SCRIPT } from "../scripts/dismiss.ts";
import { change } from "./change.ts";

export function dismiss(redis: Redis, ids: readonly JobId[]): Promise<readonly Change[]> {
  return change(redis, DISMISS_SCRIPT, ids);
}
