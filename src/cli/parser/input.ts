/** The second half of reading a command line: values are converted and checked, whatever parser read them. */

import { parseDuration } from "../../core/duration.ts";
import { GigqError, UsageError } from "../../core/errors.ts";
import type { CommandSpec, Input, OptionSpec } from "../command.ts";
import type { RawInput } from "./raw.ts";

type Value = boolean | string | number | readonly string[];

/**
 * Checks what the user typed against the specification.
 *
 * @param literal What followed `--`; `null` when there was no `--`
 * @param path How the command was called, such as `gigq workflow list`
 * @throws {UsageError} For a bad value, a missing or superfluous argument, naming it
 */
export function toInput(
  spec: CommandSpec,
  options: readonly OptionSpec[],
  raw: RawInput,
  literal: readonly string[] | null,
  path: string,
): Input {
  const values = new Map(
    options.map((option) => [option.name, convert(option, raw.options.get(option.name))]),
  );
  // Where no argv is expected, what follows `--` is an argument that may begin with a dash.
  const args = spec.literal === undefined ? [...raw.args, ...literal ?? []] : raw.args;
  checkArguments(spec, args, path);
  checkLiteral(spec, literal, path);
  const get = <T extends Value>(name: string): T | undefined => {
    if (!values.has(name)) throw new Error(`Command ${spec.name} asked for the undeclared option "${name}"`);
    return values.get(name) as T | undefined;
  };
  return {
    args,
    literal: spec.literal === undefined ? [] : literal ?? [],
    flag: (name) => get<boolean>(name) ?? false,
    string: (name) => get<string>(name),
    strings: (name) => get<readonly string[]>(name) ?? [],
    number: (name) => get<number>(name),
    duration: (name) => get<number>(name),
  };
}

/** The last one wins where an option may be given once only: aliases with defaults can then be overruled. */
function convert(option: OptionSpec, given: readonly (string | true)[] | undefined): Value | undefined {
  if (given === undefined || given.length === 0) return undefined;
  if (option.type === "flag") return true;
  const texts = given.filter((value) => value !== true);
  for (const text of texts) checkChoice(option, text);
  if (option.multiple) return texts;
  const last = texts.at(-1)!;
  switch (option.type) {
    case "string":
      return last;
    case "duration":
      return toDuration(option, last);
    case "integer":
      return toNumber(option, last, /^[+-]?\d+$/, "a whole number");
    case "number":
      return toNumber(option, last, /^[+-]?(\d+\.?\d*|\.\d+)$/, "a number");
  }
}

function checkChoice(option: OptionSpec, text: string): void {
  if (option.choices === undefined || option.choices.includes(text)) return;
  throw new UsageError(`--${option.name} must be ${either(option.choices)}, not "${text}"`);
}

/** `a, b or c`. */
export function either(choices: readonly string[]): string {
  if (choices.length === 1) return choices[0]!;
  return `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
}

function toDuration(option: OptionSpec, text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof GigqError)) throw error;
    throw new UsageError(`--${option.name}: ${error.message}`, { hint: error.hint, cause: error });
  }
}

function toNumber(option: OptionSpec, text: string, form: RegExp, what: string): number {
  const value = form.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value) || (option.type === "integer" && !Number.isSafeInteger(value))) {
    throw new UsageError(`--${option.name} must be ${what}, not "${text}"`);
  }
  if (option.min !== undefined && value < option.min) {
    throw new UsageError(`--${option.name} must be at least ${option.min}, not ${text}`);
  }
  if (option.max !== undefined && value > option.max) {
    throw new UsageError(`--${option.name} must be at most ${option.max}, not ${text}`);
  }
  return value;
}

function checkArguments(spec: CommandSpec, args: readonly string[], path: string): void {
  const declared = spec.arguments ?? [];
  const missing = declared.find((argument, index) => !argument.optional && index >= args.length);
  if (missing !== undefined) {
    throw new UsageError(`Argument ${missing.name} is missing`, { hint: `See ${path} --help` });
  }
  if (args.length > declared.length && !declared.at(-1)?.variadic) {
    throw new UsageError(`Unexpected argument "${args[declared.length]}"`, { hint: `See ${path} --help` });
  }
}

function checkLiteral(spec: CommandSpec, literal: readonly string[] | null, path: string): void {
  if (spec.literal !== undefined && !spec.literal.optional && (literal ?? []).length === 0) {
    throw new UsageError(`There is no ${spec.literal.name} after "--"`, {
      hint: `Write ${path} -- ${spec.literal.name}`,
    });
  }
}
