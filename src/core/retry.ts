/** When to try again. Pure: the caller brings the chance. */

import { BOUNDS } from "./bounds.ts";
import { parseDuration, writeDuration } from "./duration.ts";
import { UsageError } from "./errors.ts";
import type { Random } from "./ports.ts";
import { within } from "./within.ts";

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
  fib: "fibonacci",
  fibonacci: "fibonacci",
  list: "list",
};

const SHORT: Readonly<Record<BackoffKind, string>> = {
  fixed: "fixed",
  linear: "linear",
  exponential: "exp",
  fibonacci: "fib",
  list: "list",
};

/** Ways to leave waits to chance. */
export const JITTERS: readonly Jitter[] = ["none", "full", "equal", "decorrelated"];

const HINT = "Write fixed:2s, linear:5s, exp:2s..5m, fib:1s..1m or list:1s,5s,30s";

/** Past it every cap is reached, and larger powers would only overflow. */
const MOST_DOUBLINGS = 52;
/** The last Fibonacci number that a double holds exactly. */
const MOST_SUMS = 78;
/**
 * Draws after which a chain of decorrelated waits has forgotten where it began: each grows by 1.1 in the geometric
 * mean, so even a cap of 100 years over a first wait of 1 ms is met after some 300 of them.
 */
const MOST_DRAWS = 1_000;

/**
 * The wait before the next attempt, in milliseconds.
 *
 * Jitter follows Marc Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015). There a decorrelated
 * wait is drawn from the wait before it, which nobody has stored here: the whole chain of draws is made anew, which
 * gives each wait the same distribution, though not the same value as a chain that remembers.
 *
 * @param failures Failed attempts so far, at least 1
 */
export function retryDelayMs(backoff: Backoff, failures: number, random: Random): number {
  const wait = plainDelayMs(backoff, failures);
  switch (backoff.jitter) {
    case "none":
      return wait;
    case "full":
      return Math.round(wait * random());
    case "equal":
      return Math.round(wait / 2 + (wait / 2) * random());
    case "decorrelated":
      return decorrelated(backoff, failures, random);
  }
}

/** The shortest and the longest wait that chance can make of it, in milliseconds. */
export function retryRangeMs(backoff: Backoff, failures: number): readonly [least: number, most: number] {
  const wait = plainDelayMs(backoff, failures);
  switch (backoff.jitter) {
    case "none":
      return [wait, wait];
    case "full":
      return [0, wait];
    case "equal":
      return [Math.round(wait / 2), wait];
    case "decorrelated":
      return [
        backoff.baseMs,
        Math.min(backoff.capMs, backoff.baseMs * 3 ** Math.min(failures, MOST_DOUBLINGS)),
      ];
  }
}

function plainDelayMs(backoff: Backoff, failures: number): number {
  const { kind, baseMs, capMs, listMs = [baseMs] } = backoff;
  const grown = kind === "list"
    ? listMs[Math.min(failures, listMs.length) - 1]!
    : growth(kind, failures) * baseMs;
  return Math.min(grown, capMs);
}

function growth(kind: Exclude<BackoffKind, "list">, failures: number): number {
  switch (kind) {
    case "fixed":
      return 1;
    case "linear":
      return failures;
    case "exponential":
      return 2 ** Math.min(failures - 1, MOST_DOUBLINGS);
    case "fibonacci":
      return fibonacci(Math.min(failures, MOST_SUMS));
  }
}

/** 1, 1, 2, 3, 5 … */
function fibonacci(n: number): number {
  let [last, next] = [0, 1];
  for (let i = 0; i < n; i++) [last, next] = [next, last + next];
  return last;
}

function decorrelated({ baseMs, capMs }: Backoff, failures: number, random: Random): number {
  let wait = baseMs;
  for (let draw = Math.min(failures, MOST_DRAWS); draw > 0; draw--) {
    wait = Math.min(capMs, baseMs + random() * (3 * wait - baseMs));
  }
  return Math.round(wait);
}

/**
 * Reads `fixed:2s`, `linear:5s`, `exp:2s..5m`, `fib:1s..1m` (first wait, then the cap) and `list:1s,5s,30s`.
 *
 * @throws {UsageError} Naming the text
 */
export function parseBackoff(text: string, jitter: Jitter = "none"): Backoff {
  const wait = (part: string): number => within(`Backoff "${text}"`, () => parseDuration(part));
  const [, name = "", rest = ""] = /^\s*([a-z]+):([^:]+)$/i.exec(text) ?? [];
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined) throw misread(text);
  if (kind === "list") {
    const items = rest.split(",");
    if (items.some((item) => item.trim() === "")) throw misread(text);
    return checkBackoff(listBackoff(items.map(wait), jitter));
  }
  const [base, cap, ...more] = rest.split("..");
  if (!base || more.length > 0 || cap === "" || rest.includes(",")) throw misread(text);
  const baseMs = wait(base);
  const capMs = cap === undefined ? defaultCap(baseMs) : wait(cap);
  if (capMs < baseMs) {
    throw new UsageError(`Backoff "${text}": the cap ${cap} is shorter than the first wait ${base}`);
  }
  return checkBackoff({ kind, baseMs, capMs, jitter });
}

function misread(text: string): UsageError {
  return new UsageError(`Backoff "${text}" is not understood`, { hint: HINT });
}

function defaultCap(baseMs: number): number {
  return Math.max(baseMs, DEFAULT_BACKOFF.capMs);
}

function listBackoff(listMs: readonly number[], jitter: Jitter): Backoff {
  return { kind: "list", baseMs: listMs[0]!, capMs: Math.max(...listMs), jitter, listMs };
}

/** Writes what {@linkcode parseBackoff} reads; the jitter is not part of it. */
export function formatBackoff({ kind, baseMs, capMs, listMs = [baseMs] }: Backoff): string {
  if (kind === "list") return `list:${listMs.map(writeDuration).join(",")}`;
  const cap = kind === "fixed" && capMs === defaultCap(baseMs) ? "" : `..${writeDuration(capMs)}`;
  return `${SHORT[kind]}:${writeDuration(baseMs)}${cap}`;
}

/**
 * Refuses a rule that contradicts itself.
 *
 * @throws {UsageError} Naming the member and its value
 */
export function checkBackoff(backoff: Backoff): Backoff {
  const { kind, baseMs, capMs, jitter, listMs } = backoff;
  if (!Object.hasOwn(SHORT, kind)) throw new UsageError(`Backoff kind "${kind}" is unknown`, { hint: HINT });
  if (!JITTERS.includes(jitter)) {
    throw new UsageError(`Jitter "${jitter}" is unknown`, { hint: `There are ${JITTERS.join(", ")}` });
  }
  if ((kind === "list") !== (listMs !== undefined)) {
    throw new UsageError(
      kind === "list" ? "A backoff of kind list needs its waits" : `A backoff of kind ${kind} has no list`,
    );
  }
  if (listMs !== undefined && !(listMs.length >= 1 && listMs.length <= BOUNDS.backoffList)) {
    throw new UsageError(`A backoff lists 1 to ${BOUNDS.backoffList} waits, not ${listMs.length}`);
  }
  const odd = [baseMs, capMs, ...listMs ?? []].find((ms) => !(ms >= 0 && ms <= BOUNDS.durationMs));
  if (odd !== undefined) throw new UsageError(`A wait of ${odd}ms is out of range`);
  if (capMs < baseMs) throw new UsageError(`The cap ${capMs}ms is shorter than the first wait ${baseMs}ms`);
  if (jitter === "decorrelated" && kind !== "exponential") {
    throw new UsageError(
      `Jitter decorrelated makes waits of its own: it goes with exp, not with ${SHORT[kind]}`,
      {
        hint: "Use full or equal, or a backoff such as exp:2s..5m",
      },
    );
  }
  return backoff;
}
