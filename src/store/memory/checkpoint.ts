/** Checkpoints: what attempts save for the ones after them. */

import type { Checkpoint, JobId } from "../../core/job.ts";
import type { Json } from "../../core/json.ts";
import type { Beat } from "../../core/ports.ts";
import type { JobRecord } from "./record.ts";
import type { State } from "./state.ts";

export function save(job: JobRecord, { checkpoint, steps }: Beat, now: number): void {
  if (checkpoint === undefined && steps === undefined) return;
  const saved = job.checkpoint ??= { value: "null", steps: new Map(), attempt: 0, at: 0 };
  if (checkpoint !== undefined) saved.value = JSON.stringify(checkpoint);
  for (const [key, value] of Object.entries(steps ?? {})) saved.steps.set(key, JSON.stringify(value));
  saved.attempt = job.attempt;
  saved.at = now;
}

export function checkpoints(state: State, ids: readonly JobId[]): Map<JobId, Checkpoint> {
  const found = new Map<JobId, Checkpoint>();
  for (const id of ids) {
    const saved = state.jobs.get(id)?.checkpoint ?? null;
    if (saved === null) continue;
    const steps = [...saved.steps].map(([key, value]): [string, Json] => [key, JSON.parse(value)]);
    const { value, attempt, at } = saved;
    found.set(id, { value: JSON.parse(value), steps: Object.fromEntries(steps), attempt, at });
  }
  return found;
}
