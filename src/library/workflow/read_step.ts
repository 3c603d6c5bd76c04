/** One step of a workflow file. */

import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FollowUp } from "../../core/failure.ts";
import type { Rule } from "../../core/job.ts";
import type { Secrets } from "../../core/secret.ts";
import { hasTemplate } from "../../core/template.ts";
import type { StepDependency, StepSpec } from "../../core/workflow.ts";
import { type JobDefaults, type JobInput, type JobOptions, toNewJob, toStepJob } from "../job_input.ts";
import { toMatch } from "../match_input.ts";
import { type RuleInput, toRules } from "../rule_input.ts";
import { command, type CommandOptions, http, type HttpOptions, module } from "../jobs.ts";
import {
  AFTER_KEYS,
  HTTP_KEYS,
  KIND_KEYS,
  list,
  oneOf,
  OPTION_KEYS,
  RULE_KEYS,
  RULES_KEY,
  STEP_KEYS,
  text,
  TOGETHER,
  unlike,
} from "./file_keys.ts";
import type { FileReader, Table } from "./file_reader.ts";

const RULES: readonly Rule[] = ["success", "failure", "finished"];

/** Stands for an address that is known only when the workflow runs. */
const SOME_URL = "https://example.org/";

type Path = readonly (string | number)[];

/** Reads steps of the file at `file`; what is wrong goes to `reader`. */
export class StepReader {
  constructor(
    private readonly reader: FileReader,
    private readonly file: URL,
    private readonly nowMs: number,
    private readonly defaults: JobDefaults = {},
  ) {}

  read(name: string, value: unknown): StepSpec | undefined {
    const at = ["steps", name];
    const what = `Step "${name}"`;
    const table = this.reader.table(at, what, value, STEP_KEYS);
    if (table === undefined) return undefined;
    const before = this.reader.problems.length;
    const kind = this.#kind(at, what, table);
    const options = this.#options(at, what, table);
    const after = table.after === undefined ? [] : this.#after([...at, "after"], what, table.after);
    if (kind === undefined || this.reader.problems.length > before) return undefined;
    const input = this.reader.try([...at, kind], what, () => this.#input(kind, at, table));
    if (input === undefined || this.reader.problems.length > before) return undefined;
    const job = this.reader.try(
      at,
      what,
      () => toStepJob(input, { name, ...options }, this.nowMs, this.defaults),
    );
    return job && { name, job, after, templates: true };
  }

  #kind(at: Path, what: string, table: Table): string | undefined {
    const kinds = Object.keys(KIND_KEYS).filter((kind) => kind in table);
    const [kind, other] = kinds;
    if (kind === undefined) {
      const message = `${what} has nothing to run`;
      this.reader.note({ at, message, hint: "Give it run, shell, module or http" }, true);
    } else if (other !== undefined) {
      const message = `${what} has both ${kind} and ${other}`;
      this.reader.note({ at: [...at, other], message, hint: "Make two steps of it" }, true);
    }
    if (kind === undefined || other !== undefined) return undefined;
    const foreign = Object.entries(KIND_KEYS).filter(([name]) => name !== kind).flatMap(([, keys]) => keys);
    for (const key of new Set(foreign)) {
      if (!(key in table) || KIND_KEYS[kind]!.includes(key)) continue;
      const owners = Object.keys(KIND_KEYS).filter((name) => KIND_KEYS[name]!.includes(key)).join(" or ");
      this.reader.note(
        { at: [...at, key], message: `${what}: ${key} goes with ${owners}, not with ${kind}` },
        true,
      );
    }
    return kind;
  }

  #options(at: Path, what: string, table: Table): JobOptions {
    let options: JobOptions = {};
    for (const [key, read] of Object.entries(OPTION_KEYS)) {
      if (!(key in table)) continue;
      const value = this.reader.try([...at, key], `${what}: ${key}`, () => {
        const option = this.#besideFile(read(table[key]));
        // Alone, so that what is wrong with it is told at its own place.
        if (!TOGETHER.includes(key)) {
          toNewJob({ kind: "command", payload: {}, options: option }, {}, this.nowMs);
        }
        return option;
      });
      options = { ...options, ...value };
    }
    const rules = table[RULES_KEY];
    return rules === undefined
      ? options
      : { ...options, onError: this.#rules([...at, RULES_KEY], what, rules) };
  }

  /** A rule alone is text; what a rule runs is written as a step is. */
  #rules(at: Path, what: string, value: unknown): readonly RuleInput[] {
    const items = this.reader.try(
      at,
      `${what}: ${RULES_KEY}`,
      () => typeof value === "string" ? [value] : list(value),
    );
    return (items ?? []).flatMap((item, index): RuleInput[] => {
      const place = [...at, index];
      const title = `${what}: ${RULES_KEY}`;
      if (typeof item === "string") return this.#rule(place, title, item);
      const table = this.reader.table(place, title, item, RULE_KEYS);
      if (table === undefined) return [];
      const { match, do: action, ...body } = table;
      const kind = Object.keys(KIND_KEYS).find((kind) => kind in body);
      if (action !== undefined || kind === undefined || typeof body.run === "string") {
        return this.#rule(place, title, item);
      }
      const before = this.reader.problems.length;
      const meant = this.reader.try([...place, "match"], title, () => toMatch(match));
      const job = this.#followUp(place, title, body);
      if (meant === undefined || job === undefined || this.reader.problems.length > before) return [];
      return [{ match: meant, action: { do: "run", job } }];
    });
  }

  /** Checked alone, so that what is wrong is told at its place. */
  #rule(at: Path, what: string, rule: unknown): RuleInput[] {
    const read = this.reader.try(at, what, () => toRules([rule], this.defaults.jobs));
    return read === undefined ? [] : [rule as RuleInput];
  }

  #followUp(at: Path, what: string, table: Table): FollowUp | undefined {
    const kind = this.#kind(at, what, table);
    const input = kind && this.reader.try([...at, kind], what, () => this.#input(kind, at, table));
    const name = table.name === undefined
      ? null
      : this.reader.try([...at, "name"], what, () => text(table.name));
    return input && name !== undefined ? { kind: input.kind, payload: input.payload, name } : undefined;
  }

  /** Files of secrets lie beside the workflow file, as all its paths do. */
  #besideFile(option: JobOptions): JobOptions {
    if (option.secrets === undefined) return option;
    const entries = Object.entries(option.secrets as Secrets).map(([name, ref]) => {
      const isFile = ref !== null && typeof ref === "object" && "file" in ref &&
        typeof ref.file === "string" &&
        ref.file !== "";
      return [name, isFile ? { ...ref, file: this.#path(ref.file) } : ref] as const;
    });
    return { secrets: Object.fromEntries(entries) };
  }

  #after(at: Path, what: string, value: unknown): readonly StepDependency[] {
    const items = typeof value === "string" ? [value] : value;
    const edges = this.reader.try(at, `${what}: after`, () => list(items)) ?? [];
    return edges.flatMap((item, index): StepDependency[] => {
      if (typeof item === "string") return [{ step: item, on: "success" }];
      const place = [...at, index];
      const table = this.reader.table(place, `${what}: after`, item, AFTER_KEYS);
      if (table === undefined) return [];
      const step = this.reader.try([...place, "step"], `${what}: after: step`, () => text(table.step));
      const on = this.reader.try(
        [...place, "on"],
        `${what}: after: on`,
        () => oneOf(table.on ?? "success", RULES),
      );
      return step === undefined || on === undefined ? [] : [{ step, on }];
    });
  }

  #input(kind: string, at: Path, table: Table): JobInput {
    switch (kind) {
      case "run":
        return command(this.#texts([...at, "run"], table.run), this.#commandOptions(at, table));
      case "shell":
        return command(text(table.shell), { ...this.#commandOptions(at, table), shell: true });
      case "module":
        return this.#module(at, table);
      default:
        return this.#request([...at, "http"], table.http);
    }
  }

  #texts(at: Path, value: unknown): readonly string[] {
    return list(value).map((item, index) => this.#text([...at, index], item));
  }

  /** Text; where it is none, the problem is noted at its own place. */
  #text(at: Path, value: unknown): string {
    return this.reader.try(at, describe(at), () => this.reader.text(at, value)) ?? "?";
  }

  /** Expressions stay out of the address while it is made, which would encode their braces. */
  #module(at: Path, table: Table): JobInput {
    const held: string[] = [];
    const reference = text(table.module)
      .replace(EXPRESSION, (expression) => `gigq-expression-${held.push(expression) - 1}-`);
    const input = module(reference, table.with ?? null, this.#moduleOptions(at, table), this.file);
    if (held.length === 0) return input;
    const restore = (address: unknown): string =>
      String(address).replace(/gigq-expression-(\d+)-/g, (_, index) => held[index]!);
    const { url, export: name, ...rest } = input.payload;
    return { ...input, payload: { ...rest, url: restore(url), export: restore(name) } };
  }

  #commandOptions(at: Path, { env, cwd, stdin }: Table): CommandOptions {
    return {
      ...env === undefined ? {} : { env: this.#textTable([...at, "env"], env) },
      ...cwd === undefined ? {} : { cwd: this.#path(text(cwd)) },
      ...stdin === undefined ? {} : { stdin: this.#stdin([...at, "stdin"], stdin) },
    };
  }

  #moduleOptions(at: Path, { permissions }: Table): { permissions?: CommandOptions["env"] } {
    if (permissions === undefined) return {};
    const place = [...at, "permissions"];
    const table = this.reader.table(place, describe(place), permissions);
    return { permissions: table as never };
  }

  #textTable(at: Path, value: unknown): Record<string, string> {
    const entries = Object.entries(this.reader.table(at, describe(at), value) ?? {});
    return Object.fromEntries(entries.map(([key, item]) => [key, this.#text([...at, key], item)]));
  }

  #stdin(at: Path, value: unknown): NonNullable<CommandOptions["stdin"]> {
    if (typeof value === "string") return { text: value };
    const table = this.reader.table(at, describe(at), value, ["file", "text"]) ?? {};
    if (table.file !== undefined && table.text !== undefined) throw unlike(value, "either a file or a text");
    return table.file === undefined ? { text: text(table.text) } : { file: this.#path(text(table.file)) };
  }

  /** Paths are relative to the workflow file, except where only the run can tell. */
  #path(path: string): string {
    if (hasTemplate(path) || isAbsolute(path) || this.file.protocol !== "file:") return path;
    return join(dirname(fileURLToPath(this.file)), path);
  }

  #request(at: Path, value: unknown): JobInput {
    const given = typeof value === "string" ? { url: value } : value;
    const table = this.reader.table(at, describe(at), given, HTTP_KEYS) ?? {};
    const url = text(table.url);
    const { headers, method, accept, body } = table;
    const options: HttpOptions = {
      ...method === undefined ? {} : { method: text(method) },
      ...headers === undefined ? {} : { headers: this.#textTable([...at, "headers"], headers) },
      ...body === undefined ? {} : { body },
      ...accept === undefined ? {} : { accept: list(accept).map(status) },
    };
    if (!hasTemplate(url)) return http(url, options);
    const input = http(SOME_URL, options);
    return { ...input, payload: { ...input.payload, url } };
  }
}

const EXPRESSION = /\$+\{\{.*?\}\}/gs;

/** `Step "load": env: PATH`. */
function describe([, step, ...keys]: Path): string {
  return [`Step "${step}"`, ...keys.filter((key) => typeof key === "string")].join(": ");
}

function status(value: unknown): number | string {
  if (!/^[1-5](\d\d|xx)$/.test(String(value))) throw unlike(value, "an HTTP status such as 200 or 3xx");
  return value as number | string;
}
