/** The options that every command making jobs shares, and what they become in the library. */

import { NotFoundError, UsageError } from "../core/errors.ts";
import type { Dependency, JobId, Rule } from "../core/job.ts";
import { type Jitter, JITTERS } from "../core/retry.ts";
import { parseSecret } from "../core/secret.ts";
import type { CommandOptions } from "../library/jobs.ts";
import type { JobOptions } from "../library/job_input.ts";
import type { JobQueue } from "../library/queue.ts";
import type { Input, OptionSpec } from "./command.ts";
import { absolutePath } from "../library/absolute_path.ts";
import type { Io } from "./io.ts";
import type * as MomentsModule from "./moments.ts";
import type { Moments } from "./moments.ts";
import { readBounded } from "./read_bounded.ts";
import { importLate } from "./tree.ts";

/** How hard to try: for every command that makes jobs. */
export const POLICY_OPTIONS: readonly OptionSpec[] = [
  {
    name: "retry",
    type: "integer",
    value: "N",
    min: 0,
    help: "Try up to N more times after a failure (N + 1 attempts)",
  },
  { name: "max-attempts", type: "integer", value: "N", min: 1, help: "Attempts in all, the first included" },
  {
    name: "backoff",
    type: "string",
    value: "RULE",
    help: "Wait between attempts: fixed:2s, linear:5s, exp:2s..5m, fib:1s..1m, list:1s,5s,30s",
  },
  {
    name: "jitter",
    type: "string",
    value: "HOW",
    choices: JITTERS,
    help: "How much of the wait is left to chance",
  },
  {
    name: "budget",
    type: "duration",
    value: "DURATION",
    help: "No retry starts later than so long after the first start",
  },
  {
    name: "retry-on",
    type: "string",
    value: "FAILURES",
    multiple: true,
    help: "Retry only these: timeout, lost, exit:70-79, signal:KILL, class:TypeError, error:/ECONN/",
  },
  {
    name: "no-retry-on",
    type: "string",
    value: "FAILURES",
    multiple: true,
    help: "Never retry these, such as exit:2,error:/denied/",
  },
  {
    name: "on-error",
    type: "string",
    value: "RULE",
    multiple: true,
    help: "What becomes of a failure, such as 'exit:75 -> snooze:5m'; the first rule that matches decides",
  },
  {
    name: "policy",
    type: "string",
    value: "NAME",
    help: "A named policy of gigq.toml; other options win over it",
  },
  { name: "timeout", type: "duration", value: "DURATION", help: "End an attempt that runs longer" },
  {
    name: "grace",
    type: "duration",
    value: "DURATION",
    help: "Time between asking an attempt to stop and killing it",
  },
  {
    name: "signal",
    type: "string",
    value: "NAME@TIME",
    help: "Send the command a signal so long before its timeout, such as USR1@60",
  },
];

/** Secrets: for every command that makes jobs. */
export const SECRET_OPTION: OptionSpec = {
  name: "secret",
  type: "string",
  value: "NAME[=WHERE]",
  multiple: true,
  help: "Hand over a secret the worker finds when the job runs: its variable NAME, env:OTHER or file:PATH",
};

/** Where a job stands in the queue: for `submit` and `batch`. */
export const PLACE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "name",
    short: "n",
    type: "string",
    value: "NAME",
    complete: "name",
    help: "A label; need not be unique",
  },
  {
    name: "queue",
    short: "q",
    type: "string",
    value: "NAME",
    complete: "queue",
    help: "Queue; default is default",
  },
  { name: "priority", type: "integer", value: "N", help: "Higher runs first; default 0" },
  { name: "tag", type: "string", value: "TAG", multiple: true, help: "A tag to select by; may be repeated" },
  {
    name: "after",
    type: "string",
    value: "IDS",
    multiple: true,
    complete: "job",
    help: "Run once these jobs have completed, such as 12,15-20",
  },
  {
    name: "after-failure",
    type: "string",
    value: "IDS",
    multiple: true,
    complete: "job",
    help: "Run once these jobs have failed",
  },
  {
    name: "after-any",
    type: "string",
    value: "IDS",
    multiple: true,
    complete: "job",
    help: "Run once these jobs have ended, however",
  },
  { name: "delay", type: "duration", value: "DURATION", help: "Start no sooner than so long from now" },
  {
    name: "at",
    type: "string",
    value: "TIME",
    help: "Start no sooner than 22:00, 'tomorrow 9am', 'monday 10:00', 'in 2 hours' or an RFC 3339 time",
  },
  {
    name: "expires",
    type: "string",
    value: "TIME",
    help: "Fail when not started by 22:00, 10m, 'tomorrow 9am' or an RFC 3339 time",
  },
];

/** How a command starts: for every command that makes command jobs. */
export const COMMAND_OPTIONS: readonly OptionSpec[] = [
  { name: "cwd", type: "string", value: "DIR", complete: "dir", help: "Folder to run in; default this one" },
  {
    name: "env",
    short: "e",
    type: "string",
    value: "K[=V]",
    multiple: true,
    help: "Set a variable, or copy it from here; stored in the queue, so for secrets use --secret",
  },
];

/** The two other ways to say what to run. */
export const SHELL_OPTION: OptionSpec = {
  name: "shell",
  type: "string",
  value: "SCRIPT",
  help: "Run a shell script instead of a command",
};
export const MODULE_OPTION: OptionSpec = {
  name: "module",
  short: "m",
  type: "string",
  value: "FILE#EXPORT",
  complete: "file",
  help: "Run a function of a TypeScript or JavaScript module",
};

/** Longest list that a range such as `1-5000` may stand for. */
const MAX_RANGE = 100_000;

/** What the policy options say. */
export function policyOptions(input: Input): JobOptions {
  const retries = input.number("retry");
  const maxAttempts = input.number("max-attempts");
  if (retries !== undefined && maxAttempts !== undefined) {
    throw new UsageError("Give either --retry or --max-attempts, not both");
  }
  return {
    retries,
    maxAttempts,
    backoff: input.string("backoff"),
    jitter: input.string("jitter") as Jitter | undefined,
    budget: input.duration("budget"),
    retryOn: joined(input.strings("retry-on")),
    noRetryOn: joined(input.strings("no-retry-on")),
    onError: some(input.strings("on-error")),
    policy: input.string("policy"),
    timeout: input.duration("timeout"),
    grace: input.duration("grace"),
    signal: input.string("signal"),
  };
}

function joined(texts: readonly string[]): string | undefined {
  return texts.length === 0 ? undefined : texts.join(",");
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/**
 * What `--secret` says.
 *
 * @throws {UsageError} For a name given twice, or what {@linkcode parseSecret} refuses
 */
export function secretOptions(input: Input): Pick<JobOptions, "secrets"> {
  const pairs = input.strings("secret").map(parseSecret);
  if (pairs.length === 0) return {};
  const secrets = Object.fromEntries(pairs);
  if (Object.keys(secrets).length < pairs.length) {
    const names = pairs.map(([name]) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    throw new UsageError(`--secret ${twice} is given twice`);
  }
  return { secrets };
}

/** A parent as it was typed. */
interface ParentTerm {
  readonly id: JobId | "@last";
  readonly on: Rule;
}

/** What the place and policy options say; the parents must still be looked up by {@linkcode resolveParents}. */
export function jobOptions(
  input: Input,
): { readonly options: JobOptions; readonly parents: readonly ParentTerm[] } {
  const delay = input.duration("delay");
  const runAt = input.string("at");
  if (delay !== undefined && runAt !== undefined) {
    throw new UsageError("Give either --delay or --at, not both");
  }
  const parents = [
    ...dependencies(input, "after", "success"),
    ...dependencies(input, "after-failure", "failure"),
    ...dependencies(input, "after-any", "finished"),
  ];
  const options = {
    ...policyOptions(input),
    ...secretOptions(input),
    name: input.string("name"),
    queue: input.string("queue"),
    priority: input.number("priority"),
    tags: input.strings("tag"),
    delay,
    runAt,
    expires: input.string("expires"),
  };
  return { options, parents };
}

/** When jobs with these options start and expire; `null` when they do not say. */
export async function momentsOf(options: JobOptions, io: Pick<Io, "now">): Promise<Moments | null> {
  if (!saysMoment(options)) return null;
  return await (await importLate<typeof MomentsModule>("./moments.ts")).readMoments(options, io);
}

/** Whether options say when jobs start or expire: then the clock of the store must be known first. */
export function saysMoment({ delay, runAt, expires }: JobOptions): boolean {
  return delay !== undefined || runAt !== undefined || expires !== undefined;
}

/**
 * Puts the id of the job submitted last in the place of `@last`.
 *
 * @throws {NotFoundError} When there is no such job
 */
export async function resolveParents(parents: readonly ParentTerm[], queue: JobQueue): Promise<Dependency[]> {
  const last = parents.some(({ id }) => id === "@last") ? await queue.lastId() : null;
  return parents.map(({ id, on }) => {
    if (id !== "@last") return { id, on };
    if (last === null) throw new NotFoundError("There is no last job: the queue is empty");
    return { id: last, on };
  });
}

function dependencies(input: Input, option: string, on: Rule): ParentTerm[] {
  return input.strings(option).flatMap((text) => parseIds(text, option)).map((id) => ({ id, on }));
}

/**
 * Reads `12,15-20,@last`.
 *
 * @throws {UsageError} Naming the option and the text
 */
export function parseIds(text: string, option: string): (JobId | "@last")[] {
  return text.split(",").flatMap((part): (JobId | "@last")[] => {
    if (part.trim() === "@last") return ["@last"];
    const [, first, last = first] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part.trim()) ?? [];
    const from = Number(first);
    const count = Number(last) - from + 1;
    if (!(from >= 1 && count >= 1 && count <= MAX_RANGE)) {
      throw new UsageError(`--${option} "${text}" is not a list of job ids`, {
        hint: "Write it like 12, 12,15-20 or @last",
      });
    }
    return Array.from({ length: count }, (_, index) => from + index);
  });
}

/** Folder and environment of a command; the folder becomes absolute, since workers run elsewhere. */
export function placeOfCommand(input: Input, io: Io): Pick<CommandOptions, "cwd" | "env"> {
  const env = environment(input.strings("env"), io);
  return { cwd: absolutePath(input.string("cwd") ?? "."), ...Object.keys(env).length > 0 ? { env } : {} };
}

function environment(settings: readonly string[], io: Io): Record<string, string> {
  return Object.fromEntries(settings.map((setting) => {
    const equals = setting.indexOf("=");
    const name = equals < 0 ? setting : setting.slice(0, equals);
    if (name === "" || name.includes("\0")) {
      throw new UsageError(`--env "${setting}" has no name before the =`);
    }
    const value = equals < 0 ? io.env(name) : setting.slice(equals + 1);
    if (value === undefined) {
      throw new UsageError(`--env ${name} copies a variable that is not set`, {
        hint: `Write --env ${name}=VALUE`,
      });
    }
    return [name, value];
  }));
}

/** `--stdin`: a file by its absolute path, read when the job runs, or with `-` what stands on stdin now. */
export async function stdinOption(input: Input, io: Io): Promise<CommandOptions["stdin"]> {
  const source = input.string("stdin");
  if (source === undefined) return undefined;
  if (source === "") {
    throw new UsageError("--stdin is empty", { hint: "Give a file, or - for standard input" });
  }
  return source === "-"
    ? { text: await readBounded(io.stdin, "Standard input") }
    : { file: absolutePath(source) };
}
