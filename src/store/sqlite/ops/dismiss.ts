/** Takes failed jobs off the dead letters. */

import type { JobId } from "../../../core/job.ts";
import type { Change } from "../../../core/ports.ts";
import type { Connection } from "../connection.ts";

export function dismiss(_db: Connection, _ids: readonly JobId[]): readonly Change[] {
  throw new Error("Dead letters are not kept here yet");
}
