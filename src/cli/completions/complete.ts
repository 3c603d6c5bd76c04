/** How a half-typed command line may go on. */

import { escapeLine } from "../../output/escape.ts";
import type { CommandSpec, Completion, Entry, GroupSpec, OptionSpec } from "../command.ts";
import { isGroup } from "../dispatch.ts";
import { GLOBAL_OPTIONS } from "../globals.ts";
import { STATUS_WORDS } from "../selector_options.ts";

/** A word that fits, and what it means. */
export interface Candidate {
  readonly value: string;
  readonly help: string;
}

/** What a shell should offer. It knows files and programs itself. */
export type Answer =
  | { readonly mode: "values"; readonly values: readonly Candidate[] }
  | { readonly mode: "files" | "dirs" | "programs" };

/** What only the database knows. */
export type DatabaseKind = "job" | "queue" | "name" | "workflow" | "cause" | "step" | "schedule";

/** Looks values up, knowing something of the line to be completed. */
export type Lookup = (
  kind: DatabaseKind,
  line: {
    /** What `--db` says. */
    readonly db: string | undefined;
    /** Its first argument. */
    readonly argument: string | undefined;
  },
) => Promise<readonly Candidate[]>;

/** The answer as the scripts read it: the mode, then a value and its meaning a line. */
export function answerText(answer: Answer): string {
  const lines = answer.mode === "values"
    ? answer.values.map(({ value, help }) => `${escapeLine(value)}\t${escapeLine(help)}`)
    : [];
  return [answer.mode, ...lines, ""].join("\n");
}

/**
 * Completes the last word.
 *
 * @param words What stands after the program's name, the last one unfinished
 */
export async function complete(
  words: readonly string[],
  commands: readonly Entry[],
  lookup: Lookup,
): Promise<Answer> {
  const line = new Line(commands, lookup);
  for (const word of words.slice(0, -1)) await line.read(word);
  return await line.complete(words.at(-1) ?? "");
}

/** What is known about the line so far. */
class Line {
  #entries: readonly Entry[] | null;
  #spec: CommandSpec | null = null;
  /** What a group runs when only options follow. */
  #fallback: CommandSpec | null = null;
  #args: string[] = [];
  /** Words after `--`; `null` before it. */
  #literal: number | null = null;
  /** The option whose value comes next. */
  #pending: OptionSpec | null = null;
  #db: string | undefined;
  /** A word that no command has: nothing can be said any more. */
  #lost = false;

  constructor(readonly commands: readonly Entry[], readonly lookup: Lookup) {
    this.#entries = commands;
  }

  async read(word: string): Promise<void> {
    if (this.#literal !== null) {
      this.#literal++;
    } else if (this.#pending !== null) {
      if (this.#pending.name === "db") this.#db = word;
      this.#pending = null;
    } else if (word === "--") {
      this.#literal = 0;
    } else if (word.startsWith("-") && word !== "-") {
      this.#readOption(word);
    } else if (this.#entries !== null) {
      await this.#enter(word);
    } else {
      this.#args.push(word);
    }
  }

  #readOption(word: string): void {
    const equals = word.indexOf("=");
    const option = word.startsWith("--")
      ? this.#options().find(({ name }) => word === `--${name}` || word.startsWith(`--${name}=`))
      : this.#options().find(({ short }) => short === word.at(-1));
    if (option === undefined || option.type === "flag") return;
    if (equals < 0) this.#pending = option;
    else if (option.name === "db") this.#db = word.slice(equals + 1);
  }

  async #enter(word: string): Promise<void> {
    const spec = await this.#entries!.find(({ name }) => name === word)?.load();
    this.#lost ||= spec === undefined;
    this.#entries = spec !== undefined && isGroup(spec) ? spec.commands : null;
    this.#spec = spec === undefined || isGroup(spec) ? null : spec;
    this.#fallback = spec === undefined || !isGroup(spec) ? null : await fallbackOf(spec);
  }

  #options(): readonly OptionSpec[] {
    return [...(this.#spec ?? this.#fallback)?.options ?? [], ...GLOBAL_OPTIONS];
  }

  async complete(word: string): Promise<Answer> {
    if (this.#lost) return values([]);
    if (this.#literal !== null) return this.#afterDashes();
    if (this.#pending !== null) return await this.#value(word, "", this.#pending);
    if (/^--[\w-]+=/.test(word)) return await this.#attached(word);
    if (word.startsWith("-")) {
      return values(this.#options().map(({ name, help }) => ({ value: `--${name}`, help })));
    }
    if (this.#entries !== null) return values(commandNames(this.#entries));
    return await this.#argument(word);
  }

  /** `--queue=im`. */
  async #attached(word: string): Promise<Answer> {
    const equals = word.indexOf("=");
    const option = this.#options().find(({ name }) => `--${name}` === word.slice(0, equals));
    if (option === undefined || option.type === "flag") return values([]);
    return await this.#value(word.slice(equals + 1), word.slice(0, equals + 1), option);
  }

  #afterDashes(): Answer {
    if (this.#spec?.literal === undefined) return values([]);
    return { mode: this.#literal === 0 ? "programs" : "files" };
  }

  async #argument(word: string): Promise<Answer> {
    const declared = this.#spec?.arguments ?? [];
    const argument = declared[this.#args.length] ?? (declared.at(-1)?.variadic ? declared.at(-1) : undefined);
    if (argument === undefined) {
      const dashes = { value: "--", help: "What follows is an exact command line" };
      return values(this.#spec?.literal === undefined ? [] : [dashes]);
    }
    if (argument.complete === "command") return values(await this.#commandsBelow());
    return await this.#candidates(argument.complete, word, "");
  }

  async #commandsBelow(): Promise<Candidate[]> {
    let entries = this.commands;
    for (const word of this.#args) {
      const spec = await entries.find(({ name }) => name === word)?.load();
      if (spec === undefined || !isGroup(spec)) return [];
      entries = spec.commands;
    }
    return commandNames(entries);
  }

  #look(kind: DatabaseKind): Promise<readonly Candidate[]> {
    return this.lookup(kind, { db: this.#db, argument: this.#args[0] });
  }

  async #value(word: string, prefix: string, option: OptionSpec): Promise<Answer> {
    return await this.#candidates(option.choices ?? option.complete, word, prefix);
  }

  async #candidates(kind: Completion | undefined, word: string, prefix: string): Promise<Answer> {
    switch (kind) {
      case undefined:
      case "command":
        return values([]);
      case "file":
        return { mode: "files" };
      case "dir":
        return { mode: "dirs" };
      case "status":
        return values(inList(STATUS_WORDS.map((value) => ({ value, help: "" })), word, prefix));
      case "job":
      case "cause":
        return values(inList(await this.#look(kind), word, prefix));
      case "queue":
      case "name":
      case "workflow":
      case "step":
      case "schedule":
        return values(withPrefix(await this.#look(kind), prefix));
      case "zone":
        return values(withPrefix(zones(), prefix));
      default:
        return values(withPrefix(kind.map((value) => ({ value, help: "" })), prefix));
    }
  }
}

function zones(): Candidate[] {
  return [...Intl.supportedValuesOf("timeZone"), "UTC"].map((value) => ({ value, help: "" }));
}

async function fallbackOf({ fallback, commands }: GroupSpec): Promise<CommandSpec | null> {
  const spec = await commands.find(({ name }) => name === fallback)?.load();
  return spec === undefined || isGroup(spec) ? null : spec;
}

function values(list: readonly Candidate[]): Answer {
  return { mode: "values", values: list };
}

function commandNames(entries: readonly Entry[]): Candidate[] {
  return entries.filter(({ hidden }) => !hidden).map(({ name, summary }) => ({ value: name, help: summary }));
}

/** `12,15` goes on after its last comma. */
function inList(list: readonly Candidate[], word: string, prefix: string): Candidate[] {
  return withPrefix(list, prefix + word.slice(0, word.lastIndexOf(",") + 1));
}

function withPrefix(list: readonly Candidate[], prefix: string): Candidate[] {
  return list.map(({ value, help }) => ({ value: prefix + value, help }));
}
