/** Stores jobs. */

import type { NewJob } from "../../../core/job.ts";
import type { Enqueued, NewWorkflow } from "../../../core/ports.ts";
import { requestId } from "../request.ts";
import type { Redis } from "../script.ts";
import { ENQUEUE_SCRIPT } from "../scripts/enqueue.ts";
import { type BatchControl, toBatch, toEnqueued, toPayloads, toStored } from "./batch.ts";
import { ms } from "./text.ts";

export interface Batch {
  readonly jobs: readonly NewJob[];
  readonly workflow?: NewWorkflow | number;
}

/** What the script is told beside the payloads. */
interface Control extends BatchControl {
  readonly now: string;
  readonly request: string;
}

/** @throws {NotFoundError} When a dependency names a job, or the batch a run, that does not exist */
export async function enqueue(
  redis: Redis,
  { jobs, workflow }: Batch,
  now: number,
): Promise<{ readonly jobs: readonly Enqueued[]; readonly workflow: number | null }> {
  const control: Control = { now: ms(now), request: requestId(), ...toBatch(jobs, workflow) };
  const stored = toStored(
    await redis.script<string>(ENQUEUE_SCRIPT, JSON.stringify(control), ...toPayloads(jobs)),
  );
  return { jobs: toEnqueued(stored), workflow: stored.workflow };
}
