/** `gigq map`: a durable parallel map over standard input. */

import type { CommandSpec } from "../command.ts";
import { COMMAND_OPTIONS, POLICY_OPTIONS, SECRET_OPTION } from "../job_options.ts";
import { FORMAT_OPTIONS } from "../map/items.ts";
import { ITEM_SHELL_OPTION } from "../map/job_template.ts";
import { MAX_FAILS_OPTION } from "../max_fails_option.ts";
import { CONCURRENCY_OPTION, giveUpOption, LEASE_OPTIONS } from "../worker_options.ts";

const map: CommandSpec = {
  name: "map",
  summary: "Run a command for every line of stdin, in parallel, durably",
  description:
    "Each line becomes a job, known by the command, this folder, --env and the line. Interrupted and run " +
    "again, the same map runs only what is missing: what completed is printed from the queue, what failed or was " +
    "lost runs again. In the command, {} is the line, {.} the line without its extension, {/} its file name, {//} " +
    "its folder, {/.} its file name without extension, {#} its number; with --jsonl and --csv, {name} is a " +
    "field. Without any of them the line is added at the end. No shell sees a line. Blank lines are left out.\n" +
    "Output comes in the order of the input. A percentage of --max-fails is of all items, and counts once all " +
    "of them, or a thousand, were read. The exit code is the number of items that failed, 101 for more " +
    "than 100.",
  literal: { name: "COMMAND", help: "Program and arguments, with placeholders", optional: true },
  options: [
    CONCURRENCY_OPTION,
    {
      name: "unordered",
      short: "u",
      type: "flag",
      help: "Print output as items end, not in the order of the input",
    },
    {
      ...MAX_FAILS_OPTION,
      help: "Stop when so many items have failed, such as 10 or 10%; what runs goes on to its end",
    },
    { name: "fresh", type: "flag", help: "Run everything again, whatever has completed before" },
    ...FORMAT_OPTIONS,
    ITEM_SHELL_OPTION,
    ...POLICY_OPTIONS,
    ...COMMAND_OPTIONS,
    SECRET_OPTION,
    ...LEASE_OPTIONS,
    giveUpOption("60s"),
    { name: "raw", type: "flag", help: "Leave control characters in output to a terminal" },
    { name: "quiet", type: "flag", help: "Show no progress" },
  ],
  examples: [
    {
      command: "find . -name '*.png' | gigq map -j4 -- convert {} {.}.webp",
      help: "Convert pictures, four at once",
    },
    { command: "find . -type f -print0 | gigq map -0 -- sha256sum > sums.txt", help: "Any file name" },
    { command: "gigq map --retry 3 --timeout 1m -- curl -fsS {} < urls.txt", help: "Try again what fails" },
    { command: "gigq map --csv -- ./greet --to {email} < people.csv", help: "Columns of a CSV file" },
    {
      command: "ls *.log | gigq map --shell 'grep -c ERROR \"$1\" || true'",
      help: "A shell script for each line",
    },
  ],
  run: async (input, io) => (await import("../actions/map.ts")).runMap(input, io),
};

export default map;
