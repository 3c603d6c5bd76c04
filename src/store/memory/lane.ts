/** Jobs of one queue and one route that wait for a worker or for their time. */

import { Heap } from "./heap.ts";
import type { JobRecord } from "./record.ts";

/** A job and the time it was scheduled for; dead once the job is scheduled for another time or not at all. */
interface Timer {
  readonly job: JobRecord;
  readonly at: number;
}

/** When the next scheduled job becomes ready, and when the next retry does; `Infinity` for never. */
export interface Times {
  readonly at: number;
  readonly retryAt: number;
}

const isSooner = (a: Timer, b: Timer): boolean => a.at < b.at;
const isSet = ({ job, at }: Timer): boolean => job.status === "scheduled" && job.dueAt === at;
const isReady = (job: JobRecord): boolean => job.status === "ready";

/** Whether `a` is handed out before `b`: higher priority, then older. */
export function isFirst(a: JobRecord, b: JobRecord): boolean {
  const difference = a.spec.priority - b.spec.priority;
  return difference !== 0 ? difference > 0 : a.id < b.id;
}

/**
 * Jobs leave the heaps lazily: whoever takes an entry out looks whether it still holds. A job that left and came
 * back may stand in a heap twice, which is harmless, since taking it once makes the other entry dead.
 */
export class Lane {
  readonly #ready = new Heap<JobRecord>(isFirst);
  readonly #delayed = new Heap<Timer>(isSooner);
  readonly #retries = new Heap<Timer>(isSooner);

  constructor(readonly queue: string, readonly route: string) {}

  /** Takes note of a job that became ready or scheduled. */
  add(job: JobRecord): void {
    if (job.status === "ready") this.#ready.push(job);
    if (job.status === "scheduled") {
      (job.attempt > 0 ? this.#retries : this.#delayed).push({ job, at: job.dueAt });
    }
  }

  /** The next job to hand out. */
  first(): JobRecord | undefined {
    return this.#ready.peek(isReady);
  }

  /** Takes out a job whose time has come. */
  takeDue(now: number): JobRecord | undefined {
    for (const heap of [this.#delayed, this.#retries]) {
      if ((heap.peek(isSet)?.at ?? Infinity) <= now) return heap.pop(isSet)!.job;
    }
    return undefined;
  }

  next(): Times {
    const retryAt = this.#retries.peek(isSet)?.at ?? Infinity;
    return { at: Math.min(this.#delayed.peek(isSet)?.at ?? Infinity, retryAt), retryAt };
  }
}
