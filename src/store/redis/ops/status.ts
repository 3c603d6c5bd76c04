/** How statuses are written: the place of each in `STATUSES`. */

import type { Status } from "../../../core/job.ts";
import { STATUSES } from "../../../core/transitions.ts";

/** The status of a code, of which a script makes `-` where there is no job. */
export function statusOf(code: string): Status | null {
  return STATUSES[Number(code)] ?? null;
}
