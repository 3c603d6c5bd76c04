/** When to try again. Pure: the caller brings the random number. */

import { parseDuration } from "./duration.ts";
import { UsageError } from "./errors.ts";

/** How the wait grows with the number of failures. */
export type BackoffKind = "fixed" | "linear" | "exponential" | "fibonacci" | "list";

/**
 * How much of the wait is left to chance. `full`: all of it · `equal`: half of it · `decorrelated`: anything from the
 * first wait to three times the wait before.
 */
export type Jitter = "none" | "full" | "equal" | "decorrelated";

/** A rule for the time between two attempts. */
export interface Backoff {
  /** How the wait grows. */
  readonly kind: BackoffKind;
  /** The first wait. */
  readonly baseMs: number;
  /** No wait is longer. */
  readonly capMs: number;
  /** How much of each wait is left to chance. */
  readonly jitter: Jitter;
  /** The waits of kind `list`, one after the other; the last one repeats. */
  readonly listMs?: readonly number[];
}

/** Used where nothing else is said: 1 s, 2 s, 4 s … up to 5 minutes, half of each left to chance. */
export const DEFAULT_BACKOFF: Backoff = {
  kind: "exponential",
  baseMs: 1_000,
  capMs: 300_000,
  jitter: "equal",
};

const KINDS: Readonly<Record<string, BackoffKind>> = {
  fixed: "fixed",
  linear: "linear",
  exp: "exponential",
  exponential: "exponential",
};

/**
 * The wait before the next attempt, in milliseconds.
 *
 * Jitter follows Marc Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
 *
 * @param failures Failed attempts so far, at least 1
 * @param random A number in [0, 1)
 */
export function retryDelayMs(backoff: Backoff, failures: number, random: number): number {
  const wait = waitMs(backoff, failures);
  switch (backoff.jitter) {
    case "none":
      return wait;
    case "full":
      return Math.round(wait * random);
    case "equal":
      return Math.round(wait / 2 + (wait / 2) * random);
    case "decorrelated":
      return Math.round(decorrelated(backoff, failures, random));
  }
}

/** The wait before any of it is left to chance. */
function waitMs(backoff: Backoff, failures: number): number {
  const { kind, baseMs, capMs, listMs = [] } = backoff;
  if (kind === "list") return Math.min(listMs[Math.min(failures, listMs.length) - 1] ?? baseMs, capMs);
  return Math.min(growth(kind, failures) * baseMs, capMs);
}

/** Each wait lies between the first wait and three times the one before; one number stands for the whole chain. */
function decorrelated({ baseMs, capMs }: Backoff, failures: number, random: number): number {
  let wait = baseMs;
  for (let i = 0; i < failures && wait < capMs; i++) {
    wait = Math.min(capMs, baseMs + random * (wait * 3 - baseMs));
  }
  return wait;
}

function growth(kind: Exclude<BackoffKind, "list">, failures: number): number {
  switch (kind) {
    case "fixed":
      return 1;
    case "linear":
      return failures;
    case "exponential":
      // Past 2^52 every cap is reached; a larger power would only overflow.
      return 2 ** Math.min(failures - 1, 52);
    case "fibonacci":
      return fibonacci(Math.min(failures, 78));
  }
}

/** 1, 1, 2, 3, 5 …: past the 78th, numbers are no longer exact, and every cap is reached. */
function fibonacci(n: number): number {
  let [a, b] = [0, 1];
  for (let i = 0; i < n; i++) [a, b] = [b, a + b];
  return a;
}

/**
 * Reads `fixed:2s`, `linear:5s`, `exp:2s..5m` (first wait, then the cap).
 *
 * @throws {UsageError} Naming the text
 */
export function parseBackoff(text: string, jitter: Jitter = "none"): Backoff {
  const [name = "", range, ...rest] = text.split(":");
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  const [base, cap, ...more] = (range ?? "").split("..");
  if (kind === undefined || !base || rest.length > 0 || more.length > 0 || cap === "") {
    throw new UsageError(`Backoff "${text}" is not understood`, {
      hint: "Write fixed:2s, linear:5s or exp:2s..5m",
    });
  }
  const baseMs = parseDuration(base);
  const capMs = cap === undefined ? Math.max(baseMs, DEFAULT_BACKOFF.capMs) : parseDuration(cap);
  if (capMs < baseMs) {
    throw new UsageError(`Backoff "${text}": the cap ${cap} is shorter than the first wait ${base}`);
  }
  return { kind, baseMs, capMs, jitter };
}
