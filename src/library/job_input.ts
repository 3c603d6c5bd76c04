/** From what people write to what a store takes: options, the kinds of jobs, and their validation. */

import { BOUNDS } from "../core/bounds.ts";
import { parseTime } from "../core/duration.ts";
import { UsageError } from "../core/errors.ts";
import { bindFollowUps } from "../core/follow_up.ts";
import type { Dependency, JobId, NewJob, Unique } from "../core/job.ts";
import { assertJson, type JsonObject } from "../core/json.ts";
import type { Backoff, Jitter } from "../core/retry.ts";
import { type Secrets, type SecretsOption, toSecrets } from "../core/secret.ts";
import type { StepJob } from "../core/workflow.ts";
import { absolutePath } from "./absolute_path.ts";
import { type MatchInput, show } from "./match_input.ts";
import { type Duration, integer, positive, toMs } from "./numbers.ts";
import { type JobDefaults, mergeOptions, refuseIdle, toPolicy } from "./policy.ts";
import type { RuleInput } from "./rule_input.ts";

export { type Duration, toMs } from "./numbers.ts";
export { type JobDefaults, mergeOptions, type PolicyOptions, toPolicy } from "./policy.ts";

/** What can be said about any job. Everything is optional. */
export interface JobOptions {
  /** A label for lists and selectors; need not be unique. */
  readonly name?: string;
  /** Default `default`. */
  readonly queue?: string;
  /** Higher runs first; default 0. */
  readonly priority?: number;
  /** Labels for selectors; doubled ones count once. */
  readonly tags?: readonly string[];
  /** Attempts after the first. Default: 0 for commands and HTTP, 2 for modules and functions. */
  readonly retries?: number;
  /** Attempts in all; another way to say `retries`. */
  readonly maxAttempts?: number;
  /** A named policy of the queue: see `QueueOptions.policies`. What else is said here wins over it. */
  readonly policy?: string;
  /**
   * The wait between attempts: `fixed:2s`, `linear:5s`, `exp:2s..5m`, `fib:1s..1m` (first wait, then the cap) or
   * `list:1s,5s,30s`; default `exp:1s..5m` with equal jitter.
   */
  readonly backoff?: string | Backoff;
  /** How much of the wait is left to chance; default `none` where `backoff` is given as text. */
  readonly jitter?: Jitter;
  /** No retry starts later than so long after the first start; default none. */
  readonly budget?: Duration;
  /** Only these failures are retried: text such as `timeout,exit:75`, or a list; default all. */
  readonly retryOn?: string | readonly MatchInput[];
  /** These failures are never retried. */
  readonly noRetryOn?: string | readonly MatchInput[];
  /** What becomes of failures: the first rule that matches decides, and the options above only where none does. */
  readonly onError?: readonly RuleInput[];
  /** Longest run of one attempt; default none. */
  readonly timeout?: Duration;
  /** A signal for a command some time before its timeout: `USR1@60` for 60 s. */
  readonly signal?: string;
  /** Time between asking an attempt to stop and killing it; default 5 s. */
  readonly grace?: Duration;
  /** Start no sooner than so long after submit. */
  readonly delay?: Duration;
  /**
   * Start no sooner than this: a date, epoch milliseconds, or text: `22:00`, `10m` or RFC 3339. Words such as
   * `tomorrow 9am`, which only the command line reads, take a library.
   */
  readonly runAt?: Date | number | string;
  /** Fail with reason `expired` when not started by then; text such as `1h` counts from now. */
  readonly expires?: Date | number | string;
  /** Keeps a second job with this key out: while the first is unfinished, or as the scope says. */
  readonly unique?: string | { readonly key: string; readonly for: "unfinished" | "always" | Duration };
  /**
   * Secrets by name, and where the worker finds them when the job runs: names alone stand for its variables. Commands
   * get them as variables, functions by `ctx.secret`, requests as `${{ secrets.NAME }}` in url, headers and body.
   */
  readonly secrets?: SecretsOption;
  /** Jobs to wait for: ids (they must complete), or with a rule. */
  readonly after?: readonly (JobId | Dependency)[];
}

/** A job to be submitted: its kind, what it runs, and its own defaults. */
export interface JobInput {
  /** `command`, `module`, `function`, `http`, or a custom kind. */
  readonly kind: string;
  /** What to run; its shape depends on the kind. */
  readonly payload: JsonObject;
  /** Its own options: those given at submit win over them. */
  readonly options: JobOptions;
}

const LABEL = /^[^\p{Cc}]+$/u;

/** What the options of a job make of it: everything but its body, and the secrets that become part of that. */
type Frame = Omit<NewJob, "kind" | "payload"> & { readonly secrets: Secrets | null };

/**
 * Completes and checks jobs that are submitted together; nothing is left for the store to doubt.
 *
 * @param inputs The jobs and their own options
 * @param extra Options that win over the jobs' own
 * @param nowMs The present, against which relative times count
 * @param defaults What holds where neither says anything
 * @throws {UsageError} For a bad option, naming it and its value
 * @throws {DataError} For a payload that is not JSON or too large
 */
export function toNewJobs(
  inputs: readonly JobInput[],
  extra: JobOptions,
  nowMs: number,
  defaults?: JobDefaults,
): NewJob[] {
  let last: JobInput | undefined;
  let frame: Frame | undefined;
  return inputs.map((input) => {
    assertJson(input.payload, "params");
    // Calls of one task share its options: what those say is worked out once.
    if (frame === undefined || input.options !== last?.options || input.kind !== last.kind) {
      frame = toFrame(input.kind, mergeOptions(input.options, extra), nowMs, defaults);
      frame = { ...frame, policy: bindFollowUps(frame.policy, {}) };
    }
    last = input;
    return toNewJobOf(input, frame);
  });
}

/** Spelled out, since spreading a frame costs more than all the checks of a small job. */
function toNewJobOf({ kind, payload }: JobInput, frame: Frame): NewJob {
  const { policy, name, queue, priority, tags, runAt, expiresAt, unique, after, step, secrets } = frame;
  if (secrets !== null) payload = withSecrets(payload, secrets);
  return { kind, payload, policy, name, queue, priority, tags, runAt, expiresAt, unique, after, step };
}

function withSecrets(payload: JsonObject, secrets: Secrets): JsonObject {
  const twice = Object.keys(payload.env ?? {}).find((name) => Object.hasOwn(secrets, name));
  if (twice !== undefined) {
    throw new UsageError(`Variable "${twice}" is given as a secret, and as text in env`, {
      hint: "Leave one of them out: a command would get the secret",
    });
  }
  return { ...payload, secrets };
}

/** One job of {@linkcode toNewJobs}. */
export function toNewJob(input: JobInput, extra: JobOptions, nowMs: number, defaults?: JobDefaults): NewJob {
  return toNewJobs([input], extra, nowMs, defaults)[0]!;
}

/** A job of a workflow: its place is decided elsewhere, and parameters are not filled into what its rules run. */
export function toStepJob(
  input: JobInput,
  extra: JobOptions,
  nowMs: number,
  defaults?: JobDefaults,
): StepJob {
  assertJson(input.payload, "params");
  const frame = toFrame(input.kind, mergeOptions(input.options, extra), nowMs, defaults);
  const { after: _, step: __, ...job } = toNewJobOf(input, frame);
  return job;
}

function toFrame(kind: string, options: JobOptions, nowMs: number, defaults?: JobDefaults): Frame {
  const policy = toPolicy(kind, options, defaults);
  refuseIdle(options, policy);
  const runAt = startTime(options, nowMs);
  return {
    policy,
    name: options.name === undefined ? null : label("name", options.name),
    queue: label("queue", options.queue ?? "default"),
    priority: integer("priority", options.priority ?? 0, -BOUNDS.priority, BOUNDS.priority),
    tags: tags(options.tags ?? []),
    runAt,
    expiresAt: endTime(options, runAt, nowMs),
    unique: toUnique(options.unique),
    after: (options.after ?? []).map(toDependency),
    step: null,
    secrets: options.secrets === undefined ? null : secretsOption(options.secrets),
  };
}

function secretsOption(option: SecretsOption): Secrets | null {
  const secrets = toSecrets(option, absolutePath);
  return Object.keys(secrets).length === 0 ? null : secrets;
}

/** Until when it must have started: after it may start, or it never would. */
function endTime({ expires }: JobOptions, runAt: number | null, nowMs: number): number | null {
  if (expires === undefined) return null;
  const at = toTime(expires, nowMs);
  if (runAt === null || at > runAt) return at;
  throw new UsageError("A job that expires before it may start would never run", {
    hint: "Let it expire later, or start sooner",
  });
}

function startTime({ delay, runAt }: JobOptions, nowMs: number): number | null {
  if (delay !== undefined && runAt !== undefined) {
    throw new UsageError("Give either a delay or a time, not both");
  }
  if (delay !== undefined) return nowMs + toMs("delay", delay);
  return runAt === undefined ? null : toTime(runAt, nowMs);
}

/** Milliseconds since the epoch, from a date, a number or text. */
export function toTime(time: Date | number | string, nowMs: number): number {
  const isInstant = typeof time === "number" || time instanceof Date;
  const ms = typeof time === "string" ? parseTime(time, nowMs) : isInstant ? Number(time) : NaN;
  if (!Number.isSafeInteger(Math.trunc(ms))) {
    throw new UsageError(`Time ${show(time)} is not a point in time`);
  }
  return Math.trunc(ms);
}

function toUnique(unique: JobOptions["unique"]): Unique | null {
  if (unique === undefined) return null;
  if (typeof unique === "string") return { key: key(unique), scope: "unfinished" };
  const scope = unique.for === "unfinished" || unique.for === "always"
    ? unique.for
    : positive("unique period", unique.for);
  return { key: key(unique.key), scope };
}

function key(text: string): string {
  if (text === "" || text.length > 4 * BOUNDS.nameChars) {
    throw new UsageError(
      `Unique key "${text.slice(0, 40)}" must have 1 to ${4 * BOUNDS.nameChars} characters`,
    );
  }
  if (text.includes("\0")) {
    throw new UsageError(`Unique key ${JSON.stringify(text.slice(0, 40))} contains a NUL character`);
  }
  return text;
}

function toDependency(after: JobId | Dependency): Dependency {
  const dependency = typeof after === "number" ? { id: after, on: "success" as const } : after;
  integer("parent id", dependency.id, 1, Number.MAX_SAFE_INTEGER);
  return dependency;
}

function tags(list: readonly string[]): readonly string[] {
  if (list.length > BOUNDS.tags) {
    throw new UsageError(`${list.length} tags are more than the ${BOUNDS.tags} allowed`);
  }
  return [...new Set(list.map((tag) => label("tag", tag)))];
}

/**
 * A name, for people.
 *
 * @throws {UsageError} Naming what it is of
 */
export function label(what: string, text: string): string {
  if (typeof text !== "string" || text.length > BOUNDS.nameChars || !LABEL.test(text)) {
    const shown = typeof text === "string" ? JSON.stringify(text.slice(0, 40)) : show(text);
    throw new UsageError(`The ${what} ${shown} must have 1 to ${BOUNDS.nameChars} printable characters`);
  }
  return text;
}
