/** Which failures: as people write it, and whether one of them is meant. */

import { BOUNDS } from "./bounds.ts";
import { UsageError } from "./errors.ts";
import type { FailureMatch } from "./failure.ts";
import type { FailReason, JobError } from "./job.ts";
import { signalName } from "./signals.ts";
import { didYouMean } from "./suggest.ts";

/** A failure, as far as matches look at it. */
export interface FailureFacts {
  readonly reason: FailReason;
  readonly error: JobError | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** Reasons that an attempt can fail for; one that `expired` never started. */
const REASONS = ["error", "exit", "signal", "timeout", "lost"] as const;
/** What comes before a colon. */
const HEADS = ["exit", "signal", "class", "error", "fingerprint", "fp"] as const;

const EXAMPLES = "Write timeout, exit:75, exit:70-79, signal:KILL, class:TypeError, error:/ECONN/i or any";
/** Fewer digits of a fingerprint would say little. */
const FINGERPRINT = /^[0-9a-f]{4,16}$/;
const FLAGS = /^[imsu]*$/;
const MOST_EXIT = 255;

/**
 * Reads one match: terms that must all hold, joined by ` & `.
 *
 * @throws {UsageError} Naming the term
 */
export function parseMatch(text: string): FailureMatch {
  const terms = splitTerms(text, /&/y);
  return checkMatch(terms.reduce((match, term) => merge(match, parseTerm(term.trim()), text), {}), text);
}

/**
 * Reads matches separated by commas: `timeout,exit:75,error:/ECONN/`.
 *
 * @throws {UsageError} Naming the term
 */
export function parseMatches(text: string): readonly FailureMatch[] {
  return splitTerms(text, /,/y).map(parseMatch);
}

function parseTerm(term: string): FailureMatch {
  if (term === "any") return {};
  const reason = REASONS.find((known) => known === term);
  if (reason !== undefined) return { reason };
  const colon = term.indexOf(":");
  const [head, value] = colon < 0 ? [term, ""] : [term.slice(0, colon), term.slice(colon + 1)];
  switch (colon < 0 ? "" : head) {
    case "exit":
      return { exit: exitRange(value) };
    case "signal":
      return { signal: signalName(value) };
    case "class":
      return { class: className(value) };
    case "error":
      return { regex: parseRegex(value) };
    case "fingerprint":
    case "fp":
      return { fingerprint: fingerprint(value) };
    default: {
      const hint = didYouMean(head, [...REASONS, ...HEADS, "any"]) ?? EXAMPLES;
      throw new UsageError(
        term === "" ? "A failure to match is missing" : `Failure "${term}" is not understood`,
        {
          hint: term === "expired" ? "A job that expires never started, so no rule sees it" : hint,
        },
      );
    }
  }
}

/** An exit code, or a range of them such as `70-79`. */
export function exitRange(value: unknown): readonly [number, number] {
  const text = Array.isArray(value) && value.length === 2 ? value.join("-") : String(value);
  const [, first, last = first] = /^\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === undefined || to > MOST_EXIT) {
    throw new UsageError(`Exit code "${text}" is not understood`, {
      hint: `Write a number up to ${MOST_EXIT}, or a range such as 70-79`,
    });
  }
  if (from > to) throw new UsageError(`Exit codes "${text}" run backwards`, { hint: `Write ${to}-${from}` });
  return [from, to];
}

/** The name of an error's class. */
export function className(value: unknown): string {
  if (typeof value !== "string" || !/^\S{1,128}$/.test(value)) {
    throw new UsageError(`Class ${JSON.stringify(value)} is not the name of a class`, {
      hint: "Write it like TypeError",
    });
  }
  return value;
}

/** A fingerprint, or how it begins. */
export function fingerprint(value: unknown): string {
  const text = String(value).toLowerCase();
  if (FINGERPRINT.test(text)) return text;
  throw new UsageError(`Fingerprint "${value}" must have 4 to 16 hexadecimal digits`);
}

/**
 * Reads `/ECONN/i`.
 *
 * @throws {UsageError} For one that does not compile, naming it and why
 */
export function parseRegex(text: string): NonNullable<FailureMatch["regex"]> {
  const [, source, flags] = /^\s*\/(.*)\/([a-z]*)\s*$/s.exec(text) ?? [];
  if (source === undefined) {
    throw new UsageError(`Regular expression "${text}" must stand between slashes`, {
      hint: "Write /ECONN/i",
    });
  }
  return checkRegex({ source, flags: flags! });
}

/** Refuses an expression that cannot be used. */
export function checkRegex(regex: NonNullable<FailureMatch["regex"]>): NonNullable<FailureMatch["regex"]> {
  const { source, flags } = regex;
  if (source === "") {
    throw new UsageError("An empty regular expression matches everything", { hint: "Write any" });
  }
  if (source.length > BOUNDS.regexChars) {
    throw new UsageError(
      `A regular expression of ${source.length} characters is longer than the ${BOUNDS.regexChars} allowed`,
    );
  }
  if (!FLAGS.test(flags)) {
    throw new UsageError(`Regular expression /${source}/ has the flags "${flags}"`, {
      hint: "Of flags there are i, m, s, u",
    });
  }
  try {
    compile(regex);
  } catch (cause) {
    const why = (cause as Error).message.replace(/^.*: /s, "");
    throw new UsageError(`Regular expression /${source}/${flags} is not valid: ${why}`, { cause });
  }
  return regex;
}

function merge(match: FailureMatch, more: FailureMatch, text: string): FailureMatch {
  const twice = Object.keys(more).find((key) => key in match);
  if (twice !== undefined) {
    throw new UsageError(`Failure "${text}" names two of ${twice}`, { hint: "Make two of it" });
  }
  return { ...match, ...more };
}

/**
 * Refuses what no failure can be.
 *
 * @param shown How it was written, for the message
 */
export function checkMatch(match: FailureMatch, shown: string): FailureMatch {
  const { reason, exit, signal } = match;
  const clash = exit !== undefined && signal !== undefined
    ? "an exit code and a signal"
    : exit !== undefined && reason !== undefined && reason !== "exit" && reason !== "error"
    ? `${reason} and an exit code`
    : signal !== undefined && reason !== undefined && reason !== "signal"
    ? `${reason} and a signal`
    : null;
  if (clash !== null) throw new UsageError(`Failure "${shown}" can never be: no failure has both ${clash}`);
  return match;
}

/** Writes what {@linkcode parseMatch} reads. */
export function formatMatch(match: FailureMatch): string {
  const { reason, exit, signal, regex } = match;
  const terms = [
    reason,
    exit && `exit:${exit[0] === exit[1] ? exit[0] : exit.join("-")}`,
    signal && `signal:${signal}`,
    match.class && `class:${match.class}`,
    regex && `error:/${regex.source}/${regex.flags}`,
    match.fingerprint && `fingerprint:${match.fingerprint}`,
  ].filter((term) => term !== undefined);
  return terms.length === 0 ? "any" : terms.join(" & ");
}

/**
 * Whether a failure is meant. What a timed-out or lost attempt exited with was GigQ's doing: it has no exit code
 * and no signal here.
 */
export function matches(match: FailureMatch, { reason, error, exitCode, signal }: FailureFacts): boolean {
  const own = reason !== "timeout" && reason !== "lost";
  const { exit } = match;
  if (match.reason !== undefined && match.reason !== reason) return false;
  if (exit !== undefined && !(own && exitCode !== null && exitCode >= exit[0] && exitCode <= exit[1])) {
    return false;
  }
  if (match.signal !== undefined && !(own && signal === match.signal)) return false;
  if (match.class !== undefined && match.class !== error?.class) return false;
  if (match.fingerprint !== undefined && !error?.fingerprint?.startsWith(match.fingerprint)) return false;
  if (match.regex === undefined) return true;
  return error !== null &&
    compile(match.regex).test(`${error.class}: ${error.message.slice(0, BOUNDS.errorChars)}`);
}

/** Expressions in use: jobs of a kind share theirs. */
const compiled = new Map<string, RegExp>();
const MOST_COMPILED = 1_000;

function compile({ source, flags }: NonNullable<FailureMatch["regex"]>): RegExp {
  const key = `/${source}/${flags}`;
  let regex = compiled.get(key);
  if (regex === undefined) {
    regex = new RegExp(source, flags);
    if (compiled.size >= MOST_COMPILED) compiled.clear();
    compiled.set(key, regex);
  }
  return regex;
}

/**
 * Splits at a separator, which in a regular expression is none. One ends at a slash that is not escaped, stands
 * outside of brackets, and after its flags nothing else follows in its term.
 */
export function splitTerms(text: string, separator: RegExp): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length;) {
    const regex = REGEX_TERM.exec(text.slice(at));
    const atStart = /^\s*$/.test(text.slice(start, at)) || /&\s*$/.test(text.slice(start, at));
    if (regex !== null && atStart) {
      at += regex[0].length;
      continue;
    }
    separator.lastIndex = at;
    const found = separator.exec(text);
    if (found === null) {
      at++;
      continue;
    }
    parts.push(text.slice(start, at));
    at = start = at + found[0].length;
  }
  parts.push(text.slice(start));
  return parts;
}

const REGEX_TERM = /^error:\/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^\\[])*?\/[a-z]*(?=\s*(?:$|,|&|->|=>|→))/s;
