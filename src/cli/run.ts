/** One run of the command line, from words to an exit code. */

import type { CommandSpec, GroupSpec } from "./command.ts";
import { findCommand, type Found, isGroup } from "./dispatch.ts";
import { GLOBAL_OPTIONS } from "./globals.ts";
import type { Io } from "./io.ts";
import { toPlain } from "./parser/argv.ts";
import { tokenize } from "./parser/cliffy.ts";
import { toInput } from "./parser/input.ts";
import { reportError } from "./report.ts";
import { applySettings } from "./settings.ts";
import { ClosedPipe, type Terminal } from "./terminal.ts";
import { COMMANDS, importLate } from "./tree.ts";
import { VERSION } from "./version.ts";

/**
 * Runs one command line. Every error ends here, as one line on stderr.
 *
 * @param argv Without the program's name
 * @param cwd Where to look for the project's settings
 * @returns The exit code
 */
export async function runCli(argv: readonly string[], terminal: Terminal, cwd: string): Promise<number> {
  try {
    return await runCommand(argv, terminal, cwd);
  } catch (error) {
    if (error instanceof ClosedPipe) return 0;
    return reportError(error, {
      json: wantsJson(argv),
      err: (text) => terminal.err(text),
      env: (name) => terminal.env(name),
    });
  }
}

async function runCommand(argv: readonly string[], terminal: Terminal, cwd: string): Promise<number> {
  const found = await findCommand(argv, COMMANDS);
  const group = found.spec === null || isGroup(found.spec);
  const spec = group ? overviewOf(found) : found.spec as CommandSpec;
  const options = [...spec.options ?? [], ...GLOBAL_OPTIONS];
  const plain = toPlain(spec, options, found.rest, found.path);
  const typed = await tokenize(options, plain.argv);
  if (typed.options.has("version")) return await print(terminal, `gigq ${VERSION}\n`);
  if (typed.options.has("help") || group) return await showHelp(found, terminal);
  const settings = await applySettings(typed, spec, found.path.split(" ")[1]!, {
    cwd,
    env: (name) => terminal.env(name),
  });
  const input = toInput(spec, options, settings.raw, plain.literal, found.path);
  return await spec.run(input, terminal.with(settings.choices));
}

/** `gigq` and `gigq workflow` alone are questions, not mistakes; their options are checked all the same. */
function overviewOf(found: Found): CommandSpec {
  return {
    name: found.path,
    summary: "",
    run: () => Promise.resolve(2),
  };
}

async function showHelp(found: Found, terminal: Terminal): Promise<number> {
  const { helpFor } = await importLate<typeof import("./help.ts")>("./help.ts");
  return await print(
    terminal,
    await helpFor(found.path, found.spec as CommandSpec | GroupSpec | null, terminal.columns),
  );
}

async function print(out: Pick<Io, "out">, text: string): Promise<number> {
  await out.out(text);
  return 0;
}

/** Before the command line is understood, errors must know how to speak. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).includes("--json");
}
