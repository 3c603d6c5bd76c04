/** `gigq batch`: one job a line of standard input. */

import type { CommandSpec } from "../command.ts";
import {
  COMMAND_OPTIONS,
  MODULE_OPTION,
  PLACE_OPTIONS,
  POLICY_OPTIONS,
  SECRET_OPTION,
} from "../job_options.ts";
import { FORMAT_OPTIONS } from "../map/items.ts";
import { ITEM_SHELL_OPTION } from "../map/job_template.ts";
import { MAX_FAILS_OPTION } from "../max_fails_option.ts";
import { PARAM_OPTION } from "../params.ts";
import { UNIQUE_OPTIONS } from "../unique_option.ts";

const batch: CommandSpec = {
  name: "batch",
  summary: "Add one job for each line of standard input",
  description:
    "Prints the id of each job, in the order of the input. In the command, {} is the line, {.} the line " +
    "without its extension, {/} its file name, {//} its folder, {/.} its file name without extension, {#} its " +
    "number; with --jsonl and --csv, {name} is a field. Without any of them the line is added at the end. " +
    "No shell sees a line. Blank lines are left out. --name and --unique are filled in the same way. With " +
    "--module a line (with --jsonl and --csv the record) is the parameter of the function.\n" +
    "With --max-fails those that wait are cancelled once too many have failed, of all that were added by then; " +
    "gigq workflow list --all and gigq workflow status show the run.",
  literal: { name: "COMMAND", help: "Program and arguments, with placeholders", optional: true },
  options: [
    ...FORMAT_OPTIONS,
    ITEM_SHELL_OPTION,
    MODULE_OPTION,
    PARAM_OPTION,
    {
      ...MAX_FAILS_OPTION,
      help: "Make the jobs one run, which is halted when so many have failed, such as 10 or 10%",
    },
    ...PLACE_OPTIONS,
    ...UNIQUE_OPTIONS,
    ...POLICY_OPTIONS,
    ...COMMAND_OPTIONS,
    SECRET_OPTION,
  ],
  examples: [
    { command: "ls *.png | gigq batch -- convert {} {.}.webp", help: "A job for each picture" },
    { command: "find . -type f -print0 | gigq batch -0 --queue slow -- sha256sum", help: "Any file name" },
    { command: "gigq batch --csv -- ./greet --to {email} < people.csv", help: "Columns of a CSV file" },
    { command: "gigq batch --jsonl --module ./score.ts#score < rows.jsonl", help: "Records for a function" },
    { command: "gigq batch --max-fails 5% -- ./crawl < urls.txt", help: "Give up when too much goes wrong" },
    { command: "gigq batch --unique 'crawl {}' -- ./crawl < urls.txt", help: "Skip what is queued already" },
  ],
  run: async (input, io) => (await import("../actions/batch.ts")).batchJobs(input, io),
};

export default batch;
