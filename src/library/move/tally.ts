/** Counts what is moved. */

import type { Status } from "../../core/job.ts";
import type { TransferRecord } from "../../core/ports.ts";

/** What a queue holds, in figures. */
export interface MoveFigures {
  /** All jobs. */
  readonly jobs: number;
  /** Jobs by status; a job that was running counts as `ready`, which it is where it arrives. */
  readonly statuses: Readonly<Partial<Record<Status, number>>>;
  /** Jobs by queue. */
  readonly queues: Readonly<Record<string, number>>;
  /** Records of attempts that ended. */
  readonly attempts: number;
  /** Bytes of output. */
  readonly logBytes: number;
  /** Workflow runs and batches. */
  readonly runs: number;
  /** Causes of failures. */
  readonly causes: number;
  /** Schedules, each with its history. */
  readonly schedules: number;
}

export class Tally {
  jobs = 0;
  #attempts = 0;
  #logBytes = 0;
  #runs = 0;
  #causes = 0;
  #schedules = 0;
  readonly #statuses = new Map<Status, number>();
  readonly #queues = new Map<string, number>();

  add(record: TransferRecord): void {
    switch (record.type) {
      case "job": {
        const { status, queue } = record.job;
        this.jobs++;
        this.#attempts += record.attempts.length;
        increment(this.#statuses, status === "running" ? "ready" : status);
        increment(this.#queues, queue);
        return;
      }
      case "log":
        this.#logBytes += record.chunk.data.length;
        return;
      case "run":
        this.#runs++;
        return;
      case "cause":
        this.#causes++;
        return;
      case "schedule":
        this.#schedules++;
    }
  }

  get figures(): MoveFigures {
    return {
      jobs: this.jobs,
      statuses: Object.fromEntries(this.#statuses),
      queues: Object.fromEntries(this.#queues),
      attempts: this.#attempts,
      logBytes: this.#logBytes,
      runs: this.#runs,
      causes: this.#causes,
      schedules: this.#schedules,
    };
  }
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
