/** A stored job, as the memory store keeps it. */

import type { Attempt, Dependency, FailReason, JobError, JobId, NewJob, Status } from "../../core/job.ts";
import type { LogChunk, ProcessInfo, WorkerInfo } from "../../core/ports.ts";

/** Attempts are filled in when they end. */
export type AttemptRecord = { -readonly [K in keyof Attempt]: Attempt[K] };

/** What the attempts of a job saved; JSON as text. */
export interface CheckpointRecord {
  value: string;
  readonly steps: Map<string, string>;
  attempt: number;
  at: number;
}

/** What never changes stands in `spec`; JSON is kept as text, so that nobody's copy is anybody else's. */
export interface JobRecord {
  readonly id: JobId;
  readonly spec: Omit<NewJob, "payload" | "after">;
  readonly payload: string;
  readonly route: string;
  readonly workflow: number | null;
  readonly createdAt: number;
  /** Edges to parents that are still stored. */
  dependencies: readonly Dependency[];
  status: Status;
  reason: FailReason | null;
  attempt: number;
  failures: number;
  dueAt: number;
  /** The deadline for the first start; `null` once it was met, or waived by a requeue. */
  startBy: number | null;
  startedAt: number | null;
  firstStartedAt: number | null;
  finishedAt: number | null;
  result: string;
  error: JobError | null;
  /** Id of the cause of that error. */
  cause: number | null;
  dead: boolean;
  /** Those that must complete before this one runs again. */
  readonly canaries: Set<JobRecord>;
  progress: string;
  waitingOn: number;
  cancelRequested: boolean;
  worker: WorkerInfo | null;
  process: ProcessInfo | null;
  leaseUntil: number;
  checkpoint: CheckpointRecord | null;
  readonly attempts: AttemptRecord[];
  readonly log: LogChunk[];
}
