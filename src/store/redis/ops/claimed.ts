/** Jobs as scripts hand them out. */

import type { Policy } from "../../../core/job.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { ClaimedJob } from "../../../core/ports.ts";

type ClaimedRow = readonly [
  id: number,
  attempt: number,
  failures: number,
  lane: number,
  name: string | null,
  priority: number,
  policy: number,
  createdAt: number,
  dueAt: number,
  startedAt: number,
  firstStartedAt: number,
  workflow: number | null,
  step: string | null,
  hasParents: 0 | 1,
  hasCheckpoint: 0 | 1,
  payload: JsonObject,
];

/** Rows, and what they refer to by numbers. */
export interface ClaimedRows {
  readonly jobs: readonly ClaimedRow[];
  readonly lanes: Readonly<Record<number, readonly [queue: string, kind: string]>>;
  readonly policies: Readonly<Record<number, Policy>>;
}

export function toClaimed({ jobs, lanes, policies }: ClaimedRows): ClaimedJob[] {
  return jobs.map((row): ClaimedJob => {
    const [id, attempt, failures, lane, name, priority, policy] = row;
    const [, , , , , , , createdAt, dueAt, startedAt, firstStartedAt, workflow, step] = row;
    const [queue, kind] = lanes[lane]!;
    return {
      id,
      attempt,
      failures,
      kind,
      name,
      queue,
      priority,
      payload: row[15],
      policy: policies[policy]!,
      createdAt,
      dueAt,
      startedAt,
      firstStartedAt,
      workflow,
      step,
      hasParents: row[13] === 1,
      hasCheckpoint: row[14] === 1,
    };
  });
}
