/** `--max-fails`, for everything that is many jobs. */

import { UsageError } from "../core/errors.ts";
import { formatMaxFails, parseMaxFails } from "../core/max_fails.ts";
import type { MaxFails, WorkflowRun } from "../core/ports.ts";
import type { Input, OptionSpec } from "./command.ts";

export const MAX_FAILS_OPTION: OptionSpec = {
  name: "max-fails",
  type: "string",
  value: "N|N%",
  help: "Stop when so many have failed, such as 10 or 10%",
};

/**
 * What `--max-fails` says; `undefined` for nothing.
 *
 * @throws {UsageError} For a value that is neither a count nor a percentage
 */
export function maxFailsOption(input: Input): MaxFails | undefined {
  const text = input.string("max-fails");
  if (text === undefined) return undefined;
  try {
    return parseMaxFails(text);
  } catch (error) {
    const { message, hint } = error as UsageError;
    throw new UsageError(`--max-fails: ${message}`, { hint, cause: error });
  }
}

/** `3 failed (max-fails 3), 5 were cancelled`; `null` for a run that was not halted. */
export function haltText({ haltedAt, maxFails, counts }: WorkflowRun): string | null {
  if (haltedAt === null || maxFails === null) return null;
  const { failed = 0, cancelled = 0 } = counts;
  const rest = cancelled === 0 ? "" : `, ${cancelled} ${cancelled === 1 ? "was" : "were"} cancelled`;
  return `${failed} failed (max-fails ${formatMaxFails(maxFails)})${rest}`;
}
