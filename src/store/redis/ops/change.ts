/** What became of single jobs. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import { requestId } from "../request.ts";
import type { Redis, Script } from "../script.ts";
import { statusOf } from "./status.ts";

const RESULTS: Readonly<Record<string, Change["result"]>> = {
  d: "done",
  q: "requested",
  f: "refused",
  m: "missing",
};

/** Runs a script over jobs that answers two characters each: see `scripts/lib/changes.ts`. */
export async function change(
  redis: Redis,
  script: Script,
  ids: readonly JobId[],
  control: Readonly<Record<string, unknown>> = {},
): Promise<readonly Change[]> {
  if (ids.length === 0) return [];
  const text = JSON.stringify({ ...control, request: requestId() });
  const answer = await redis.script<string>(script, text, ...ids);
  return ids.map((id, at): Change => ({
    id,
    result: RESULTS[answer[2 * at]!]!,
    status: statusOf(answer[2 * at + 1]!),
  }));
}
