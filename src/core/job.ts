/** The nouns: what a job is, before and after it is stored. Times are milliseconds since the Unix epoch. */

import type { Decision, ErrorRule, FailureMatch } from "./failure.ts";
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
  /** Name of the error's class; what kind of failure it was where nothing was thrown. */
  readonly class: string;
  /** What happened, for people. */
  readonly message: string;
  /** Where it was thrown. */
  readonly stack?: string;
  /** Equal for failures of one cause: see `fingerprintOf` in `fingerprint.ts`. */
  readonly fingerprint?: string;
}

/** How hard to try. Part of the specification: it never changes after submit. */
export interface Policy {
  /** Attempts in all, the first included; 1 means no retry. */
  readonly maxAttempts: number;
  /** The wait between two attempts. */
  readonly backoff: Backoff;
  /** Longest run of one attempt; `null` for no limit. */
  readonly timeoutMs: number | null;
  /** Time between asking an attempt to stop and killing it. */
  readonly graceMs: number;
  /** No retry starts later than so long after the first start; absent or `null` for no limit. */
  readonly budgetMs?: number | null;
  /** Only these failures are retried; absent: all. */
  readonly retryOn?: readonly FailureMatch[];
  /** These failures are never retried; wins over `retryOn`. */
  readonly noRetryOn?: readonly FailureMatch[];
  /** What is made of failures: the first rule that matches decides, and what is above only where none does. */
  readonly rules?: readonly ErrorRule[];
  /** A signal for the command some time before its timeout; absent or `null` for none. */
  readonly signal?: { readonly name: string; readonly beforeMs: number } | null;
}

/**
 * Keeps a second job with the same key out.
 * `unfinished`: while the first is not final · `always`: for as long as the first is stored · a number: for so
 * many milliseconds after the first was submitted.
 */
export interface Unique {
  /** Any text; jobs with the same one exclude each other. */
  readonly key: string;
  /** For how long the first job keeps others out; a number is milliseconds. */
  readonly scope: "unfinished" | "always" | number;
}

/** One edge of the dependency graph, seen from the child. */
export interface Dependency {
  /** The parent. */
  readonly id: JobId;
  /** How the parent must end. */
  readonly on: Rule;
}

/** An edge to a job that is stored already (`id`) or stands earlier in the same batch (`index`). */
export type NewDependency = Dependency | { readonly index: number; readonly on: Rule };

/** A job as it is handed to a store: complete, validated, without defaults left open. */
export interface NewJob {
  /** `command`, `module`, `function`, `http`, or a custom kind. */
  readonly kind: string;
  /** What to run; its shape depends on the kind. */
  readonly payload: JsonObject;
  /** How hard to try. */
  readonly policy: Policy;
  /** A label; `null` for none. */
  readonly name: string | null;
  /** The queue it joins. */
  readonly queue: string;
  /** Higher runs first. */
  readonly priority: number;
  /** Labels for selectors. */
  readonly tags: readonly string[];
  /** Not before this time; `null` for at once. */
  readonly runAt: number | null;
  /** Fails with reason `expired` when it has not started by then; `null` for never. */
  readonly expiresAt: number | null;
  /** Keeps out further jobs of the same key; `null` for no such limit. */
  readonly unique: Unique | null;
  /** Its parents, with their rules. */
  readonly after: readonly NewDependency[];
  /** Name within its workflow; `null` outside of one. */
  readonly step: string | null;
}

/** A job as a store gives it back. */
export interface Job {
  /** Its id. */
  readonly id: JobId;
  /** Its label; `null` for none. */
  readonly name: string | null;
  /** The queue it belongs to. */
  readonly queue: string;
  /** `command`, `module`, `function`, `http`, or a custom kind. */
  readonly kind: string;
  /** Where it stands. */
  readonly status: Status;
  /** Why it failed; `null` unless it did. */
  readonly reason: FailReason | null;
  /** Higher runs first. */
  readonly priority: number;
  /** Labels for selectors. */
  readonly tags: readonly string[];
  /** Attempts started so far: the fencing token. */
  readonly attempt: number;
  /** Attempts that count against {@linkcode Job.maxAttempts}. */
  readonly failures: number;
  /** Failures after which it ends as failed. */
  readonly maxAttempts: number;
  /** What to run; its shape depends on the kind. */
  readonly payload: JsonObject;
  /** How hard to try. */
  readonly policy: Policy;
  /** When it was submitted, in milliseconds since the epoch. */
  readonly createdAt: number;
  /** When it becomes (or became) ready. */
  readonly dueAt: number;
  /** See {@linkcode NewJob.expiresAt}. */
  readonly expiresAt: number | null;
  /** Start of the latest attempt; `null` before the first. */
  readonly startedAt: number | null;
  /** First start since it was submitted or requeued: where {@linkcode Policy.budgetMs} counts from. */
  readonly firstStartedAt: number | null;
  /** When it became final; `null` while it is not. */
  readonly finishedAt: number | null;
  /** What it returned; `null` for nothing, and unless it completed. */
  readonly result: Json;
  /** Of the latest failed attempt; `null` for none. */
  readonly error: JobError | null;
  /** Id of the {@linkcode Cause} of that error; `null` for none. */
  readonly cause: number | null;
  /** Whether it is a dead letter: failed for good, and nobody has dealt with it yet. */
  readonly dead: boolean;
  /** Jobs that must complete before this one, which failed, runs again; empty but for a requeue with canaries. */
  readonly canaries: readonly JobId[];
  /** What it reported last; `null` for nothing. */
  readonly progress: Json;
  /** Its parents, in the order in which they were named. */
  readonly dependencies: readonly Dependency[];
  /** Dependencies still open. */
  readonly waitingOn: number;
  /** Id of its workflow run; `null` outside of one. */
  readonly workflow: number | null;
  /** Name within its workflow; `null` outside of one. */
  readonly step: string | null;
  /** Id of the worker that runs it now, or ran it last; `null` before the first attempt. */
  readonly worker: string | null;
  /** See {@linkcode Unique.key}; `null` for none. */
  readonly uniqueKey: string | null;
  /** Whether it was running when somebody cancelled it: its worker ends it. */
  readonly cancelRequested: boolean;
}

/** How one attempt ended; `running` while it has not. */
export type AttemptOutcome =
  | "running"
  | "completed"
  /** It failed, and a rule said that this does not matter. */
  | "ignored"
  | "cancelled"
  | "released"
  | "snoozed"
  | FailReason;

/** The record that one attempt leaves. */
export interface Attempt {
  /** From 1; every start counts. */
  readonly number: number;
  /** Id of the worker; `null` when that is not known any more. */
  readonly worker: string | null;
  /** How it ended. */
  readonly outcome: AttemptOutcome;
  /** When it was claimed, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** When it ended; `null` while it runs. */
  readonly finishedAt: number | null;
  /** Time from ready to started. */
  readonly waitMs: number;
  /** Time from start to end; `null` when unknown. */
  readonly wallMs: number | null;
  /** Processor time; `null` when unknown. */
  readonly cpuMs: number | null;
  /** Most memory held at once; `null` when unknown. */
  readonly maxRssBytes: number | null;
  /** Exit code of a command; `null` when a signal ended it, and for other kinds. */
  readonly exitCode: number | null;
  /** Name of the signal that ended a command, such as `SIGTERM`; `null` when none did. */
  readonly signal: string | null;
  /** Why it failed; `null` unless it did. */
  readonly error: JobError | null;
  /** What was made of its failure, and by which rule; `null` unless it failed. */
  readonly decision: Decision | null;
}

/** Failures that have the same fingerprint. */
export interface Cause {
  /** People write it `E3`. */
  readonly id: number;
  /** See {@linkcode JobError.fingerprint}. */
  readonly fingerprint: string;
  /** Class of the latest such error. */
  readonly class: string;
  /** Message of the latest such error. */
  readonly message: string;
  /** Failed attempts so far, those of jobs that were deleted since included. */
  readonly count: number;
  /** When it was seen first, in milliseconds since the epoch. */
  readonly firstAt: number;
  /** When it was seen last, in milliseconds since the epoch. */
  readonly lastAt: number;
  /** The job that failed of it last. */
  readonly job: JobId;
  /** Number of that attempt. */
  readonly attempt: number;
  /** Jobs that stand failed because of it now. */
  readonly failed: number;
  /** Nobody wants to hear of it before this time; `null` when it is not muted, `Infinity` for ever. */
  readonly mutedUntil: number | null;
}

/** What the attempts of a job saved for the ones after them. */
export interface Checkpoint {
  /** What was saved last; `null` for nothing. */
  readonly value: Json;
  /** Results of the steps that were done, by key. */
  readonly steps: Readonly<Record<string, Json>>;
  /** Number of the attempt that saved last. */
  readonly attempt: number;
  /** When it did, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The class of worker that can run a job: its kind, and for functions the task's name too, since only a
 * process that registered the task has it. Claims are indexed by queue and route.
 */
export function routeOf(job: { readonly kind: string; readonly payload: JsonObject }): string {
  return job.kind === "function" ? `function:${job.payload.task}` : job.kind;
}
