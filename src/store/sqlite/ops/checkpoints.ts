/** Checkpoints: what attempts save for the ones after them. */

import type { Checkpoint, JobId } from "../../../core/job.ts";
import type { Connection } from "../connection.ts";

export function checkpoints(_db: Connection, _ids: readonly JobId[]): ReadonlyMap<JobId, Checkpoint> {
  throw new Error("Checkpoints are not kept here yet");
}
