/** A terminal for tests: keeps what is written, and is as wide and as old as a test wants. */

import type { Io } from "../../src/cli/io.ts";
import { type IoChoices, type Terminal, withChoices } from "../../src/cli/terminal.ts";

/** How the fake one differs from a pipe at the epoch. */
export interface FakeOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Columns; stdout is a terminal when given. */
  readonly columns?: number;
  readonly errIsTerminal?: boolean;
  readonly now?: () => number;
}

export interface FakeTerminal extends Terminal {
  /** What was written to stdout so far. */
  readonly written: () => string;
  /** What was written to stderr so far. */
  readonly told: () => string;
}

export function fakeTerminal(options: FakeOptions = {}): FakeTerminal {
  const decoder = new TextDecoder();
  let written = "";
  let told = "";
  const base = withChoices({
    out: (text) => {
      written += typeof text === "string" ? text : decoder.decode(text, { stream: true });
      return Promise.resolve();
    },
    err: (text) => {
      told += text;
    },
    outIsTerminal: options.columns !== undefined,
    errIsTerminal: options.errIsTerminal ?? false,
    columns: options.columns ?? null,
    stdin: new Blob([options.stdin ?? ""]).stream(),
    env: (name) => options.env?.[name],
    now: options.now ?? (() => 0),
  });
  return Object.create(base, { written: { value: () => written }, told: { value: () => told } });
}

/** An {@linkcode Io} for calling a command directly. */
export function fakeIo(
  choices: Partial<IoChoices>,
  options: FakeOptions = {},
): Io & Pick<FakeTerminal, "written" | "told"> {
  const terminal = fakeTerminal(options);
  const io = terminal.with({ json: false, db: ":memory:", color: "auto", ...choices });
  return Object.create(io, { written: { value: terminal.written }, told: { value: terminal.told } });
}
