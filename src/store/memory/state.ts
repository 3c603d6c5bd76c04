/** Everything a memory store holds, and the indexes over it. */

import type { Cause, JobId } from "../../core/job.ts";
import type { StoreState, WorkflowRun } from "../../core/ports.ts";
import { isPending } from "../../core/transitions.ts";
import { Heap } from "./heap.ts";
import { Lane } from "./lane.ts";
import type { JobRecord } from "./record.ts";
import type { ScheduleRecord } from "./schedules.ts";

/** A stored workflow run; `params` as JSON text. */
export interface WorkflowRecord extends Omit<WorkflowRun, "params" | "counts" | "haltedAt"> {
  readonly params: string;
  haltedAt: number | null;
  /** Its jobs, those removed since included. */
  readonly jobs: JobId[];
}

/** A cause as it is kept: how many jobs stand failed because of it is counted when somebody asks. */
export type CauseRecord = { -readonly [K in keyof Omit<Cause, "failed">]: Cause[K] };

export class State {
  /** In the order of their ids. */
  readonly jobs = new Map<JobId, JobRecord>();
  readonly workflows = new Map<number, WorkflowRecord>();
  readonly paused = new Set<string>();
  readonly running = new Set<JobRecord>();
  /** Jobs that depend on a job. */
  readonly children = new Map<JobId, Set<JobId>>();
  /** Jobs that wait for a canary to complete. */
  readonly holds = new Map<JobRecord, Set<JobRecord>>();
  /** By fingerprint. */
  readonly causes = new Map<string, CauseRecord>();
  /** The latest job with each unique key, whether or not it still keeps others out. */
  readonly holders = new Map<string, JobRecord>();
  readonly lanes = new Map<string, Lane>();
  readonly #expiring = new Heap<JobRecord>((a, b) => a.spec.expiresAt! < b.spec.expiresAt!);
  /** In the order of their ids. */
  readonly schedules = new Map<number, ScheduleRecord>();
  lastJob = 0;
  lastWorkflow = 0;
  lastCause = 0;
  lastSchedule = 0;
  readonly id: string = crypto.randomUUID();
  /** How the store stands towards its users. */
  standing: StoreState = { type: "open" };
  /** Set by whatever changes something; the store wakes its watchers and clears it. */
  changed = false;

  /** Takes note of a job that became ready or scheduled. */
  index(job: JobRecord): void {
    if (job.status !== "ready" && job.status !== "scheduled") return;
    const key = JSON.stringify([job.spec.queue, job.route]);
    let lane = this.lanes.get(key);
    if (lane === undefined) this.lanes.set(key, lane = new Lane(job.spec.queue, job.route));
    lane.add(job);
  }

  /** Takes note of a job that must start by a certain time. */
  watchExpiry(job: JobRecord): void {
    if (job.startBy !== null) this.#expiring.push(job);
  }

  /** Takes out the jobs that did not start by the time they had to. */
  takeExpired(now: number): JobRecord[] {
    const expired: JobRecord[] = [];
    for (;;) {
      const next = this.#expiring.peek(canExpire);
      if (next === undefined || next.startBy! >= now) return expired;
      expired.push(this.#expiring.pop(canExpire)!);
    }
  }
}

function canExpire(job: JobRecord): boolean {
  return job.startBy !== null && isPending(job.status);
}
