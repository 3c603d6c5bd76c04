/** `--unique` and `--unique-for`. */

import { UsageError } from "../core/errors.ts";
import type { JobOptions } from "../library/job_input.ts";
import type { Input, OptionSpec } from "./command.ts";

export const UNIQUE_OPTIONS: readonly OptionSpec[] = [
  { name: "unique", type: "string", value: "KEY", help: "Add nothing while an unfinished job has this key" },
  {
    name: "unique-for",
    type: "duration",
    value: "DURATION",
    help: "With --unique: so long after the first was added, finished or not",
  },
];

/** The unique key and its period, if any. */
export function uniqueOption(input: Input): JobOptions["unique"] {
  const key = input.string("unique");
  const period = input.duration("unique-for");
  if (key === undefined && period !== undefined) throw new UsageError("--unique-for needs --unique KEY");
  return key === undefined || period === undefined ? key : { key, for: period };
}
