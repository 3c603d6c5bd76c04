/** From words to a command: finds it in the tree, wherever global options stand. */

import { UsageError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import type { CommandSpec, Entry, GroupSpec } from "./command.ts";
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
    if (at < 0) return found;
    const word = found.rest[at]!;
    const entry = entries.find((candidate) => candidate.name === word);
    if (entry === undefined) throw unknownCommand(word, entries, found.path);
    const spec = await entry.load();
    found = { path: `${found.path} ${word}`, spec, rest: found.rest.toSpliced(at, 1) };
    if (!isGroup(spec)) return found;
    entries = spec.commands;
  }
}

/** Index of the first word that is neither a global option nor its value; -1 when there is none. */
function nextWord(argv: readonly string[]): number {
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!;
    if (word === "--") return -1;
    if (!word.startsWith("-") || word === "-") return index;
    const option = GLOBAL_OPTIONS.find(({ name, short }) => word === `--${name}` || word === `-${short}`);
    if (option !== undefined && option.type !== "flag") index++;
  }
  return -1;
}

function unknownCommand(word: string, entries: readonly Entry[], path: string): UsageError {
  const names = entries.filter((entry) => !entry.hidden).map((entry) => entry.name);
  const group = path === "gigq" ? "" : `${path.slice("gigq ".length)} `;
  return new UsageError(`Unknown command "${group}${word}"`, {
    hint: didYouMean(word, names) ?? `See ${group === "" ? "gigq help" : `${path} --help`}`,
  });
}
