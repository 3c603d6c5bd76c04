/** `gigq logs` */

import type { CommandSpec } from "../command.ts";
import { ONE_ID_ARGUMENT } from "../selector_options.ts";
import { giveUpOption } from "../worker_options.ts";

const logs: CommandSpec = {
  name: "logs",
  summary: "Print the output of a job",
  description:
    "Prints what the latest attempt wrote, byte by byte; on a terminal control characters are made visible.",
  arguments: [ONE_ID_ARGUMENT],
  options: [
    { name: "follow", short: "f", type: "flag", help: "Go on until the job has ended" },
    {
      name: "attempt",
      type: "integer",
      value: "N",
      min: 1,
      help: "What this attempt wrote; default the latest",
    },
    {
      name: "stream",
      type: "string",
      value: "STREAM",
      choices: ["stdout", "stderr", "log"],
      help: "Only stdout, stderr, or log (what modules and functions log)",
    },
    giveUpOption("60s"),
    { name: "raw", type: "flag", help: "On a terminal: do not escape control characters" },
  ],
  examples: [
    { command: "gigq logs 12", help: "What job 12 wrote" },
    { command: "gigq logs -f @last", help: "Watch the job submitted last" },
    { command: "gigq logs 12 --attempt 1 --stream stderr", help: "Errors of the first attempt" },
  ],
  run: async (input, io) => (await import("../actions/logs.ts")).printLogs(input, io),
};

export default logs;
