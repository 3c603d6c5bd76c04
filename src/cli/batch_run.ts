/** The run that the jobs of one `gigq batch --max-fails` are. */

import { formatMaxFails } from "../core/max_fails.ts";
import type { Enqueued, MaxFails, WorkflowRun } from "../core/ports.ts";
import type { JobInput } from "../library/job_input.ts";
import type { JobQueue } from "../library/queue.ts";

/** Stores jobs batch by batch, and looks in between whether workers found too many of them to fail. */
export class BatchRun {
  /** `null` before the first jobs. */
  id: number | null = null;

  constructor(readonly queue: JobQueue, readonly name: string, readonly maxFails: MaxFails) {}

  /** Adds jobs to the run. */
  async enqueue(jobs: readonly JobInput[]): Promise<readonly Enqueued[]> {
    const run = this.id ?? { name: this.name, maxFails: formatMaxFails(this.maxFails) };
    const stored = await this.queue.submitBatch(jobs, run);
    this.id = stored.run;
    return stored.jobs;
  }

  /** The run when it was halted, and then what was added last is cancelled: it came too late for the store to do so. */
  async halted(added: readonly Enqueued[]): Promise<WorkflowRun | null> {
    const run = await this.#run();
    if (run === null || run.haltedAt === null) return null;
    await this.queue.cancel(added.filter(({ created }) => created).map(({ id }) => id));
    return await this.#run();
  }

  async #run(): Promise<WorkflowRun | null> {
    if (this.id === null) return null;
    return (await this.queue.workflows({ id: this.id }))[0] ?? null;
  }
}
