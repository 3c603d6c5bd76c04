/** The keys of a workflow file: what each takes, and what it becomes. `schema/workflow.schema.json` has the same. */

import { parseDuration } from "../../core/duration.ts";
import { UsageError } from "../../core/errors.ts";
import { type Jitter, JITTERS, parseBackoff } from "../../core/retry.ts";
import { parseRef, type SecretRef, type Secrets } from "../../core/secret.ts";
import type { JobOptions } from "../job_input.ts";
import { type MatchInput, toMatches } from "../match_input.ts";

/** Top level. */
export const FILE_KEYS = ["$schema", "name", "description", "params", "max-fails", "steps"] as const;

/** Of one parameter. */
export const PARAM_KEYS = ["type", "default", "choices", "description"] as const;

/** What a step runs, and the keys that only go with it. */
export const KIND_KEYS: Readonly<Record<string, readonly string[]>> = {
  run: ["env", "cwd", "stdin"],
  shell: ["env", "cwd", "stdin"],
  module: ["with", "permissions"],
  http: [],
};

/** Under `http`. */
export const HTTP_KEYS = ["url", "method", "headers", "body", "accept"] as const;

/** Of a parent that comes with a rule. */
export const AFTER_KEYS = ["step", "on"] as const;

/** Reads the value of a common key; throws {@linkcode UsageError} for a bad one. */
export type OptionReader = (value: unknown) => JobOptions;

/** Keys that every kind of step takes, besides `after`. */
export const OPTION_KEYS: Readonly<Record<string, OptionReader>> = {
  name: (value) => ({ name: text(value) }),
  queue: (value) => ({ queue: text(value) }),
  priority: (value) => ({ priority: whole(value) }),
  tags: (value) => ({ tags: list(value).map(text) }),
  retry: (value) => ({ retries: whole(value) }),
  "max-attempts": (value) => ({ maxAttempts: whole(value) }),
  backoff: (value) => {
    parseBackoff(text(value));
    return { backoff: text(value) };
  },
  jitter: (value) => ({ jitter: oneOf<Jitter>(value, JITTERS) }),
  policy: (value) => ({ policy: text(value) }),
  budget: (value) => ({ budget: duration(value) }),
  "retry-on": (value) => ({ retryOn: matches(value) }),
  "no-retry-on": (value) => ({ noRetryOn: matches(value) }),
  signal: (value) => ({ signal: text(value) }),
  timeout: (value) => ({ timeout: duration(value) }),
  grace: (value) => ({ grace: duration(value) }),
  delay: (value) => ({ delay: duration(value) }),
  expires: (value) => ({ expires: String(duration(value)) + "ms" }),
  secrets: (value) => ({ secrets: secrets(value) }),
};

/** Keys that make sense only beside others: they are checked together. */
export const TOGETHER: readonly string[] = ["jitter", "policy", "retry-on", "no-retry-on", "signal"];

/** The rules for failures: `MATCH -> ACTION`, or objects. */
export const RULES_KEY = "on-error";

/** Of a rule that is an object: which failures, and what becomes of them. */
export const RULE_KEYS: readonly string[] = [
  "match",
  "do",
  ...Object.keys(KIND_KEYS),
  ...new Set(Object.values(KIND_KEYS).flat()),
  "name",
];

/** Every key a step may have. */
export const STEP_KEYS: readonly string[] = [
  ...Object.keys(KIND_KEYS),
  ...new Set(Object.values(KIND_KEYS).flat()),
  "after",
  RULES_KEY,
  ...Object.keys(OPTION_KEYS),
];

/** Text. */
export function text(value: unknown): string {
  if (typeof value !== "string") throw unlike(value, "text");
  return value;
}

/** One of a few words. */
export function oneOf<T extends string>(value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw unlike(value, `one of ${choices.join(", ")}`);
  return found;
}

/** A list. */
export function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unlike(value, "a list");
  return value;
}

/** An error that shows the value and tells what it should be. */
export function unlike(value: unknown, wanted: string): UsageError {
  const shown = JSON.stringify(value) ?? "nothing";
  return new UsageError(`${shown.length > 60 ? `${shown.slice(0, 60)}…` : shown} is not ${wanted}`);
}

/** Text with commas between, or a list; checked here, and kept as it was written. */
function matches(value: unknown): string | readonly MatchInput[] {
  toMatches(value);
  return value as string | readonly MatchInput[];
}

/** A list of names, or a table of places: `env:OTHER`, `file:PATH`, or the same as tables. */
function secrets(value: unknown): Secrets {
  if (Array.isArray(value)) {
    return Object.fromEntries(value.map((item) => {
      const name = text(item);
      return [name, { env: name }];
    }));
  }
  if (value === null || typeof value !== "object") throw unlike(value, "a list of names or a table");
  return Object.fromEntries(
    Object.entries(value).map((
      [name, place],
    ) => [name, typeof place === "string" ? parseRef(name, place) : place as SecretRef]),
  );
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw unlike(value, "a whole number");
  return value as number;
}

/** Milliseconds; a bare number counts seconds, as everywhere else. */
function duration(value: unknown): number {
  if (typeof value !== "string" && typeof value !== "number") throw unlike(value, "a duration such as 30s");
  return parseDuration(String(value));
}
