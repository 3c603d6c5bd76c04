/** From words to a command: finds it in the tree, wherever global options stand. */

import { UsageError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import type { CommandSpec, Entry, GroupSpec, OptionSpec } from "./command.ts";
import { GLOBAL_OPTIONS } from "./globals.ts";

/** What the words before the options name. */
export interface Found {
  /** How it is called: `gigq workflow list`. */
  readonly path: string;
  /** `null`: only `gigq` was typed, perhaps with global options. */
  readonly spec: CommandSpec | GroupSpec | null;
  /** All words but the command's name. */
  readonly rest: readonly string[];
}

export function isGroup(spec: CommandSpec | GroupSpec): spec is GroupSpec {
  return "commands" in spec;
}

/**
 * Finds the command that `argv` names.
 *
 * @throws {UsageError} For a name that the tree does not have
 */
export async function findCommand(argv: readonly string[], commands: readonly Entry[]): Promise<Found> {
  let entries = commands;
  let found: Found = { path: "gigq", spec: null, rest: argv };
  for (;;) {
    const at = nextWord(found.rest);
    const fallback = fallbackOf(found, at);
    if (fallback !== undefined) {
      const spec = await fallback.load();
      return { path: `${found.path} ${fallback.name}`, spec, rest: found.rest };
    }
    if (at < 0) return found;
    const word = found.rest[at]!;
    const entry = entries.find((candidate) => candidate.name === word);
    if (entry === undefined) throw unknownCommand(word, entries, found);
    const spec = await entry.load();
    found = { path: `${found.path} ${word}`, spec, rest: found.rest.toSpliced(at, 1) };
    if (!isGroup(spec)) return found;
    entries = spec.commands;
  }
}

/** What a group runs when its name is followed by nothing, or by options that only a command can have. */
function fallbackOf({ spec, rest }: Found, at: number): Entry | undefined {
  if (spec === null || !isGroup(spec) || spec.fallback === undefined) return undefined;
  const before = at < 0 ? rest : rest.slice(0, at);
  const asks = before.some((word) => ["--help", "-h", "--version", "-V"].includes(word));
  const runs = firstOption(before) !== undefined || (at < 0 && !asks);
  return runs ? spec.commands.find(({ name }) => name === spec.fallback) : undefined;
}

/** The first option that is not one of every command. */
function firstOption(argv: readonly string[]): string | undefined {
  return argv.find((word, index) =>
    word.startsWith("-") && word !== "-" && globalOption(word) === undefined &&
    !(index > 0 && takesValue(argv[index - 1]!))
  );
}

function globalOption(word: string): OptionSpec | undefined {
  return GLOBAL_OPTIONS.find(({ name, short }) =>
    word === `--${name}` || word === `-${short}` || word.startsWith(`--${name}=`)
  );
}

function takesValue(word: string): boolean {
  const option = globalOption(word);
  return option !== undefined && option.type !== "flag" && !word.includes("=");
}

/** Index of the first word that is neither a global option nor its value; -1 when there is none. */
function nextWord(argv: readonly string[]): number {
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!;
    if (word === "--") return -1;
    if (!word.startsWith("-") || word === "-") return index;
    if (takesValue(word)) index++;
  }
  return -1;
}

function unknownCommand(word: string, entries: readonly Entry[], { path, spec }: Found): UsageError {
  const names = entries.filter((entry) => !entry.hidden).map((entry) => entry.name);
  const group = path === "gigq" ? "" : `${path.slice("gigq ".length)} `;
  const meant = spec !== null && isGroup(spec) ? spec.suggest?.(word) : undefined;
  return new UsageError(`Unknown command "${group}${word}"`, {
    hint: meant ?? didYouMean(word, names) ?? `See ${group === "" ? "gigq help" : `${path} --help`}`,
  });
}
