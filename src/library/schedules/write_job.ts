/** A stored job as a file has it. */

import { fileURLToPath, pathToFileURL } from "node:url";
import { writeDuration } from "../../core/duration.ts";
import { formatRule } from "../../core/error_rules.ts";
import type { ErrorRule, FailureMatch, FollowUp } from "../../core/failure.ts";
import { formatMatch, parseMatch } from "../../core/failure_match.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { formatBackoff, parseBackoff } from "../../core/retry.ts";
import type { Secrets } from "../../core/secret.ts";
import type { StepJob } from "../../core/workflow.ts";
import { type JobDefaults, type JobInput, type JobOptions, toStepJob } from "../job_input.ts";
import { equal } from "./differences.ts";
import { inputOf } from "./stored_job.ts";

/** A table of a file. */
export type FileTable = Readonly<Record<string, Json>>;

/**
 * The keys that make a job, without those that say what holds anyway.
 *
 * @param where In a schedule `jitter` means something else
 * @param defaults What holds for who reads it
 */
export function jobTable(job: StepJob, where: "schedule" | "step", defaults: JobDefaults): FileTable {
  const input = inputOf(job);
  return { ...bodyTable(input), ...optionTable({ ...input, options: needed(job, input, defaults) }, where) };
}

/** Options without which the job would be another one. */
function needed(job: StepJob, input: JobInput, defaults: JobDefaults): JobOptions {
  const rules = input.options.onError ?? [];
  // Those of the defaults come after its own; where they are others by now, they are shut out.
  const own = Array.from({ length: rules.length + 1 }, (_, count) => rules.slice(0, count))
    .find((onError) => makes(job, { ...input, options: { ...input.options, onError } }, defaults));
  let options: JobOptions = { ...input.options, onError: own ?? [...rules, "none"] };
  for (const key of Object.keys(options) as (keyof JobOptions)[]) {
    const { [key]: _, ...fewer } = options;
    if (makes(job, { ...input, options: fewer }, defaults)) options = fewer;
  }
  return options;
}

function makes(job: StepJob, input: JobInput, defaults: JobDefaults): boolean {
  try {
    return equal(toStepJob(input, {}, 0, defaults), job);
  } catch {
    // What is left out may be what another option needs.
    return false;
  }
}

const KEYS_OF: Readonly<Record<string, readonly string[]>> = {
  command: ["argv", "shell", "cwd", "env", "stdin"],
  module: ["url", "export", "params", "permissions"],
  http: ["url", "method", "headers", "body", "accept"],
};

/** What it runs; whatever a file has no words for is written as it is stored. */
function bodyTable({ kind, payload }: Pick<JobInput, "kind" | "payload">): FileTable {
  const known = KEYS_OF[kind];
  const isKnown = known !== undefined && Object.keys(payload).every((key) => known.includes(key));
  const table = isKnown ? knownBody(kind, payload) : null;
  return table ?? { kind, payload };
}

/** A file by its path, where that is read as the same. */
function placeOf(url: string): string {
  if (!url.startsWith("file:")) return url;
  try {
    const path = fileURLToPath(url);
    return !path.includes("#") && pathToFileURL(path).href === url ? path : url;
  } catch {
    return url;
  }
}

/** `null` when the payload is not as the library makes it. */
function knownBody(kind: string, payload: JsonObject): FileTable | null {
  switch (kind) {
    case "command": {
      const { argv, shell, ...rest } = payload;
      if (!isTexts(argv)) return null;
      if (shell === true) return argv.length === 1 ? { shell: argv[0]!, ...rest } : null;
      return shell === undefined ? { run: argv, ...rest } : null;
    }
    case "module": {
      const { url, export: name, params, permissions } = payload;
      if (typeof url !== "string" || typeof name !== "string" || url.includes("#")) return null;
      const place = placeOf(url);
      return {
        module: name === "default" ? place : `${place}#${name}`,
        ...params !== null && params !== undefined && { with: params },
        ...permissions !== undefined && { permissions },
      };
    }
    default: {
      const { url, ...rest } = payload;
      if (typeof url !== "string") return null;
      return { http: Object.keys(rest).length === 0 ? url : payload };
    }
  }
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
}

function optionTable({ options }: JobInput, where: "schedule" | "step"): FileTable {
  const { name, queue, priority, tags, delay, expires, secrets, maxAttempts, backoff } = options;
  const { timeout, grace, budget, retryOn, noRetryOn, onError, signal } = options;
  const table: Record<string, Json | undefined> = {
    name,
    queue,
    priority,
    tags,
    delay: duration(delay),
    expires: expires === undefined ? undefined : duration(Number.parseInt(String(expires))),
    secrets: secrets === undefined ? undefined : secretsTable(secrets as Secrets),
    retry: maxAttempts === undefined ? undefined : maxAttempts - 1,
    ...backoffTable(backoff, where),
    timeout: duration(timeout),
    grace: duration(grace),
    budget: duration(budget),
    "retry-on": matches(retryOn),
    "no-retry-on": matches(noRetryOn),
    "on-error": onError?.map((rule) => typeof rule === "string" ? rule : ruleOf(rule as ErrorRule)),
    signal: signal?.replace(/\d+ms$/, (ms) => writeDuration(Number.parseInt(ms))),
  };
  return Object.fromEntries(
    Object.entries(table).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}

function duration(ms: JobOptions["delay"]): string | undefined {
  return typeof ms === "number" ? writeDuration(ms) : undefined;
}

function backoffTable(backoff: JobOptions["backoff"], where: "schedule" | "step"): FileTable {
  if (backoff === undefined || typeof backoff !== "object") return {};
  const text = formatBackoff(backoff);
  const { jitter } = parseBackoff(text);
  return {
    backoff: text,
    ...jitter !== backoff.jitter && { [where === "schedule" ? "retry-jitter" : "jitter"]: backoff.jitter },
  };
}

function secretsTable(secrets: Secrets): Json {
  const isPlain = Object.entries(secrets).every(([name, ref]) => "env" in ref && ref.env === name);
  if (isPlain) return Object.keys(secrets);
  return Object.fromEntries(
    Object.entries(secrets).map((
      [name, ref],
    ) => [name, "env" in ref ? `env:${ref.env}` : `file:${ref.file}`]),
  );
}

function matches(list: JobOptions["retryOn"]): Json | undefined {
  return list === undefined ? undefined : (list as readonly FailureMatch[]).map(matchOf);
}

/** As text, where that reads the same again. */
function matchOf(match: FailureMatch): Json {
  const text = formatMatch(match);
  try {
    if (equal(parseMatch(text), match)) return text;
  } catch {
    // It cannot be said as text.
  }
  const { exit, ...rest } = match;
  return { ...rest, ...exit !== undefined && { exit: exit.join("-") } } as Json;
}

function ruleOf(rule: ErrorRule): Json {
  const { match, action } = rule;
  if (action.do === "run") return { match: matchOf(match), ...followUp(action.job) };
  const written = matchOf(match);
  const text = formatRule(rule);
  return typeof written === "string" ? text : { match: written, do: text.slice(text.lastIndexOf("-> ") + 3) };
}

function followUp({ name, ...job }: FollowUp): FileTable {
  return { ...bodyTable(job), ...name !== null && { name } };
}
