/** What a file says of one job: a step of a workflow, or what a schedule runs. */

import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FollowUp } from "../../core/failure.ts";
import type { Secrets } from "../../core/secret.ts";
import { hasTemplate } from "../../core/template.ts";
import { type JobDefaults, type JobInput, type JobOptions, toNewJob } from "../job_input.ts";
import { toMatch } from "../match_input.ts";
import { type RuleInput, toRules } from "../rule_input.ts";
import { command, type CommandOptions, http, type HttpOptions, module } from "../jobs.ts";
import {
  HTTP_KEYS,
  KIND_KEYS,
  list,
  OPTION_KEYS,
  type OptionReader,
  RULE_KEYS,
  RULES_KEY,
  text,
  TOGETHER,
  unlike,
} from "./file_keys.ts";
import type { FileReader, Table } from "./file_reader.ts";

/** Stands for an address that is known only when the job runs. */
const SOME_URL = "https://example.org/";

/** A place in a file. */
export type Path = readonly (string | number)[];

/** What jobs are read with. */
export interface JobFile {
  /** Hears what is wrong. */
  readonly reader: FileReader;
  /** Against which relative paths resolve. */
  readonly file: URL;
  /** The present, from which delays count. */
  readonly nowMs: number;
  /** Policies and rules for jobs that say nothing. */
  readonly defaults: JobDefaults;
}

/** What a job stands in. */
export interface Owner {
  readonly at: Path;
  /** For messages: `Step "load"`. */
  readonly what: string;
  /** What there can be more of: `steps`. */
  readonly many: string;
  /** What it can run, and the keys that only go with that. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
}

/** Reads one job; what is wrong goes to the file's reader. */
export class JobReader {
  readonly #file: JobFile;
  readonly #owner: Owner;

  constructor(file: JobFile, owner: Owner) {
    this.#file = file;
    this.#owner = owner;
  }

  get reader(): FileReader {
    return this.#file.reader;
  }

  get file(): URL {
    return this.#file.file;
  }

  /** The key that says what it runs; `undefined` when there is not exactly one. */
  kind(table: Table): string | undefined {
    const { at, what, kinds } = this.#owner;
    return this.#kind(at, what, table, kinds);
  }

  /** What it runs: by one of the keys that `KIND_KEYS` has. */
  input(kind: string, table: Table): JobInput | undefined {
    const { at, what } = this.#owner;
    const before = this.reader.problems.length;
    const input = this.reader.try([...at, kind], what, () => this.#input(kind, at, table));
    return this.reader.problems.length > before ? undefined : input;
  }

  /** Its options, by the keys of `readers`. */
  options(table: Table, readers: Readonly<Record<string, OptionReader>> = OPTION_KEYS): JobOptions {
    const { at, what } = this.#owner;
    return this.#options(at, what, table, readers);
  }

  #kind(at: Path, what: string, table: Table, owned: Owner["kinds"]): string | undefined {
    const kinds = Object.keys(owned).filter((kind) => kind in table);
    const [kind, other] = kinds;
    if (kind === undefined) {
      const message = `${what} has nothing to run`;
      this.reader.note({ at, message, hint: `Give it ${choice(Object.keys(owned))}` }, true);
    } else if (other !== undefined) {
      const message = `${what} has both ${kind} and ${other}`;
      this.reader.note({ at: [...at, other], message, hint: `Make two ${this.#owner.many} of it` }, true);
    }
    if (kind === undefined || other !== undefined) return undefined;
    const foreign = Object.entries(owned).filter(([name]) => name !== kind).flatMap(([, keys]) => keys);
    for (const key of new Set(foreign)) {
      if (!(key in table) || owned[kind]!.includes(key)) continue;
      const owners = Object.keys(owned).filter((name) => owned[name]!.includes(key)).join(" or ");
      this.reader.note(
        { at: [...at, key], message: `${what}: ${key} goes with ${owners}, not with ${kind}` },
        true,
      );
    }
    return kind;
  }

  #options(
    at: Path,
    what: string,
    table: Table,
    readers: Readonly<Record<string, OptionReader>>,
  ): JobOptions {
    let options: JobOptions = {};
    for (const [key, read] of Object.entries(readers)) {
      if (!(key in table)) continue;
      const value = this.reader.try([...at, key], `${what}: ${key}`, () => {
        const option = this.#besideFile(read(table[key]));
        // Alone, so that what is wrong with it is told at its own place.
        if (!TOGETHER.includes(key)) {
          toNewJob({ kind: "command", payload: {}, options: option }, {}, this.#file.nowMs);
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
    const read = this.reader.try(at, what, () => toRules([rule], this.#file.defaults.jobs));
    return read === undefined ? [] : [rule as RuleInput];
  }

  #followUp(at: Path, what: string, table: Table): FollowUp | undefined {
    const kind = this.#kind(at, what, table, KIND_KEYS);
    const input = kind && this.reader.try([...at, kind], what, () => this.#input(kind, at, table));
    const name = table.name === undefined
      ? null
      : this.reader.try([...at, "name"], what, () => text(table.name));
    return input && name !== undefined ? { kind: input.kind, payload: input.payload, name } : undefined;
  }

  /** Files of secrets lie beside the file, as all its paths do. */
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
    return this.reader.try(at, this.#describe(at), () => this.reader.text(at, value)) ?? "?";
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
    const table = this.reader.table(place, this.#describe(place), permissions);
    return { permissions: table as never };
  }

  #textTable(at: Path, value: unknown): Record<string, string> {
    const entries = Object.entries(this.reader.table(at, this.#describe(at), value) ?? {});
    return Object.fromEntries(entries.map(([key, item]) => [key, this.#text([...at, key], item)]));
  }

  #stdin(at: Path, value: unknown): NonNullable<CommandOptions["stdin"]> {
    if (typeof value === "string") return { text: value };
    const table = this.reader.table(at, this.#describe(at), value, ["file", "text"]) ?? {};
    if (table.file !== undefined && table.text !== undefined) throw unlike(value, "either a file or a text");
    return table.file === undefined ? { text: text(table.text) } : { file: this.#path(text(table.file)) };
  }

  /** Paths are relative to the file, except where only the run can tell. */
  #path(path: string): string {
    if (hasTemplate(path) || isAbsolute(path) || this.file.protocol !== "file:") return path;
    return join(dirname(fileURLToPath(this.file)), path);
  }

  #request(at: Path, value: unknown): JobInput {
    const given = typeof value === "string" ? { url: value } : value;
    const table = this.reader.table(at, this.#describe(at), given, HTTP_KEYS) ?? {};
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

  /** `Step "load": env: PATH`. */
  #describe(place: Path): string {
    const { at, what } = this.#owner;
    return [what, ...place.slice(at.length).filter((key) => typeof key === "string")].join(": ");
  }
}

const EXPRESSION = /\$+\{\{.*?\}\}/gs;

/** `run, shell or http`. */
function choice(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function status(value: unknown): number | string {
  if (!/^[1-5](\d\d|xx)$/.test(String(value))) throw unlike(value, "an HTTP status such as 200 or 3xx");
  return value as number | string;
}
