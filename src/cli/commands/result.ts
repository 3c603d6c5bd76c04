/** `gigq result` */

import type { CommandSpec } from "../command.ts";
import { ONE_ID_ARGUMENT } from "../selector_options.ts";

const result: CommandSpec = {
  name: "result",
  summary: "Print the result of a job",
  description:
    "Text is printed as it is, anything else as JSON. The result of a command is what it printed on " +
    "stdout. Exits with 4 when the job failed, with 5 when it was cancelled or skipped, with 75 when it has not ended.",
  arguments: [ONE_ID_ARGUMENT],
  options: [{ name: "raw", type: "flag", help: "On a terminal: do not escape control characters" }],
  examples: [
    { command: "gigq result 12", help: "What job 12 returned" },
    { command: "gigq result @last --json | jq .total", help: "Always as JSON" },
  ],
  run: async (input, io) => (await import("../actions/result.ts")).printResult(input, io),
};

export default result;
