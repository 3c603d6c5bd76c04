/** Policies, rules and jobs of one `gigq.toml`, as the library takes them. */

import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError, GigqError } from "../core/errors.ts";
import type { FollowUp } from "../core/failure.ts";
import type { JobInput } from "../library/job_input.ts";
import { command, http, type HttpOptions, module } from "../library/jobs.ts";
import { toMatch } from "../library/match_input.ts";
import type { JobDefaults, PolicyOptions } from "../library/policy.ts";
import type { RuleInput } from "../library/rule_input.ts";
import { HTTP_KEYS, list, OPTION_KEYS, text, unlike } from "../library/workflow/file_keys.ts";
import { type Toml, unknownKey } from "./settings_file.ts";

/** What a policy can say. */
const POLICY_KEYS = [
  "retry",
  "max-attempts",
  "backoff",
  "jitter",
  "budget",
  "timeout",
  "grace",
  "retry-on",
  "no-retry-on",
  "on-error",
] as const;

/** Kinds of jobs that a policy can be for. Custom kinds live in scripts, which bring their own defaults. */
const KINDS = ["command", "module", "function", "http"] as const;

/** What a job runs, and the keys that go with it. */
const BODIES: Readonly<Record<string, readonly string[]>> = {
  command: ["env", "cwd"],
  shell: ["env", "cwd"],
  module: ["with"],
  http: [],
};
const JOB_KEYS = [...Object.keys(BODIES), ...new Set(Object.values(BODIES).flat()), "name"];

/**
 * Reads what a file says about jobs that do not say it themselves.
 *
 * @throws {ConfigError} Naming the file, the key and what is wrong with its value
 */
export function readDefaults(path: string, toml: Toml): JobDefaults {
  return new DefaultsReader(path).read(toml);
}

class DefaultsReader {
  constructor(private readonly path: string) {}

  read(toml: Toml): JobDefaults {
    const { policies, kinds, queues, jobs } = toml;
    if (kinds !== undefined) this.#known("kinds", this.#table("kinds", kinds), KINDS);
    return {
      ...policies !== undefined && { policies: this.#policies("policies", policies) },
      ...kinds !== undefined && { kinds: this.#policies("kinds", kinds) },
      ...queues !== undefined && { queues: this.#policies("queues", queues) },
      ...toml["on-error"] !== undefined && { onError: this.#rules("on-error", toml["on-error"]) },
      ...jobs !== undefined && { jobs: this.#each("jobs", jobs, (at, table) => this.#job(at, table)) },
    };
  }

  #policies(at: string, value: unknown): Readonly<Record<string, PolicyOptions>> {
    return this.#each(at, value, (at, table) => this.#policy(at, table));
  }

  #each<T>(at: string, value: unknown, read: (at: string, table: Toml) => T): Readonly<Record<string, T>> {
    return Object.fromEntries(
      Object.entries(this.#table(at, value)).map(([name, item]) => {
        const place = `${at}.${name}`;
        return [name, read(place, this.#table(place, item))];
      }),
    );
  }

  #policy(at: string, table: Toml): PolicyOptions {
    this.#known(at, table, POLICY_KEYS);
    const parts = Object.entries(table).map(([key, value]): PolicyOptions => {
      const place = `${at}.${key}`;
      return key === "on-error"
        ? { onError: this.#rules(place, value) }
        : this.#try(place, () => OPTION_KEYS[key]!(value));
    });
    return Object.assign({}, ...parts);
  }

  #rules(at: string, value: unknown): readonly RuleInput[] {
    const items = this.#try(at, () => typeof value === "string" ? [value] : list(value));
    return items.map((item, index) => this.#rule(`${at}[${index}]`, item));
  }

  /** Text, and what `toRules` reads, stay as they are; a job that stands in the rule is made here. */
  #rule(at: string, item: unknown): RuleInput {
    if (typeof item === "string") return item;
    const { match, do: action, run, ...rest } = this.#table(at, item);
    const inline = run !== undefined && typeof run !== "string" ? { command: run, ...rest } : rest;
    if (action !== undefined || typeof run === "string" || Object.keys(inline).length === 0) {
      return item as RuleInput;
    }
    const job = this.#job(at, inline);
    return { match: this.#try(`${at}.match`, () => toMatch(match)), action: { do: "run", job } };
  }

  #job(at: string, table: Toml): FollowUp {
    this.#known(at, table, JOB_KEYS);
    const [body, other] = Object.keys(BODIES).filter((key) => key in table);
    if (body === undefined || other !== undefined) {
      throw this.#error(at, body === undefined ? "has nothing to run" : `has both ${body} and ${other}`, {
        hint: `Give it one of ${Object.keys(BODIES).join(", ")}`,
      });
    }
    const odd = Object.keys(table).find((key) =>
      key !== body && key !== "name" && !BODIES[body]!.includes(key)
    );
    if (odd !== undefined) throw this.#error(`${at}.${odd}`, `does not go with ${body}`);
    const { kind, payload } = this.#try(`${at}.${body}`, () => this.#body(body, table));
    return {
      kind,
      payload,
      name: table.name === undefined ? null : this.#try(`${at}.name`, () => text(table.name)),
    };
  }

  /** Paths are relative to the file, and commands run in its folder. */
  #body(body: string, table: Toml): JobInput {
    switch (body) {
      case "module":
        return module(text(table.module), table.with ?? null, {}, pathToFileURL(this.path));
      case "http":
        return this.#request(table.http);
      default: {
        const cwd = resolve(dirname(this.path), text(table.cwd ?? "."));
        const options = { cwd, ...table.env === undefined ? {} : { env: texts(table.env) } };
        return body === "shell"
          ? command(text(table.shell), { ...options, shell: true })
          : command(list(table.command).map(text), options);
      }
    }
  }

  #request(value: unknown): JobInput {
    if (typeof value === "string") return http(value);
    const table = this.#table("http", value);
    this.#known("http", table, HTTP_KEYS);
    const { url, ...options } = table;
    return http(text(url), options as HttpOptions);
  }

  #table(at: string, value: unknown): Toml {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Toml;
    throw this.#error(at, "must be a table", { hint: `Write [${at}] on a line of its own` });
  }

  #known(at: string, table: Toml, keys: readonly string[]): void {
    const odd = Object.keys(table).find((key) => !keys.includes(key));
    if (odd === undefined) return;
    throw unknownKey(this.path, `${at}.${odd}`, keys.map((key) => `${at}.${key}`));
  }

  #try<T>(at: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof GigqError) || error instanceof ConfigError) throw error;
      throw this.#error(at, error.message, { hint: error.hint, cause: error }, ": ");
    }
  }

  #error(
    at: string,
    message: string,
    options: { hint?: string; cause?: unknown } = {},
    between = " ",
  ): ConfigError {
    return new ConfigError(`${this.path}: ${at}${between}${message}`, options);
  }
}

function texts(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unlike(value, "a table");
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, text(item)]));
}
