/** What `gigq completions` does. */

import { UsageError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { Input } from "../command.ts";
import { SCRIPTS } from "../completions/scripts.ts";
import type { Io } from "../io.ts";

/** Prints the script of a shell. */
export async function printScript(input: Input, io: Io): Promise<number> {
  const shell = input.args[0]!;
  if (!Object.hasOwn(SCRIPTS, shell)) {
    throw new UsageError(`There are no completions for "${shell}"`, {
      hint: didYouMean(shell, Object.keys(SCRIPTS)) ?? "Write bash, zsh or fish",
    });
  }
  await io.out(SCRIPTS[shell]!);
  return 0;
}
