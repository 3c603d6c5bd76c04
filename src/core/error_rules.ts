/** Rules for failures, as people write them: `exit:75 -> snooze:5m`. */

import { parseDuration, writeDuration } from "./duration.ts";
import { UsageError } from "./errors.ts";
import type { ErrorAction, ErrorRule, FollowUp } from "./failure.ts";
import { formatMatch, parseMatch, splitTerms } from "./failure_match.ts";
import { didYouMean } from "./suggest.ts";
import { within } from "./within.ts";

/** Finds the job that `run:NAME` means; throws {@linkcode UsageError} when there is none. */
export type FindJob = (name: string) => FollowUp;

const PLAIN = ["fail", "ignore", "dead", "pause-queue"] as const;
const TIMED = ["retry", "snooze"] as const;
const ARROW = /->|=>|→/y;

/**
 * Reads `MATCH -> ACTION`; `=>` and `→` will do, too.
 *
 * @throws {UsageError} Naming the rule and what of it is wrong
 */
export function parseRule(text: string, job: FindJob): ErrorRule {
  const [match, action, ...more] = splitTerms(text, ARROW);
  if (action === undefined || more.length > 0) {
    throw new UsageError(`Rule "${text}" is not understood`, {
      hint: "Write MATCH -> ACTION, such as 'exit:75 -> snooze:5m'",
    });
  }
  return within(`Rule "${text}"`, () => ({ match: oneMatch(match!), action: parseAction(action, job) }));
}

function oneMatch(text: string): ErrorRule["match"] {
  if (splitTerms(text, /,/y).length > 1) {
    throw new UsageError("it matches several failures", { hint: "Write a rule for each of them" });
  }
  return parseMatch(text);
}

/**
 * Reads `retry`, `retry:30s`, `fail`, `ignore`, `snooze:5m`, `dead`, `pause-queue`, `run:NAME`.
 *
 * @throws {UsageError} Naming the action
 */
export function parseAction(text: string, job: FindJob): ErrorAction {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(":");
  const word = colon < 0 ? trimmed : trimmed.slice(0, colon);
  const value = colon < 0 ? null : trimmed.slice(colon + 1).trim();
  const timed = TIMED.find((known) => known === word);
  if (timed !== undefined) return { do: timed, ...value === null ? {} : { delayMs: positive(timed, value) } };
  const plain = PLAIN.find((known) => known === word);
  if (plain !== undefined) {
    if (value !== null) {
      throw new UsageError(`Action "${word}" takes nothing after it, and there is "${value}"`);
    }
    return { do: plain };
  }
  if (word === "run") {
    if (!value) throw new UsageError(`Action "${trimmed}" names no job`, { hint: "Write run:NAME" });
    return { do: "run", job: job(value) };
  }
  throw new UsageError(trimmed === "" ? "an action is missing" : `Action "${trimmed}" is unknown`, {
    hint: didYouMean(word, [...TIMED, ...PLAIN, "run"]) ??
      "There are retry, fail, ignore, snooze, dead, pause-queue and run:NAME",
  });
}

function positive(what: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === 0 && what === "snooze") throw new UsageError("A snooze must be longer than nothing");
  return ms;
}

/** An action as one writes it; a job to run is shown by its name, or what it runs. */
export function formatAction(action: ErrorAction): string {
  if (action.do === "run") return `run:${action.job.name ?? bodyOf(action.job)}`;
  const delayMs = "delayMs" in action ? action.delayMs : undefined;
  return delayMs === undefined ? action.do : `${action.do}:${writeDuration(delayMs)}`;
}

function bodyOf({ kind, payload }: FollowUp): string {
  if (Array.isArray(payload.argv)) return String(payload.argv[0]);
  return String(payload.task ?? payload.url ?? kind);
}

/** A rule as one writes it. */
export function formatRule({ match, action }: ErrorRule): string {
  return `${formatMatch(match)} -> ${formatAction(action)}`;
}
