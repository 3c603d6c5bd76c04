/** How hard to try: what options say, over what is said for policies by name, for queues and for kinds. */

import { BOUNDS } from "../core/bounds.ts";
import { defaultPolicy } from "../core/defaults.ts";
import { parseDuration } from "../core/duration.ts";
import { UsageError } from "../core/errors.ts";
import type { FollowUp } from "../core/failure.ts";
import { formatMatch } from "../core/failure_match.ts";
import type { Policy } from "../core/job.ts";
import { type Backoff, checkBackoff, parseBackoff } from "../core/retry.ts";
import { signalName } from "../core/signals.ts";
import { didYouMean } from "../core/suggest.ts";
import { within } from "../core/within.ts";
import type { JobInput, JobOptions } from "./job_input.ts";
import { show, toMatches } from "./match_input.ts";
import { integer, positive, toMs } from "./numbers.ts";
import { type RuleInput, toRules } from "./rule_input.ts";

/** The options of a job that can be given for many jobs at once. */
export type PolicyOptions = Pick<
  JobOptions,
  | "retries"
  | "maxAttempts"
  | "backoff"
  | "jitter"
  | "budget"
  | "timeout"
  | "grace"
  | "retryOn"
  | "noRetryOn"
  | "onError"
>;

/**
 * What holds for jobs whose own options say nothing. The nearer wins: options at submit, then those of the job or its
 * task, the named policy, the queue, the kind, and what is built in. Rules add up in the same order.
 */
export interface JobDefaults {
  /** By name: what the job option `policy` can name. */
  readonly policies?: Readonly<Record<string, PolicyOptions>>;
  /** For the jobs of a queue, by its name. */
  readonly queues?: Readonly<Record<string, PolicyOptions>>;
  /** For jobs of a kind: `command`, `module`, `function`, `http` or a custom one. */
  readonly kinds?: Readonly<Record<string, PolicyOptions>>;
  /** Rules for all jobs, after their own. */
  readonly onError?: readonly RuleInput[];
  /** What the action `run:NAME` of a rule can name. */
  readonly jobs?: Readonly<Record<string, JobInput | FollowUp>>;
}

/** Two ways to say one thing: who says it one way unsays the other. */
const ALTERNATIVES = [["retries", "maxAttempts"], ["delay", "runAt"]] as const;

/** Options over others; what is `undefined` says nothing, and rules come before those of the others. */
export function mergeOptions(own: JobOptions, over: JobOptions): JobOptions {
  const said = Object.entries(over).filter(([, value]) => value !== undefined);
  if (said.length === 0) return own;
  const merged: Record<string, unknown> = { ...own, ...Object.fromEntries(said) };
  for (const pair of ALTERNATIVES) {
    if (!pair.some((key) => over[key] !== undefined)) continue;
    for (const key of pair) if (over[key] === undefined) delete merged[key];
  }
  if (over.onError !== undefined && own.onError !== undefined) {
    merged.onError = [...rulesOf(over.onError), ...rulesOf(own.onError)];
  }
  return merged as JobOptions;
}

function rulesOf(rules: unknown): readonly RuleInput[] {
  if (Array.isArray(rules)) return rules;
  throw new UsageError(`Rules for failures are a list, not ${show(rules)}`, {
    hint: "Put brackets around the rule",
  });
}

/**
 * The options of a job, completed by the defaults.
 *
 * @throws {UsageError} When `policy` names none that there is
 */
export function withDefaults(kind: string, said: JobOptions, defaults: JobDefaults): JobOptions {
  const { policies = {}, queues = {}, kinds = {}, onError } = defaults;
  const layers = [
    onError === undefined ? undefined : { onError },
    own(kinds, kind),
    own(queues, said.queue ?? "default"),
    said.policy === undefined ? undefined : policyNamed(said.policy, policies),
  ].filter((layer) => layer !== undefined);
  if (layers.length === 0) return said;
  return [...layers, said].reduce<JobOptions>(mergeOptions, {});
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function policyNamed(name: string, policies: Readonly<Record<string, PolicyOptions>>): PolicyOptions {
  const found = own(policies, name);
  if (found !== undefined) return found;
  throw new UsageError(`There is no policy "${name}"`, {
    hint: didYouMean(name, Object.keys(policies)) ?? `Describe it in gigq.toml under [policies.${name}]`,
  });
}

/**
 * Refuses defaults that no job could have.
 *
 * @throws {UsageError} Naming the place
 */
export function checkDefaults(defaults: JobDefaults): void {
  const { policies = {}, queues = {}, kinds = {}, onError = [], jobs } = defaults;
  toRules(rulesOf(onError), jobs);
  for (const [table, entries] of Object.entries({ policies, queues, kinds })) {
    for (const [name, options] of Object.entries(entries)) {
      within(`${table}.${name}`, () => toPolicy("command", options, { jobs }));
    }
  }
}

/**
 * The policy that the options spell out, over the defaults.
 *
 * @throws {UsageError} For an option that makes no sense, or two that contradict each other
 */
export function toPolicy(kind: string, said: JobOptions, defaults: JobDefaults = {}): Policy {
  const options = withDefaults(kind, said, defaults);
  const base = defaultPolicy(kind);
  const { budget, timeout, grace, retryOn, noRetryOn, onError = [], signal } = options;
  const timeoutMs = timeout === undefined ? base.timeoutMs : positive("timeout", timeout);
  const rules = toRules(rulesOf(onError), defaults.jobs);
  const policy: Policy = {
    maxAttempts: attemptsOf(options, base.maxAttempts),
    backoff: toBackoff(options, base.backoff),
    timeoutMs,
    graceMs: grace === undefined ? base.graceMs : toMs("grace", grace),
    ...budget === undefined ? {} : { budgetMs: positive("budget", budget) },
    ...retryOn === undefined ? {} : { retryOn: within("retry-on", () => toMatches(retryOn)) },
    ...noRetryOn === undefined ? {} : { noRetryOn: within("no-retry-on", () => toMatches(noRetryOn)) },
    ...rules.length === 0 ? {} : { rules },
    ...signal === undefined ? {} : { signal: toSignal(signal, kind, timeoutMs) },
  };
  refuseContradictions(policy);
  return policy;
}

function attemptsOf({ retries, maxAttempts }: JobOptions, base: number): number {
  if (retries !== undefined && maxAttempts !== undefined) {
    throw new UsageError("Give either retries or max attempts, not both");
  }
  return retries === undefined
    ? integer("max attempts", maxAttempts ?? base, 1, BOUNDS.attempts)
    : integer("retries", retries, 0, BOUNDS.attempts - 1) + 1;
}

function toBackoff({ backoff, jitter }: JobOptions, base: Backoff): Backoff {
  if (typeof backoff === "string") return parseBackoff(backoff, jitter);
  if (typeof backoff === "function") {
    throw new UsageError("A backoff that is a function cannot be stored with a job", {
      hint: "Give it to task(…), whose workers call it, or write it like exp:2s..5m",
    });
  }
  const chosen = backoff ?? base;
  return checkBackoff(jitter === undefined ? chosen : { ...chosen, jitter });
}

/** `USR1@60`: the signal, and how long before the timeout; a bare number counts seconds. */
function toSignal(text: unknown, kind: string, timeoutMs: number | null): NonNullable<Policy["signal"]> {
  const [, name, before] = typeof text === "string" ? /^([^@]+)@([^@]+)$/.exec(text) ?? [] : [];
  if (name === undefined) {
    throw new UsageError(`Signal ${show(text)} is not understood`, {
      hint: "Write USR1@60: the signal, and how long before the timeout",
    });
  }
  const signal = { name: signalName(name), beforeMs: parseDuration(before!) };
  if (kind !== "command") {
    throw new UsageError(`Signal "${text}" goes to a command, and this job is of kind ${kind}`);
  }
  if (timeoutMs === null) {
    throw new UsageError(`Signal "${text}" comes before a timeout, and there is none`, {
      hint: "Give a timeout, too",
    });
  }
  if (signal.beforeMs >= timeoutMs) {
    throw new UsageError(
      `Signal "${text}" would come before the command starts: its timeout is not longer than that`,
    );
  }
  return signal;
}

function refuseContradictions({ retryOn = [], noRetryOn = [] }: Policy): void {
  const refused = new Set(noRetryOn.map(formatMatch));
  const both = retryOn.map(formatMatch).find((match) => refused.has(match));
  if (both !== undefined) throw new UsageError(`"${both}" is to be retried and not to be retried`);
}

/**
 * Refuses options that speak of retries where there are none. For what one person writes at one place: defaults of
 * queues and kinds may well meet jobs with a single attempt.
 *
 * @throws {UsageError} Naming the option
 */
export function refuseIdle({ retryOn, noRetryOn, onError = [] }: JobOptions, policy: Policy): void {
  if (policy.maxAttempts > 1) return;
  const own = policy.rules?.slice(0, rulesOf(onError).length) ?? [];
  const idle = retryOn !== undefined
    ? "retry-on"
    : noRetryOn !== undefined
    ? "no-retry-on"
    : own.some(({ action }) => action.do === "retry")
    ? "the rule that says retry"
    : null;
  if (idle === null) return;
  throw new UsageError(`There is one attempt only, so ${idle} does nothing`, {
    hint: "Allow more with --retry 3 (retries: 3)",
  });
}
