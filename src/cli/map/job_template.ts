/** What each item of `map` and `batch` becomes. */

import { UsageError } from "../../core/errors.ts";
import type { JobInput, JobOptions } from "../../library/job_input.ts";
import { command } from "../../library/jobs.ts";
import type { Input, OptionSpec } from "../command.ts";
import type { Io } from "../io.ts";
import { placeOfCommand } from "../job_options.ts";
import type { Format, Item } from "./items.ts";
import { fillArgv, hasPlaceholder } from "./placeholders.ts";

/** Makes the job of one item. */
export type JobTemplate = (item: Item, options: JobOptions) => JobInput;

export const ITEM_SHELL_OPTION: OptionSpec = {
  name: "shell",
  type: "string",
  value: "SCRIPT",
  help: 'Run a shell script instead; the item is its "$1"',
};

/** The argv before any item is filled in. An item reaches a script as an argument, never as a part of it. */
export function argvTemplate(input: Input, format: Format): readonly string[] {
  const script = input.string("shell");
  if (script === undefined) return input.literal;
  if (input.literal.length > 0) throw new UsageError("Give either -- COMMAND or --shell, not both");
  if (hasPlaceholder(script, format === "jsonl" || format === "csv")) {
    throw new UsageError("Items are not filled into a shell script, where they could become code", {
      hint: `Write "$1" for the item`,
    });
  }
  return ["sh", "-c", script, "gigq", "{}"];
}

/** Commands, one an item, that run in the folder and with the variables that the options name. */
export function commandTemplate(argv: readonly string[], input: Input, io: Io): JobTemplate {
  const place = placeOfCommand(input, io);
  return (item, options) => {
    // The script of --shell is exact; only what follows is filled.
    const filled = input.string("shell") === undefined
      ? fillArgv(argv, item)
      : [...argv.slice(0, -1), item.text];
    return command(filled, { ...options, ...place });
  };
}
