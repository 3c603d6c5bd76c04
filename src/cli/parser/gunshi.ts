/** Reads a command line with gunshi, where only the npm registry is at hand. */

import { parseArgs } from "gunshi";
import type { OptionSpec } from "../command.ts";
import { addValue, type RawInput } from "./raw.ts";

/**
 * Splits a command line in plain form (see `argv.ts`) into options and arguments.
 *
 * Only gunshi's tokenizer is used: its resolver drops empty values, and its `cli()` would print help by itself.
 */
export function tokenize(_options: readonly OptionSpec[], argv: readonly string[]): RawInput {
  const options = new Map<string, (string | true)[]>();
  const args: string[] = [];
  for (const token of parseArgs([...argv])) {
    if (token.kind === "option") addValue(options, token.name!, token.value ?? true);
    else if (token.kind === "positional") args.push(token.value!);
  }
  return { options, args };
}
