/** One `gigq.toml`. */

import { dirname, isAbsolute, join } from "@std/path";
import { parse } from "smol-toml";
import { ConfigError } from "../core/errors.ts";
import { brokenScheme, schemeOf } from "../core/location.ts";
import { didYouMean } from "../core/suggest.ts";
import type { OptionSpec } from "./command.ts";
import { COLORS } from "./globals.ts";

/**
 * Commands that a table of defaults makes sense for. Not those that change or delete jobs: a file in some parent
 * folder must not decide what `clear` removes.
 */
export const TABLES = ["submit", "map", "batch", "worker", "run"] as const;

/** What holds for jobs that do not say it themselves: read by `settings_defaults.ts`. */
const JOB_KEYS = ["policies", "kinds", "queues", "jobs", "on-error"] as const;

/** What `gigq schedule apply` reads. */
const SCHEDULES = "schedules";

const KEYS: readonly string[] = ["db", "color", ...TABLES, ...JOB_KEYS, SCHEDULES];

/** A table as it was parsed. */
export type Toml = Readonly<Record<string, unknown>>;

/** What one file sets, checked. */
export interface SettingsFile {
  readonly path: string;
  /** All of it, its keys known. */
  readonly toml: Toml;
  /** Relative paths are relative to the file. */
  readonly db: string | undefined;
  readonly color: string | undefined;
  /**
   * The defaults for a command's options, as if they were typed.
   *
   * @throws {ConfigError} For a key that is none of the options, or a value of the wrong type
   */
  optionsOf(command: string, options: readonly OptionSpec[]): Iterable<[string, readonly (string | true)[]]>;
}

/**
 * Reads a settings file.
 *
 * @throws {ConfigError} Naming the file, and the key or line
 */
export async function readSettingsFile(path: string): Promise<SettingsFile> {
  const toml = parseToml(path, await readText(path));
  for (const key of Object.keys(toml)) {
    if (!KEYS.includes(key)) throw unknownKey(path, key, KEYS);
  }
  return {
    path,
    toml,
    db: databaseOf(path, toml.db),
    color: colorOf(path, toml.color),
    optionsOf: (command, options) => tableOptions(path, toml[command], command, options),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new ConfigError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function parseToml(path: string, text: string): Toml {
  try {
    return parse(text);
  } catch (cause) {
    const { message, line, column } = cause as Error & { line?: number; column?: number };
    const where = line === undefined ? path : `${path}:${line}:${column}`;
    const what = message.split("\n", 1)[0]!.replace(/^Invalid TOML document: /, "");
    throw new ConfigError(`${where} is not TOML: ${what}`, { cause });
  }
}

function databaseOf(path: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "") {
    throw new ConfigError(
      `${path}: db must be the name of a file or the URL of a server, not ${JSON.stringify(value)}`,
    );
  }
  const isUrl = schemeOf(value) !== null || brokenScheme(value) !== null;
  const stays = value === ":memory:" || isUrl || isAbsolute(value);
  return stays ? value : join(dirname(path), value);
}

function colorOf(path: string, value: unknown): string | undefined {
  if (value === undefined || COLORS.some((color) => color === value)) return value as string | undefined;
  throw new ConfigError(`${path}: color must be auto, always or never, not ${JSON.stringify(value)}`);
}

function* tableOptions(
  path: string,
  table: unknown,
  command: string,
  options: readonly OptionSpec[],
): Generator<[string, readonly (string | true)[]]> {
  if (table === undefined) return;
  if (typeof table !== "object" || table === null || Array.isArray(table)) {
    throw new ConfigError(`${path}: ${command} must be a table`, {
      hint: `Write [${command}] on a line of its own`,
    });
  }
  for (const [key, value] of Object.entries(table)) {
    const option = options.find((candidate) => candidate.name === key);
    if (option === undefined) {
      throw unknownKey(path, `${command}.${key}`, options.map(({ name }) => `${command}.${name}`));
    }
    const values = valuesOf(value, option);
    if (values === null) {
      throw new ConfigError(`${path}: ${command}.${key} cannot be ${JSON.stringify(value)}`, {
        hint: option.type === "flag" ? "Write true or false" : `Write what --${key} takes`,
      });
    }
    if (values.length > 0) yield [key, values];
  }
}

/** As it would have been typed; `null` when it is of the wrong type. */
function valuesOf(value: unknown, option: OptionSpec): (string | true)[] | null {
  if (option.type === "flag") return typeof value === "boolean" ? (value ? [true] : []) : null;
  const list = option.multiple && Array.isArray(value) ? value : [value];
  return list.every((item) => typeof item === "string" || typeof item === "number") ? list.map(String) : null;
}

/** An error with what was meant. */
export function unknownKey(path: string, key: string, known: readonly string[]): ConfigError {
  return new ConfigError(`${path}: unknown setting "${key}"`, {
    hint: didYouMean(key, known) ?? "docs/cli.md lists the settings",
  });
}
