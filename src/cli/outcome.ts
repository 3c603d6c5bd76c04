/** What the end of a job means for the exit code. */

import { GigqError } from "../core/errors.ts";
import type { Attempt, FailReason, Job } from "../core/job.ts";

/** A job that was asked for did not complete: 4 when it failed, 5 when it was cancelled or skipped. */
export class JobFailedError extends GigqError {
  readonly code = "job_failed";
  readonly exitCode: number;

  constructor(job: Job) {
    super(`Job ${job.id} ${describeEnd(job)}`, { hint: `gigq status ${job.id} tells more` });
    this.exitCode = exitCodeOf(job);
  }
}

const REASONS: Readonly<Record<FailReason, string>> = {
  error: "with an error",
  exit: "with a bad exit code",
  signal: "by a signal",
  timeout: "by timeout",
  lost: "because its worker was lost",
  expired: "because it was not started in time",
};

/** `failed by timeout: …`, `was cancelled`, `completed`. */
export function describeEnd(job: Job): string {
  switch (job.status) {
    case "failed":
      return `failed ${REASONS[job.reason ?? "error"]}${job.error === null ? "" : `: ${job.error.message}`}`;
    case "cancelled":
    case "skipped":
      return `was ${job.status}`;
    case "completed":
      return "completed";
    default:
      return `is ${job.status}`;
  }
}

/** 0 completed · 4 failed · 5 cancelled or skipped. */
export function exitCodeOf(job: Pick<Job, "status">): number {
  switch (job.status) {
    case "completed":
      return 0;
    case "failed":
      return 4;
    default:
      return 5;
  }
}

/** Of several jobs: the worst, a failure before a cancellation. */
export function exitCodeOfAll(jobs: readonly Pick<Job, "status">[]): number {
  const codes = jobs.map(exitCodeOf);
  return codes.find((code) => code === 4) ?? codes.find((code) => code === 5) ?? 0;
}

/** The exit code of a command's last attempt where it has one: what `wait` on one job passes through. */
export function commandExitCode(job: Job, attempts: readonly Attempt[]): number | null {
  if (job.kind !== "command" || job.status !== "failed" || job.reason !== "exit") return null;
  return attempts.at(-1)?.exitCode ?? null;
}
