/** `gigq help` */

import type { CommandSpec } from "../command.ts";

const help: CommandSpec = {
  name: "help",
  summary: "Show help for a command",
  arguments: [{
    name: "COMMAND",
    help: "The command, such as list or workflow graph",
    optional: true,
    variadic: true,
    complete: "command",
  }],
  options: [{ name: "manual", type: "flag", help: "Print the manual of all commands, in Markdown" }],
  examples: [{ command: "gigq help workflow graph", help: "What workflow graph can do" }],
  run: async (input, io) => (await import("../actions/help.ts")).printHelp(input, io),
};

export default help;
