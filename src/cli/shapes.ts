/** What `--json` prints. Scripts rely on it: keys may be added, never renamed. */

import { formatCause, isMuted } from "../core/cause.ts";
import type { Attempt, Cause, Job } from "../core/job.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { LogChunk, Stats } from "../core/ports.ts";
import { scheduledOf } from "../core/schedule/target.ts";
import { isoTime } from "../output/time.ts";

/** A job, without its attempts. Times are ISO 8601 UTC. */
export function jobShape(job: Job): JsonObject {
  const scheduled = scheduledOf(job.payload);
  return {
    id: job.id,
    name: job.name,
    queue: job.queue,
    kind: job.kind,
    status: job.status,
    reason: job.reason,
    priority: job.priority,
    tags: job.tags,
    attempt: job.attempt,
    failures: job.failures,
    maxAttempts: job.maxAttempts,
    createdAt: isoTime(job.createdAt),
    dueAt: isoTime(job.dueAt),
    expiresAt: isoTime(job.expiresAt),
    startedAt: isoTime(job.startedAt),
    firstStartedAt: isoTime(job.firstStartedAt),
    finishedAt: isoTime(job.finishedAt),
    payload: job.payload,
    result: job.result,
    error: job.error as Json,
    cause: job.cause === null ? null : formatCause(job.cause),
    dead: job.dead,
    canaries: [...job.canaries],
    progress: job.progress,
    dependencies: job.dependencies as unknown as Json,
    workflow: job.workflow,
    step: job.step,
    schedule: scheduled?.schedule ?? null,
    scheduledAt: isoTime(scheduled?.at ?? null),
    worker: job.worker,
    uniqueKey: job.uniqueKey,
    cancelRequested: job.cancelRequested,
  };
}

/** The record of one attempt. */
export function attemptShape(attempt: Attempt): JsonObject {
  return {
    number: attempt.number,
    worker: attempt.worker,
    outcome: attempt.outcome,
    startedAt: isoTime(attempt.startedAt),
    finishedAt: isoTime(attempt.finishedAt),
    waitMs: attempt.waitMs,
    wallMs: attempt.wallMs,
    cpuMs: attempt.cpuMs,
    maxRssBytes: attempt.maxRssBytes,
    exitCode: attempt.exitCode,
    signal: attempt.signal,
    error: attempt.error as Json,
    decision: attempt.decision as Json,
  };
}

/** A job with its attempts: `status ID --json`. */
export function statusShape(job: Job, attempts: readonly Attempt[]): JsonObject {
  return { ...jobShape(job), attempts: attempts.map(attemptShape) };
}

/** A cause of failures: `errors --json`. */
export function causeShape(cause: Cause, nowMs: number): JsonObject {
  return {
    id: formatCause(cause.id),
    fingerprint: cause.fingerprint,
    class: cause.class,
    message: cause.message,
    count: cause.count,
    failed: cause.failed,
    firstAt: isoTime(cause.firstAt),
    lastAt: isoTime(cause.lastAt),
    job: cause.job,
    attempt: cause.attempt,
    muted: isMuted(cause, nowMs),
    mutedUntil: cause.mutedUntil === Infinity ? null : isoTime(cause.mutedUntil),
  };
}

/** `stats --json`. */
export function statsShape(stats: Stats): JsonObject {
  return { total: stats.total, statuses: stats.statuses, queues: stats.queues as unknown as Json };
}

/** A piece of output: `logs --json`. Bytes that are not UTF-8 become U+FFFD. */
export function logShape(chunk: LogChunk): JsonObject {
  return {
    id: chunk.id,
    attempt: chunk.attempt,
    stream: chunk.stream,
    at: isoTime(chunk.at),
    text: new TextDecoder().decode(chunk.data),
  };
}
