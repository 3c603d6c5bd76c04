/** A command as data plus one function. Parsers, help, completions and the manual are all made from it. */

import type { Io } from "./io.ts";

/** What a value completes to on the command line. */
export type Completion =
  | "job"
  | "queue"
  | "status"
  | "name"
  | "workflow"
  | "cause"
  | "step"
  | "schedule"
  | "zone"
  | "command"
  | "file"
  | "dir"
  | readonly string[];

/** An option of a command. */
export interface OptionSpec {
  /** Long name without dashes, such as `max-jobs`. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly type: "flag" | "string" | "integer" | "number" | "duration";
  /** How help names the value, such as `DURATION`; absent for flags. */
  readonly value?: string;
  /** May be given more than once. */
  readonly multiple?: boolean;
  /** Smallest allowed value of an `integer` or `number`. */
  readonly min?: number;
  readonly max?: number;
  /** The only allowed values. */
  readonly choices?: readonly string[];
  readonly complete?: Completion;
  readonly help: string;
}

/** A positional argument. */
export interface ArgumentSpec {
  readonly name: string;
  readonly help: string;
  readonly optional?: boolean;
  /** Takes all that follow; only for the last. */
  readonly variadic?: boolean;
  readonly complete?: Completion;
}

export interface Example {
  readonly command: string;
  readonly help: string;
}

/** One command. `run` resolves to the exit code and imports what it needs itself: nothing loads at start. */
export interface CommandSpec {
  readonly name: string;
  /** One line, imperative, no full stop. */
  readonly summary: string;
  /** Further paragraphs for `--help`. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentSpec[];
  /** What may follow `--`: an exact argv. */
  readonly literal?: { readonly name: string; readonly help: string; readonly optional?: boolean };
  readonly options?: readonly OptionSpec[];
  readonly examples?: readonly Example[];
  run(input: Input, io: Io): Promise<number>;
}

/** A command that only holds others, such as `workflow`. */
export interface GroupSpec {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Entry[];
  /** The one that runs where none is named, such as `list`. */
  readonly fallback?: string;
  /** What to write instead of a word that names no command, where that can be guessed. */
  readonly suggest?: (word: string) => string | undefined;
}

/** A row of the command tree: enough for an overview; the rest loads when it is asked for. */
export interface Entry {
  readonly name: string;
  readonly summary: string;
  /** Left out of overviews and completions. */
  readonly hidden?: boolean;
  readonly load: () => Promise<CommandSpec | GroupSpec>;
}

/** What the user typed, checked against the specification. Asking for an undeclared name is a bug and throws. */
export interface Input {
  /** Positional arguments, in order. */
  readonly args: readonly string[];
  /** What followed `--`, untouched; empty when there was none. */
  readonly literal: readonly string[];
  flag(name: string): boolean;
  string(name: string): string | undefined;
  /** Values of a `multiple` option, in order. */
  strings(name: string): readonly string[];
  number(name: string): number | undefined;
  /** Milliseconds. */
  duration(name: string): number | undefined;
}
