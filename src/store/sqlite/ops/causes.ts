/** Causes: what failures have in common. */

import type { Cause } from "../../../core/job.ts";
import type { Connection } from "../connection.ts";

export interface CauseFilter {
  readonly ids?: readonly number[];
  readonly fingerprint?: string;
  readonly since?: number;
  readonly limit?: number;
}

export function causes(_db: Connection, _filter: CauseFilter): readonly Cause[] {
  throw new Error("Causes are not kept here yet");
}

export function mute(_db: Connection, _ids: readonly number[], _until: number | null): readonly number[] {
  throw new Error("Causes are not kept here yet");
}
