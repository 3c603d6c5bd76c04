/** Deletes final jobs with their history. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import type { Redis } from "../script.ts";
import { REMOVE_SCRIPT } from "../scripts/remove.ts";
import { change } from "./change.ts";

export function remove(redis: Redis, ids: readonly JobId[]): Promise<readonly Change[]> {
  return change(redis, REMOVE_SCRIPT, ids);
}
