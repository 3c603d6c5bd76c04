/** The nouns: what a job is, before and after it is stored. Times are milliseconds since the Unix epoch. */

import type { Json, JsonObject } from "./json.ts";
import type { Backoff } from "./retry.ts";

/** Identifies a job: an integer that only rises and is never used again. */
export type JobId = number;

/** Where a job stands. The last four are final. */
export type Status =
  | "blocked"
  | "scheduled"
  | "ready"
  | "running"
  | "completed"
  | "failed"
  | "cancelled"
  | "skipped";

/** Why a job (or one attempt) failed. */
export type FailReason = "error" | "exit" | "signal" | "timeout" | "lost" | "expired";

/** When a child runs, by how its parent ended: `finished` is any final status. */
export type Rule = "success" | "failure" | "finished";

/** A failure as it is recorded: the class, its message, and the stack where the platform has one. */
export interface JobError {
  readonly class: string;
  readonly message: string;
  readonly stack?: string;
}

/** How hard to try. Part of the specification: it never changes after submit. */
export interface Policy {
  /** Attempts in all, the first included; 1 means no retry. */
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  /** Longest run of one attempt; `null` for no limit. */
  readonly timeoutMs: number | null;
  /** Time between asking an attempt to stop and killing it. */
  readonly graceMs: number;
}

/**
 * Keeps a second job with the same key out.
 * `unfinished`: while the first is not final · `always`: for as long as the first is stored · a number: for so
 * many milliseconds after the first was submitted.
 */
export interface Unique {
  readonly key: string;
  readonly scope: "unfinished" | "always" | number;
}

/** One edge of the dependency graph, seen from the child. */
export interface Dependency {
  readonly id: JobId;
  readonly on: Rule;
}

/** An edge to a job that is stored already (`id`) or stands earlier in the same batch (`index`). */
export type NewDependency = Dependency | { readonly index: number; readonly on: Rule };

/** A job as it is handed to a store: complete, validated, without defaults left open. */
export interface NewJob {
  /** `command`, `module`, `function`, `http`, or a custom kind. */
  readonly kind: string;
  readonly payload: JsonObject;
  readonly policy: Policy;
  readonly name: string | null;
  readonly queue: string;
  readonly priority: number;
  readonly tags: readonly string[];
  /** Not before this time; `null` for at once. */
  readonly runAt: number | null;
  /** Fails with reason `expired` when it has not started by then; `null` for never. */
  readonly expiresAt: number | null;
  readonly unique: Unique | null;
  readonly after: readonly NewDependency[];
  /** Name within its workflow; `null` outside of one. */
  readonly step: string | null;
}

/** A job as a store gives it back. */
export interface Job {
  readonly id: JobId;
  readonly name: string | null;
  readonly queue: string;
  readonly kind: string;
  readonly status: Status;
  readonly reason: FailReason | null;
  readonly priority: number;
  readonly tags: readonly string[];
  /** Attempts started so far: the fencing token. */
  readonly attempt: number;
  /** Attempts that count against {@linkcode Job.maxAttempts}. */
  readonly failures: number;
  readonly maxAttempts: number;
  readonly payload: JsonObject;
  readonly policy: Policy;
  readonly createdAt: number;
  /** When it becomes (or became) ready. */
  readonly dueAt: number;
  readonly expiresAt: number | null;
  /** Start of the latest attempt. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly result: Json;
  /** Of the latest failed attempt. */
  readonly error: JobError | null;
  readonly progress: Json;
  readonly dependencies: readonly Dependency[];
  /** Dependencies still open. */
  readonly waitingOn: number;
  /** Id of its workflow run. */
  readonly workflow: number | null;
  readonly step: string | null;
  /** Who runs it now, or ran it last. */
  readonly worker: string | null;
  readonly uniqueKey: string | null;
  readonly cancelRequested: boolean;
}

/** How one attempt ended; `running` while it has not. */
export type AttemptOutcome = "running" | "completed" | "cancelled" | "released" | "snoozed" | FailReason;

/** The record that one attempt leaves. */
export interface Attempt {
  readonly number: number;
  readonly worker: string | null;
  readonly outcome: AttemptOutcome;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  /** From ready to started. */
  readonly waitMs: number;
  readonly wallMs: number | null;
  readonly cpuMs: number | null;
  readonly maxRssBytes: number | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly error: JobError | null;
}

/**
 * The class of worker that can run a job: its kind, and for functions the task's name too, since only a
 * process that registered the task has it. Claims are indexed by queue and route.
 */
export function routeOf(job: { readonly kind: string; readonly payload: JsonObject }): string {
  return job.kind === "function" ? `function:${job.payload.task}` : job.kind;
}
