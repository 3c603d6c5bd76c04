/** Which failures, as options and files say it: text, or an object. */

import { UsageError } from "../core/errors.ts";
import type { FailureMatch } from "../core/failure.ts";
import {
  checkMatch,
  checkRegex,
  className,
  exitRange,
  fingerprint,
  parseMatch,
  parseMatches,
  parseRegex,
} from "../core/failure_match.ts";
import { signalName } from "../core/signals.ts";
import { didYouMean } from "../core/suggest.ts";
import { within } from "../core/within.ts";

/**
 * Which failures: text such as `timeout`, `lost`, `exit:75`, `exit:70-79`, `signal:KILL`, `class:TypeError`,
 * `error:/ECONN/i`, `fingerprint:1a2b3c` or `any`, or an object of which all members must hold.
 */
export type MatchInput = string | {
  /** An exit code, or a range such as `"70-79"`; `true` for any but 0. */
  readonly exit?: number | string | true | readonly [from: number, to: number];
  /** The signal that ended a command, such as `SIGKILL`; `true` for any. */
  readonly signal?: string | true;
  /** It ran longer than its timeout. */
  readonly timeout?: true;
  /** Its worker died. */
  readonly lost?: true;
  /** Name of the error's class. */
  readonly class?: string;
  /** Found in `class: message`. */
  readonly regex?: string | RegExp | { readonly source: string; readonly flags: string };
  /** See `JobError.fingerprint`; its first digits will do. */
  readonly fingerprint?: string;
  /** Why it failed. */
  readonly reason?: FailureMatch["reason"];
};

const READERS: Readonly<Record<string, (value: unknown) => FailureMatch>> = {
  exit: (value) => value === true ? { reason: "exit" } : { exit: exitRange(value) },
  signal: (value) => value === true ? { reason: "signal" } : { signal: signalName(text(value)) },
  timeout: (value) => ({ reason: yes(value, "timeout") }),
  lost: (value) => ({ reason: yes(value, "lost") }),
  class: (value) => ({ class: className(value) }),
  regex: (value) => ({ regex: toRegex(value) }),
  fingerprint: (value) => ({ fingerprint: fingerprint(value) }),
  reason: (value) => ({ reason: parseMatch(text(value)).reason ?? notAReason(value) }),
};

/**
 * Reads one match.
 *
 * @throws {UsageError} Naming the member and its value
 */
export function toMatch(input: unknown): FailureMatch {
  if (typeof input === "string") return parseMatch(input);
  const shown = show(input);
  if (input === null || typeof input !== "object" || Array.isArray(input)) {
    throw new UsageError(`${shown} is no failure to match`, { hint: "Write { exit: 75 } or exit:75" });
  }
  let match: FailureMatch = {};
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const read = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
    if (read === undefined) {
      throw new UsageError(`A failure has no "${key}" to match`, {
        hint: didYouMean(key, Object.keys(READERS)) ?? `There are ${Object.keys(READERS).join(", ")}`,
      });
    }
    const more = within(key, () => read(value));
    if (match.reason !== undefined && more.reason !== undefined && match.reason !== more.reason) {
      throw new UsageError(`Failure ${shown} can never be: it is either ${match.reason} or ${more.reason}`);
    }
    match = { ...match, ...more };
  }
  return checkMatch(match, shown);
}

/**
 * Reads a list of matches: an array, or text with commas between.
 *
 * @throws {UsageError} Naming the value
 */
export function toMatches(input: unknown): readonly FailureMatch[] {
  if (typeof input === "string") return parseMatches(input);
  if (Array.isArray(input) && input.length > 0) return input.map(toMatch);
  throw new UsageError(`At least one failure is needed, not ${show(input)}`, {
    hint: "Write it like timeout,exit:75",
  });
}

function toRegex(value: unknown): NonNullable<FailureMatch["regex"]> {
  if (typeof value === "string") {
    return /^\/.*\/[a-z]*$/s.test(value) ? parseRegex(value) : checkRegex({ source: value, flags: "" });
  }
  const { source, flags } = (value ?? {}) as { readonly source?: unknown; readonly flags?: unknown };
  return checkRegex({ source: text(source), flags: text(flags) });
}

function yes<T extends string>(value: unknown, reason: T): T {
  if (value === true) return reason;
  throw new UsageError(`${show(value)} is not true`, { hint: `Write ${reason}: true, or leave it out` });
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new UsageError(`${show(value)} is not text`);
}

function notAReason(value: unknown): never {
  throw new UsageError(`${show(value)} is no reason of a failure`);
}

/** A value as it may stand in a message. */
export function show(value: unknown): string {
  const text = asText(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** As JSON where that says what it is: of `NaN` and dates that are none it makes `null`, and of others an error. */
function asText(value: unknown): string {
  const isPlain = typeof value === "string" || (typeof value === "object" && !(value instanceof Date));
  try {
    return (isPlain ? JSON.stringify(value) : undefined) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
