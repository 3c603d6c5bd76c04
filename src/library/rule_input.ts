/** Rules for failures, as options and files say it. */

import { BOUNDS } from "../core/bounds.ts";
import { type FindJob, formatAction, parseAction, parseRule } from "../core/error_rules.ts";
import { UsageError } from "../core/errors.ts";
import type { ErrorAction, ErrorRule, FollowUp } from "../core/failure.ts";
import type { Json, JsonObject } from "../core/json.ts";
import { assertJson } from "../core/json.ts";
import { didYouMean } from "../core/suggest.ts";
import { escapeTemplate } from "../core/template.ts";
import type { JobInput } from "./job_input.ts";
import { type MatchInput, show, toMatch } from "./match_input.ts";

/**
 * One rule: text such as `exit:75 -> snooze:5m`, or an object. Of the jobs that `run` names or brings, commands and
 * requests may contain `${{ failed.id }}`, `${{ failed.error.message }}` and the like. `none` in place of a rule
 * leaves out those that would follow: of the task, the named policy, the queue, the kind and the settings.
 */
export type RuleInput =
  | string
  | {
    /** Which failures. */
    readonly match: MatchInput;
    /** What becomes of them: `retry`, `retry:30s`, `fail`, `ignore`, `snooze:5m`, `dead`, `pause-queue` or `run:NAME`. */
    readonly do: string;
  }
  | {
    /** Which failures. */
    readonly match: MatchInput;
    /** Fails, and starts this job. */
    readonly run: JobInput;
  }
  | ErrorRule;

/** Ends a list of rules: those of more general places do not apply. */
const NONE = "none";

/** Kinds whose payload is text that somebody wrote with `${{ … }}` in mind. */
const TEMPLATED: ReadonlySet<string> = new Set(["command", "http"]);

/**
 * Reads rules, the most special first.
 *
 * @param jobs What `run:NAME` can mean
 * @throws {UsageError} Naming the rule and what of it is wrong
 */
export function toRules(
  inputs: readonly unknown[],
  jobs: Readonly<Record<string, JobInput | FollowUp>> = {},
): readonly ErrorRule[] {
  const end = inputs.indexOf(NONE);
  const kept = end < 0 ? inputs : inputs.slice(0, end);
  if (kept.length > BOUNDS.errorRules) {
    throw new UsageError(`${kept.length} rules for failures are more than the ${BOUNDS.errorRules} allowed`);
  }
  return kept.map((input) => toRule(input, (name) => jobNamed(name, jobs)));
}

function jobNamed(name: string, jobs: Readonly<Record<string, JobInput | FollowUp>>): FollowUp {
  const found = Object.hasOwn(jobs, name) ? jobs[name] : undefined;
  if (found === undefined) {
    throw new UsageError(`There is no job "${name}" to run`, {
      hint: didYouMean(name, Object.keys(jobs)) ?? `Describe it in gigq.toml under [jobs.${name}]`,
    });
  }
  const job = "options" in found ? toFollowUp(found) : found;
  return job.name === null ? { ...job, name } : job;
}

function toRule(input: unknown, find: FindJob): ErrorRule {
  if (typeof input === "string") return parseRule(input, find);
  if (input === null || typeof input !== "object") {
    throw new UsageError(`${show(input)} is no rule for failures`, {
      hint: "Write exit:75 -> snooze:5m, or { match: { exit: 75 }, do: snooze:5m }",
    });
  }
  const { match, do: what, run, action, ...others } = input as Record<string, unknown>;
  const [odd] = Object.keys(others);
  if (odd !== undefined) {
    throw new UsageError(`A rule for failures has no "${odd}"`, {
      hint: didYouMean(odd, ["match", "do", "run"]) ?? "It has match, and do or run",
    });
  }
  if ([what, run, action].filter((said) => said !== undefined).length !== 1 || match === undefined) {
    throw new UsageError(`Rule ${show(input)} needs match, and one of do and run`);
  }
  const meant = toMatch(match);
  if (action !== undefined) return { match: meant, action: toAction(action, find) };
  if (what !== undefined) {
    if (typeof what !== "string") {
      throw new UsageError(`What a rule does is text such as snooze:5m, not ${show(what)}`);
    }
    return { match: meant, action: parseAction(what, find) };
  }
  return { match: meant, action: { do: "run", job: followUpOf(run, find) } };
}

/** An action as it is stored: a worker that met one which is none would have nothing to do. */
function toAction(action: unknown, find: FindJob): ErrorAction {
  const { do: what, job } = (action ?? {}) as { readonly do?: unknown; readonly job?: unknown };
  if (typeof what !== "string") {
    throw new UsageError(`${show(action)} is no action of a rule`, { hint: "Write do: snooze:5m" });
  }
  if (what !== "run") return parseAction(formatAction(action as ErrorAction), find);
  const { kind, payload, name = null } = aJob<FollowUp>(job);
  assertJson(payload, "What the rule's job is given");
  return { do: "run", job: { kind, payload, name } };
}

function followUpOf(run: unknown, find: FindJob): FollowUp {
  return typeof run === "string" ? find(run) : toFollowUp(aJob<JobInput>(run));
}

function aJob<T extends JobInput | FollowUp>(value: unknown): T {
  const { kind, payload } = (value ?? {}) as Partial<T>;
  if (typeof kind === "string" && typeof payload === "object" && payload !== null) return value as T;
  throw new UsageError(`${show(value)} is no job to run`, {
    hint: "Give command([…]), module(…), http(…) or a task's call",
  });
}

/** A job without its place in any queue; where it is none that people write templates in, what looks like one is text. */
function toFollowUp({ kind, payload, options }: JobInput): FollowUp {
  const odd = Object.entries(options).find(([key, value]) => key !== "name" && value !== undefined);
  if (odd !== undefined) {
    throw new UsageError(`A job that a rule runs can have a name, and no "${odd[0]}"`);
  }
  assertJson(payload, "What the rule's job is given");
  return {
    kind,
    payload: TEMPLATED.has(kind) ? payload : escaped(payload) as JsonObject,
    name: options.name ?? null,
  };
}

function escaped(value: Json): Json {
  if (typeof value === "string") return escapeTemplate(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, escaped(member)]));
}
