/**
 * The first half of reading a command line: what must not depend on the parser library.
 *
 * The libraries disagree about `-p3`, `--priority -5`, empty values and what stands behind `--`. Here all of that is
 * brought to one plain form (`--name`, `--name=value`, arguments), and what no specification knows is refused.
 */

import { UsageError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { CommandSpec, OptionSpec } from "../command.ts";

/** A command line in the plain form that every parser reads the same way. */
export interface PlainArgv {
  readonly argv: readonly string[];
  /** What followed `--`, untouched; `null` when there was no `--`. */
  readonly literal: readonly string[] | null;
}

/**
 * Brings `argv` to the plain form.
 *
 * @param spec The command
 * @param options Its options and those that every command has
 * @param path How the command was called, such as `gigq workflow list`
 * @throws {UsageError} For an unknown option, a missing value, a value given to a flag
 */
export function toPlain(
  spec: CommandSpec,
  options: readonly OptionSpec[],
  argv: readonly string[],
  path: string,
): PlainArgv {
  const end = argv.indexOf("--");
  const reader = new Reader(options, end < 0 ? argv : argv.slice(0, end), path);
  while (!reader.done) {
    const token = reader.take();
    if (token.startsWith("--")) reader.long(token);
    else if (token.startsWith("-") && token.length > 1) reader.cluster(token);
    else if (spec.literal !== undefined && !spec.arguments?.length) throw forgotDashes(argv, token, path);
    else reader.plain.push(token);
  }
  return { argv: reader.plain, literal: end < 0 ? null : argv.slice(end + 1) };
}

/** Walks over the tokens before `--`. */
class Reader {
  readonly plain: string[] = [];
  #next = 0;

  constructor(
    readonly options: readonly OptionSpec[],
    readonly tokens: readonly string[],
    readonly path: string,
  ) {}

  get done(): boolean {
    return this.#next >= this.tokens.length;
  }

  take(): string {
    return this.tokens[this.#next++]!;
  }

  /** `--name`, `--name=value`, `--name value`. */
  long(token: string): void {
    const equals = token.indexOf("=");
    const name = equals < 0 ? token.slice(2) : token.slice(2, equals);
    const option = this.options.find((candidate) => candidate.name === name);
    if (option === undefined) throw this.#unknown(`--${name}`);
    this.#add(option, equals < 0 ? undefined : token.slice(equals + 1));
  }

  /** `-x`, `-xyz`, `-p3`, `-p=3`, `-p 3`. */
  cluster(token: string): void {
    for (let index = 1; index < token.length; index++) {
      const option = this.options.find((candidate) => candidate.short === token[index]);
      if (option === undefined) throw this.#unknown(`-${token[index]}`);
      const rest = token.slice(index + 1);
      if (option.type !== "flag") {
        this.#add(option, rest === "" ? undefined : rest.replace(/^=/, ""));
        return;
      }
      if (rest.startsWith("=")) throw noValue(option);
      this.#add(option, undefined);
    }
  }

  #add(option: OptionSpec, attached: string | undefined): void {
    if (option.type === "flag") {
      if (attached !== undefined) throw noValue(option);
      this.plain.push(`--${option.name}`);
    } else {
      this.plain.push(`--${option.name}=${attached ?? this.#value(option)}`);
    }
  }

  /** The next token, unless it is plainly another option: `--name --json` forgot the name. */
  #value(option: OptionSpec): string {
    const next = this.tokens[this.#next];
    if (next === undefined || this.#isOption(next)) {
      throw new UsageError(`Option --${option.name} needs a value`, {
        hint: `Write --${option.name} ${option.value ?? "VALUE"}`,
      });
    }
    return this.take();
  }

  #isOption(token: string): boolean {
    const name = token.split("=", 1)[0]!;
    return this.options.some((option) => name === `--${option.name}` || token === `-${option.short}`);
  }

  #unknown(name: string): UsageError {
    const names = this.options.map((option) => `--${option.name}`);
    const meant = name.startsWith("--") ? didYouMean(name, names) : undefined;
    return new UsageError(`Unknown option "${name}"`, { hint: meant ?? `See ${this.path} --help` });
  }
}

function noValue(option: OptionSpec): UsageError {
  return new UsageError(`Option --${option.name} takes no value`);
}

/** `gigq submit echo hi`: the program must stand behind `--`, or its options would be taken for ours. */
function forgotDashes(argv: readonly string[], token: string, path: string): UsageError {
  const rest = argv.slice(argv.indexOf(token)).filter((item) => item !== "--").join(" ");
  return new UsageError(`Unexpected argument "${token}": the command to run follows "--"`, {
    hint: `Write ${path} -- ${rest}`,
  });
}
