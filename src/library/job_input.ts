/** From what people write to what a store takes: options, the kinds of jobs, and their validation. */

import { BOUNDS } from "../core/bounds.ts";
import { defaultPolicy } from "../core/defaults.ts";
import { parseDuration, parseTime } from "../core/duration.ts";
import { UsageError } from "../core/errors.ts";
import type { Dependency, JobId, NewJob, Policy, Unique } from "../core/job.ts";
import { assertJson, type JsonObject } from "../core/json.ts";
import { type Backoff, type Jitter, parseBackoff } from "../core/retry.ts";
import { type Secrets, type SecretsOption, toSecrets } from "../core/secret.ts";
import { absolutePath } from "./absolute_path.ts";

/** A duration: milliseconds, or text such as `90s`, `5m`, `2h30m`. */
export type Duration = number | string;

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
  /** The wait between attempts: `fixed:2s`, `linear:5s`, `exp:2s..5m`; default `exp:1s..5m` with equal jitter. */
  readonly backoff?: string | Backoff;
  /** How much of the wait is left to chance; default `none` where `backoff` is given as text. */
  readonly jitter?: Jitter;
  /** Longest run of one attempt; default none. */
  readonly timeout?: Duration;
  /** Time between asking an attempt to stop and killing it; default 5 s. */
  readonly grace?: Duration;
  /** Start no sooner than so long after submit. */
  readonly delay?: Duration;
  /** Start no sooner than this: a date, epoch milliseconds, or text such as `22:00` or RFC 3339. */
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
 * @throws {UsageError} For a bad option, naming it and its value
 * @throws {DataError} For a payload that is not JSON or too large
 */
export function toNewJobs(inputs: readonly JobInput[], extra: JobOptions, nowMs: number): NewJob[] {
  let last: JobInput | undefined;
  let frame: Frame | undefined;
  return inputs.map((input) => {
    assertJson(input.payload, "params");
    // Calls of one task share its options: what those say is worked out once.
    if (frame === undefined || input.options !== last?.options || input.kind !== last.kind) {
      frame = toFrame(input.kind, mergeOptions(input.options, extra), nowMs);
    }
    last = input;
    return toNewJobOf(input, frame);
  });
}

/** Spelled out, since spreading a frame costs more than all the checks of a small job. */
function toNewJobOf({ kind, payload }: JobInput, frame: Frame): NewJob {
  const { policy, name, queue, priority, tags, runAt, expiresAt, unique, after, step, secrets } = frame;
  if (secrets !== null) payload = { ...payload, secrets };
  return { kind, payload, policy, name, queue, priority, tags, runAt, expiresAt, unique, after, step };
}

/** One job of {@linkcode toNewJobs}. */
export function toNewJob(input: JobInput, extra: JobOptions, nowMs: number): NewJob {
  return toNewJobs([input], extra, nowMs)[0]!;
}

/** Two ways to say one thing: who says it one way unsays the other. */
const ALTERNATIVES = [["retries", "maxAttempts"], ["delay", "runAt"]] as const;

/** Options over others; what is `undefined` says nothing. */
export function mergeOptions(own: JobOptions, over: JobOptions): JobOptions {
  const said = Object.entries(over).filter(([, value]) => value !== undefined);
  if (said.length === 0) return own;
  const merged: Record<string, unknown> = { ...own, ...Object.fromEntries(said) };
  for (const pair of ALTERNATIVES) {
    if (!pair.some((key) => over[key] !== undefined)) continue;
    for (const key of pair) if (over[key] === undefined) delete merged[key];
  }
  return merged as JobOptions;
}

function toFrame(kind: string, options: JobOptions, nowMs: number): Frame {
  return {
    policy: toPolicy(kind, options),
    name: options.name === undefined ? null : label("name", options.name),
    queue: label("queue", options.queue ?? "default"),
    priority: integer("priority", options.priority ?? 0, -BOUNDS.priority, BOUNDS.priority),
    tags: tags(options.tags ?? []),
    runAt: startTime(options, nowMs),
    expiresAt: options.expires === undefined ? null : toTime(options.expires, nowMs),
    unique: toUnique(options.unique),
    after: (options.after ?? []).map(toDependency),
    step: null,
    secrets: options.secrets === undefined ? null : secretsOption(options.secrets),
  };
}

/** The policy that the options spell out, over the defaults of the kind. */
export function toPolicy(kind: string, options: JobOptions): Policy {
  const base = defaultPolicy(kind);
  if (options.retries !== undefined && options.maxAttempts !== undefined) {
    throw new UsageError("Give either retries or max attempts, not both");
  }
  const maxAttempts = options.retries === undefined
    ? integer("max attempts", options.maxAttempts ?? base.maxAttempts, 1, BOUNDS.attempts)
    : integer("retries", options.retries, 0, BOUNDS.attempts - 1) + 1;
  return {
    maxAttempts,
    backoff: toBackoff(options, base.backoff),
    timeoutMs: options.timeout === undefined ? base.timeoutMs : positive("timeout", options.timeout),
    graceMs: options.grace === undefined ? base.graceMs : toMs("grace", options.grace),
  };
}

function secretsOption(option: SecretsOption): Secrets | null {
  const secrets = toSecrets(option, absolutePath);
  return Object.keys(secrets).length === 0 ? null : secrets;
}

function toBackoff({ backoff, jitter }: JobOptions, base: Backoff): Backoff {
  if (typeof backoff === "string") return parseBackoff(backoff, jitter);
  const chosen = backoff ?? base;
  return jitter === undefined ? chosen : { ...chosen, jitter };
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
  const ms = typeof time === "string" ? parseTime(time, nowMs) : Number(time);
  if (!Number.isSafeInteger(Math.trunc(ms))) throw new UsageError(`Time "${time}" is not a point in time`);
  return Math.trunc(ms);
}

/** Milliseconds, from a number or text. */
export function toMs(what: string, duration: Duration): number {
  const ms = typeof duration === "string" ? parseDuration(duration) : duration;
  if (!(ms >= 0 && ms <= BOUNDS.durationMs)) throw new UsageError(`The ${what} ${duration} is out of range`);
  return ms;
}

function positive(what: string, duration: Duration): number {
  const ms = toMs(what, duration);
  if (ms === 0) throw new UsageError(`The ${what} must be longer than nothing`);
  return ms;
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

function label(what: string, text: string): string {
  if (text.length > BOUNDS.nameChars || !LABEL.test(text)) {
    const shown = JSON.stringify(text.slice(0, 40));
    throw new UsageError(`The ${what} ${shown} must have 1 to ${BOUNDS.nameChars} printable characters`);
  }
  return text;
}

function integer(what: string, value: number, min: number, max: number): number {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new UsageError(`The ${what} must be a whole number from ${min} to ${max}, not ${value}`);
  }
  return value;
}
